#include "engine/base/model_error.h"

#include <array>
#include <charconv>
#include <utility>

namespace namrack::engine {
namespace {

std::string sentence(const std::string& file, const std::string& where, const std::string& expected,
                     const std::string& found) {
  return (file.empty() ? "" : file + ": ") + (where.empty() ? "" : where + ": ") + "expected " + expected +
         ", found " + found;
}

}  // namespace

ModelError::ModelError(Kind kind, std::string where, std::string expected, std::string found,
                       std::string file)
    : std::runtime_error(sentence(file, where, expected, found)),
      kind_(kind),
      where_(std::move(where)),
      expected_(std::move(expected)),
      found_(std::move(found)),
      file_(std::move(file)) {}

std::string describe(double number) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::general, 9).ptr;
  return {text.data(), end};
}

}  // namespace namrack::engine

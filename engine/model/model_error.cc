#include "engine/model/model_error.h"

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

}  // namespace namrack::engine

#include "player/plain_words.h"

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <filesystem>
#include <new>

#include "protocol/quote.h"

namespace namrack::player {
namespace {

std::string words_of(const std::exception& error) {
  if (const auto* const file = dynamic_cast<const std::filesystem::filesystem_error*>(&error)) {
    std::string paths = protocol::quote(file->path1().string());
    if (!file->path2().empty()) paths += " and " + protocol::quote(file->path2().string());
    return paths + ": " + file->code().message();
  }
  // Boost adds the place in its source.
  if (const auto* const boost = dynamic_cast<const boost::system::system_error*>(&error))
    return boost->code().message();
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return "not enough memory";
  return error.what();
}

}  // namespace

std::string plain_words(const std::exception& error) {
  std::string text = words_of(error);
  std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

}  // namespace namrack::player

#include "engine/format/bare_numbers.h"

#include <array>
#include <cstddef>

#include "engine/format/json_node.h"
#include "engine/format/limits.h"

namespace namrack::engine {
namespace {

constexpr std::array<std::string_view, 3> kTokens{"NaN", "Infinity", "-Infinity"};

/// An open object or array, and its current member.
struct Scope {
  bool is_array = false;
  std::size_t index = 0;
  std::string_view key = {};
};

std::string path_of(const std::vector<Scope>& scopes) {
  std::string path;
  for (const Scope& scope : scopes) {
    if (scope.is_array) {
      path.append("[").append(std::to_string(scope.index)).append("]");
    } else {
      path.append(path.empty() ? "" : ".").append(shorten(scope.key));
    }
  }
  return path;
}

/// A model is the whole document, a submodel of a container or a condition_dsp.
bool is_in_metadata(const std::vector<Scope>& scopes) {
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    const bool is_model = i == 0 || scopes[i - 1].key == "model" || scopes[i - 1].key == "condition_dsp";
    if (is_model && scopes[i].key == "metadata") return true;
  }
  return false;
}

/// The string that begins at `text`, without its quotes and with its escapes as they are.
std::string_view string_at(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return text.substr(1, end - 1);
}

std::string_view token_at(std::string_view text) {
  for (const std::string_view token : kTokens) {
    if (text.starts_with(token)) return text.substr(0, token.size());
  }
  return {};
}

}  // namespace

BareNumbers find_bare_numbers(std::string_view text) {
  BareNumbers found;
  std::vector<Scope> scopes;
  std::string_view string;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      string = string_at(text.substr(i));
      i += string.size() + 1;
    } else if (c == '{' || c == '[') {
      if (scopes.size() == limits::kJsonDepth) break;
      scopes.push_back({.is_array = c == '['});
    } else if ((c == '}' || c == ']') && !scopes.empty()) {
      scopes.pop_back();
    } else if (c == ':' && !scopes.empty()) {
      scopes.back().key = string;
    } else if (c == ',' && !scopes.empty()) {
      ++scopes.back().index;
    } else if (const std::string_view token = token_at(text.substr(i)); !token.empty()) {
      found.tokens.push_back(token);
      if (!found.outside && !is_in_metadata(scopes)) found.outside = {path_of(scopes), token};
      i += token.size() - 1;
    }
  }
  return found;
}

}  // namespace namrack::engine

#include "engine/format/model_text.h"

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/stream_parser.hpp>
#include <cerrno>
#include <fstream>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "engine/base/model_error.h"
#include "engine/format/bare_numbers.h"
#include "engine/format/limits.h"

namespace namrack::engine {
namespace json = boost::json;
namespace {

std::string position(std::string_view text, std::size_t offset) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (const char c : text.substr(0, offset)) {
    column = c == '\n' ? 1 : column + 1;
    line += c == '\n' ? 1 : 0;
  }
  return "line " + std::to_string(line) + " column " + std::to_string(column);
}

/// Describes the place where a parser gave up.
std::string describe_fault(std::string_view text, std::size_t offset, const json::error_code& failure) {
  if (failure == json::error::incomplete || offset >= text.size()) return "the end of the file: it was cut";
  const auto c = static_cast<unsigned char>(text[offset]);
  if (failure == json::error::extra_data) return "more behind the end of it";
  if (c == '"') return "a quotation mark";
  if (c > 0x20 && c < 0x7F) return {'"', text[offset], '"'};
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return std::string("the byte 0x") + kDigits[c / 16] + kDigits[c % 16];
}

/// Every value but the first stands behind a comma or a bracket, so that these, strings included, bound the
/// memory that parsing takes.
void check_value_count(std::string_view text) {
  if (text.size() < limits::kJsonValues) return;  // a value takes a character at least
  const auto bound = static_cast<std::uint64_t>(
      std::ranges::count_if(text, [](char c) { return c == ',' || c == '[' || c == '{'; }));
  if (bound <= limits::kJsonValues) return;
  throw ModelError(ModelError::Kind::invalid, "",
                   "at most " + std::to_string(limits::kJsonValues) + " values", std::to_string(bound));
}

struct JsonText {
  std::optional<json::value> value;  // if it is JSON; assigned to another value it would be copied
  std::size_t offset = 0;            // of the failure
  json::error_code failure;          // unless it is JSON
};

/// Parses `text` as if null stood in place of the `nulls`, which are parts of it.
JsonText parse_json(std::string_view text, std::span<const std::string_view> nulls) {
  json::parse_options options;
  options.max_depth = limits::kJsonDepth;
  json::stream_parser parser({}, options);
  // The values die together, so that none needs to be freed by itself.
  parser.reset(json::make_shared_resource<json::monotonic_resource>(text.size()));
  JsonText result;
  for (std::size_t i = 0; i <= nulls.size() && !result.failure; ++i) {
    const auto end = i < nulls.size() ? static_cast<std::size_t>(nulls[i].data() - text.data()) : text.size();
    const std::string_view part = text.substr(result.offset, end - result.offset);
    // It reports how many characters it took, which the one-call parse() does not.
    result.offset += parser.write(part.data(), part.size(), result.failure);
    if (result.failure || i == nulls.size()) continue;
    parser.write("null", 4, result.failure);
    if (!result.failure) result.offset += nulls[i].size();
  }
  if (!result.failure) parser.finish(result.failure);
  if (!result.failure) result.value.emplace(parser.release());
  return result;
}

}  // namespace

std::string read_model_text(const std::filesystem::path& path) {
  const auto refuse = [&](ModelError::Kind kind, std::string expected, std::string found) {
    return ModelError(kind, "", std::move(expected), std::move(found), path.string());
  };
  std::error_code failure;
  const auto kind = std::filesystem::status(path, failure).type();
  if (kind == std::filesystem::file_type::not_found) {
    throw refuse(ModelError::Kind::missing, "a model file", "no such file");
  }
  if (kind != std::filesystem::file_type::regular) {
    throw refuse(ModelError::Kind::unreadable, "a model file",
                 failure ? failure.message() : "something that is not a regular file");
  }
  const std::uintmax_t size = std::filesystem::file_size(path, failure);
  if (!failure && size > limits::kFileBytes) {
    throw refuse(ModelError::Kind::invalid, "at most " + std::to_string(limits::kFileBytes) + " bytes",
                 std::to_string(size));
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(failure ? 0 : static_cast<std::size_t>(size), '\0');
  if (!file || failure || !file.read(text.data(), static_cast<std::streamsize>(text.size()))) {
    throw refuse(ModelError::Kind::unreadable, "a readable file", std::generic_category().message(errno));
  }
  return text;
}

json::value parse_model_text(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  check_value_count(text);
  JsonText parsed = parse_json(text, {});
  if (parsed.value) return std::move(*parsed.value);
  const BareNumbers bare = find_bare_numbers(text);
  if (!bare.tokens.empty()) parsed = parse_json(text, bare.tokens);
  if (parsed.failure) {
    const bool is_deep = parsed.failure == json::error::too_deep;
    throw ModelError(
        ModelError::Kind::invalid, position(text, parsed.offset),
        is_deep ? "at most " + std::to_string(limits::kJsonDepth) + " levels of nesting" : "JSON",
        is_deep ? "more" : describe_fault(text, parsed.offset, parsed.failure));
  }
  if (bare.outside) {
    throw ModelError(ModelError::Kind::invalid, bare.outside->path, "a finite number",
                     std::string(bare.outside->token));
  }
  return std::move(*parsed.value);
}

json::value parse_plain_json(std::string_view text) {
  return json::parse(text);
}

}  // namespace namrack::engine

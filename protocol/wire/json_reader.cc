#include "protocol/wire/json_reader.h"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

#include "protocol/error.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;

/// Nesting that the parser, which recurses, is given at most. More than the limit, so that exceeding it
/// shows.
constexpr std::size_t kParserDepth = 2 * kMaxDepth;

/// `text` with everything nested deeper than kParserDepth replaced by null.
std::string prune(std::string_view text) {
  std::string pruned;
  pruned.reserve(text.size());
  std::size_t depth = 0;
  bool in_string = false;
  bool escaped = false;
  for (const char c : text) {
    const bool is_bracket = !in_string && (c == '[' || c == ']' || c == '{' || c == '}');
    const bool opens = is_bracket && (c == '[' || c == '{');
    if (opens && ++depth == kParserDepth + 1) pruned += "null";
    if (depth <= kParserDepth) pruned += c;
    if (is_bracket && !opens && depth > 0) --depth;
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = in_string && c == '\\' && !escaped;
  }
  return pruned;
}

/// Builds the value of a JSON text and notes its faults. The on_… functions are called by json::basic_parser.
class StrictHandler {
 public:
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  JsonDocument release() { return {values_.release(), std::move(faults_)}; }

  bool on_document_begin(json::error_code& /*error*/) {
    values_.reset();
    return true;
  }
  bool on_document_end(json::error_code& /*error*/) { return true; }
  bool on_object_begin(json::error_code& /*error*/) { return open(false); }
  bool on_array_begin(json::error_code& /*error*/) { return open(true); }

  bool on_object_end(std::size_t count, json::error_code& /*error*/) {
    scopes_.pop_back();
    values_.push_object(count);
    return finish_value();
  }
  bool on_array_end(std::size_t count, json::error_code& /*error*/) {
    scopes_.pop_back();
    values_.push_array(count);
    return finish_value();
  }

  bool on_key_part(json::string_view part, std::size_t /*size*/, json::error_code& /*error*/) {
    key_ += std::string_view(part);
    values_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t /*size*/, json::error_code& /*error*/) {
    key_ += std::string_view(part);
    values_.push_key(part);
    Scope& scope = scopes_.back();
    scope.key = std::move(key_);
    key_.clear();
    if (!scope.keys.insert(scope.key).second) note(JsonFault::Kind::duplicate_key);
    return true;
  }

  bool on_string_part(json::string_view part, std::size_t /*size*/, json::error_code& /*error*/) {
    values_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t /*size*/, json::error_code& /*error*/) {
    values_.push_string(part);
    return finish_value();
  }

  // Never called: the whole text is parsed in one piece.
  bool on_number_part(json::string_view /*part*/, json::error_code& /*error*/) { return true; }
  bool on_int64(std::int64_t number, json::string_view /*text*/, json::error_code& /*error*/) {
    values_.push_int64(number);
    return finish_value();
  }
  bool on_uint64(std::uint64_t number, json::string_view /*text*/, json::error_code& /*error*/) {
    values_.push_uint64(number);
    return finish_value();
  }
  bool on_double(double number, json::string_view text, json::error_code& /*error*/) {
    // The parser's own result may be off by a bit; an id is echoed as it came. Overflow leaves it as it is.
    std::from_chars(text.data(), text.data() + text.size(), number);
    if (!std::isfinite(number)) note(JsonFault::Kind::not_finite);
    values_.push_double(number);
    return finish_value();
  }
  bool on_bool(bool value, json::error_code& /*error*/) {
    values_.push_bool(value);
    return finish_value();
  }
  bool on_null(json::error_code& /*error*/) {
    values_.push_null();
    return finish_value();
  }
  bool on_comment_part(json::string_view /*part*/, json::error_code& /*error*/) { return true; }
  bool on_comment(json::string_view /*part*/, json::error_code& /*error*/) { return true; }

 private:
  /// An open array or object.
  struct Scope {
    bool is_array;
    std::size_t index = 0;  // of the current element of an array
    std::string key = {};   // of the current member of an object
    std::unordered_set<std::string> keys = {};
  };

  bool is_batch() const { return !scopes_.empty() && scopes_.front().is_array; }

  bool open(bool is_array) {
    const std::size_t limit = is_batch() ? kMaxDepth + 1 : kMaxDepth;
    if (scopes_.size() >= limit) note(JsonFault::Kind::too_deep);
    scopes_.push_back({.is_array = is_array});
    return true;
  }

  bool finish_value() {
    if (!scopes_.empty() && scopes_.back().is_array) ++scopes_.back().index;
    return true;
  }

  void note(JsonFault::Kind kind) {
    const std::size_t first = is_batch() ? 1 : 0;
    const std::size_t message = is_batch() ? scopes_.front().index : 0;
    std::string where;
    for (std::size_t i = first; i < scopes_.size(); ++i) {
      const Scope& scope = scopes_[i];
      if (scope.is_array) {
        where += fmt::format("[{}]", scope.index);
      } else {
        where += (where.empty() ? "" : ".") + scope.key;
      }
    }
    faults_.try_emplace(message, JsonFault{kind, std::move(where)});
  }

  json::value_stack values_;
  std::vector<Scope> scopes_;
  std::string key_;
  std::map<std::size_t, JsonFault> faults_;
};

}  // namespace

JsonDocument read_json(std::string_view text) {
  const std::string pruned = prune(text);
  json::parse_options options;
  options.max_depth = kParserDepth;
  json::basic_parser<StrictHandler> parser(options);
  json::error_code error;
  const std::size_t used = parser.write_some(false, pruned.data(), pruned.size(), error);
  const bool is_followed = pruned.find_first_not_of(" \t\r\n", used) != std::string::npos;
  if (!error && is_followed) error = json::error::extra_data;
  if (error) {
    throw ProtocolError(ErrorCode::parse, fmt::format("not JSON: {} at byte {}", error.message(), used + 1),
                        {{"position", used + 1}});
  }
  return parser.handler().release();
}

}  // namespace namrack::protocol

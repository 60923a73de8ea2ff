#include "protocol/script.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "protocol/command_table.h"
#include "protocol/param_check.h"
#include "protocol/wire/json_reader.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;

constexpr double kMaxScriptMs = 86400000.0;

constexpr ParamSpec kAtMs{.name = "at_ms", .type = ParamType::number, .max = kMaxScriptMs, .unit = "ms"};
constexpr ParamSpec kAtFrame{
    .name = "at_frame", .type = ParamType::integer, .max = kMaxExactInteger, .unit = "frames"};

bool has_param(std::string_view method, std::string_view name) {
  const CommandSpec* const command = find_command(method);
  return command != nullptr &&
         std::ranges::find(command->params, name, &ParamSpec::name) != command->params.end();
}

void require_known_keys(const json::object& object) {
  for (const auto& [key, value] : object) {
    if (key != "at_ms" && key != "at_frame" && key != "method" && key != "params")
      throw ProtocolError(ErrorCode::request,
                          "a line has method, params and at_ms or at_frame, not " + std::string(key));
  }
}

ScriptLine line_from_json(const json::object& object) {
  require_known_keys(object);
  ScriptLine line;
  const json::value* const method = object.if_contains("method");
  if (method == nullptr || !method->is_string())
    throw ProtocolError(ErrorCode::request, "a line needs a method, which is a string");
  line.method = std::string_view(method->get_string());
  if (const json::value* const params = object.if_contains("params")) {
    if (!params->is_object()) throw ProtocolError(ErrorCode::request, "params is an object");
    line.params = params->get_object();
  }
  if (const json::value* const at_ms = object.if_contains("at_ms")) {
    check_value(kAtMs, *at_ms);
    line.at_ms = at_ms->to_number<double>();
  }
  if (const json::value* const at_frame = object.if_contains("at_frame")) {
    check_value(kAtFrame, *at_frame);
    line.at_frame = static_cast<std::uint64_t>(at_frame->to_number<double>());
  }
  if (line.at_ms && line.at_frame)
    throw ProtocolError(ErrorCode::params, "of at_ms and at_frame only one can be given");
  for (const char* const when : {"at_frame", "in_ms", "at_bar", "at_beat"})
    if (line.takes_time() && line.params.contains(when))
      throw ProtocolError(ErrorCode::params, "the time of a line stands beside its method, not in params",
                          {{"param", when}});
  line.request(std::nullopt);
  return line;
}

ScriptLine read_line(std::string_view text) {
  const JsonDocument document = read_json(text);
  if (!document.faults.empty())
    throw ProtocolError(ErrorCode::request, "a key is given twice, or nesting is too deep");
  if (!document.value.is_object()) throw ProtocolError(ErrorCode::request, "a line is a JSON object");
  return line_from_json(document.value.get_object());
}

bool is_blank(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  return first == std::string_view::npos || text[first] == '#';
}

void require_order(const std::vector<ScriptLine>& before, const ScriptLine& line, double sample_rate) {
  if (before.empty() || before.back().is_setup()) return;
  if (line.is_setup())
    throw ProtocolError(ErrorCode::request, "what has no time belongs before the lines that have one");
  if (line.offset(sample_rate) < before.back().offset(sample_rate))
    throw ProtocolError(ErrorCode::request, "its time is before that of the line above it");
}

}  // namespace

std::uint64_t ScriptLine::offset(double sample_rate) const {
  if (at_frame) return *at_frame;
  return static_cast<std::uint64_t>(std::llround(at_ms.value_or(0.0) * 1e-3 * sample_rate));
}

bool ScriptLine::takes_time() const {
  return has_param(method, "at_frame");
}

json::object ScriptLine::params_at(std::optional<std::uint64_t> frame) const {
  json::object timed = params;
  if (frame && takes_time()) timed["at_frame"] = *frame;
  return timed;
}

Request ScriptLine::request(std::optional<std::uint64_t> frame) const {
  return make_request(method, params_at(frame));
}

ProtocolError at_line(std::size_t number, const ProtocolError& error) {
  json::object data = error.data();
  data["line"] = number;
  return {error.code(), "line " + std::to_string(number) + ": " + error.message(), std::move(data)};
}

std::vector<ScriptLine> read_script(std::string_view text, double sample_rate) {
  std::vector<ScriptLine> lines;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    ++number;
    if (is_blank(line)) continue;
    try {
      ScriptLine read = read_line(line);
      read.number = number;
      require_order(lines, read, sample_rate);
      lines.push_back(std::move(read));
    } catch (const ProtocolError& error) {
      throw at_line(number, error);
    }
  }
  return lines;
}

}  // namespace namrack::protocol

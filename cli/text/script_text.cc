#include "cli/text/script_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <iterator>

#include "cli/failure.h"
#include "cli/text/result_text.h"

namespace namrack::cli {
namespace {

using protocol::ErrorCode;
using protocol::ProtocolError;

std::string read_all(std::istream& stream) {
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string read_text(const std::string& path) {
  if (path == "-") return read_all(std::cin);
  std::ifstream file(path);
  if (!file) throw ProtocolError(ErrorCode::io, fmt::format("{}: {}", path, reason_of(errno)));
  return read_all(file);
}

}  // namespace

std::vector<protocol::ScriptLine> read_script_file(const std::string& path, double sample_rate) {
  const std::string text = read_text(path);
  try {
    return protocol::read_script(text, sample_rate);
  } catch (const ProtocolError& error) {
    throw ProtocolError(error.code(), fmt::format("{}: {}", path, error.message()), error.data());
  }
}

std::string script_line_text(const protocol::ScriptLine& line, const boost::json::object& result,
                             double sample_rate, const Style& style) {
  const std::string time =
      line.is_setup() ? "before"
                      : fmt::format("{:.3f} s", static_cast<double>(line.offset(sample_rate)) / sample_rate);
  const std::string begin = fmt::format("{:>10}  ", time);
  std::string text = result_text(line.method, result, Style(false), {.params = line.params});
  // A table is too long for one of many lines.
  if (std::ranges::count(text, '\n') > 1) text = line.method + ": done\n";
  return style.fit(begin + text, begin.size());
}

boost::json::object script_line_json(const protocol::ScriptLine& line, const boost::json::object& result,
                                     double sample_rate) {
  boost::json::object object{{"line", line.number}, {"method", line.method}};
  object["time_s"] = line.is_setup()
                         ? boost::json::value(nullptr)
                         : boost::json::value(static_cast<double>(line.offset(sample_rate)) / sample_rate);
  object["result"] = result;
  return object;
}

}  // namespace namrack::cli

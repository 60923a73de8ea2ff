#include "cli/commands/operations_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <iostream>

#include "cli/failure.h"
#include "protocol/error.h"
#include "protocol/param_check.h"
#include "protocol/request.h"
#include "protocol/wire/json_reader.h"

namespace namrack::cli {
namespace {

using protocol::ErrorCode;
using protocol::ProtocolError;

std::string describe(const protocol::JsonFault& fault) {
  switch (fault.kind) {
    case protocol::JsonFault::Kind::duplicate_key:
      return fault.where + " is given twice";
    case protocol::JsonFault::Kind::too_deep:
      return fault.where + " is nested too deep";
    case protocol::JsonFault::Kind::not_finite:
      return fault.where + " is beyond the range of a number";
  }
  return fault.where;
}

// As the daemon would read it, so that a key given twice does not pass as its last value.
boost::json::object read_operation(const std::string& line) {
  protocol::JsonDocument document = protocol::read_json(line);
  if (!document.value.is_object())
    throw ProtocolError(ErrorCode::params, "expected {\"method\", \"params\"}, found " +
                                               protocol::describe_value(document.value));
  if (!document.faults.empty())
    throw ProtocolError(ErrorCode::params, describe(document.faults.begin()->second));
  return std::move(document.value.get_object());
}

ProtocolError at(const std::string& source, std::size_t line, const ProtocolError& error) {
  return {error.code(), fmt::format("{}:{}: {}", source, line, error.message()), {{"line", line}}};
}

ProtocolError unreadable(const std::filesystem::path& path, int error) {
  const ErrorCode code = error == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  return {code, path.string() + ": " + reason_of(error), {{"path", path.string()}}};
}

}  // namespace

Operations read_operations(std::istream& input, const std::string& source) {
  Operations operations{.requests = {}, .source = source, .lines = {}};
  std::size_t number = 0;
  std::size_t bytes = 0;
  for (std::string line; std::getline(input, line);) {
    ++number;
    bytes += line.size();
    try {
      // All of them become one line to the daemon.
      if (bytes > protocol::kMaxLine) throw ProtocolError(ErrorCode::limit, "more than 1 MiB of operations");
      const std::size_t first = line.find_first_not_of(" \t\r");
      if (first == std::string::npos || line[first] == '#') continue;
      if (operations.lines.size() == protocol::kMaxOperations)
        throw ProtocolError(ErrorCode::limit,
                            fmt::format("more than {} operations", protocol::kMaxOperations));
      operations.requests.push_back(read_operation(line));
    } catch (const ProtocolError& error) {
      throw at(source, number, error);
    }
    operations.lines.push_back(number);
  }
  if (input.bad()) throw ProtocolError(ErrorCode::io, source + ": cannot be read");
  if (operations.requests.empty()) throw ProtocolError(ErrorCode::params, source + ": no operations");
  return operations;
}

Operations read_operations(const std::filesystem::path& path) {
  if (path == "-") return read_operations(std::cin, "standard input");
  if (std::filesystem::is_directory(path)) throw unreadable(path, EISDIR);
  errno = 0;
  std::ifstream file(path);
  if (!file) throw unreadable(path, errno);
  return read_operations(file, path.string());
}

}  // namespace namrack::cli

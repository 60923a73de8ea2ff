#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace namrack::protocol {

/// Every way in which a request can fail; the values are the numbers on the wire.
enum class ErrorCode : int {
  parse = -32700,
  request = -32600,
  method = -32601,
  params = -32602,
  internal = -32603,
  busy = -32000,
  not_found = -32001,
  model_invalid = -32002,
  model_unsupported = -32003,
  cpu_budget = -32004,
  mem_budget = -32005,
  jack_down = -32006,
  conflict = -32007,
  tx = -32008,
  superseded = -32009,
  permission = -32010,
  too_late = -32011,
  io = -32012,
  limit = -32013,
  cancelled = -32014,
};

/// One row of the error table: the number, the name that scripts key on (`data.code`) and when it is sent.
struct ErrorSpec {
  ErrorCode code;
  std::string_view name;
  std::string_view when;
};

/// All errors in the order of the documentation.
std::span<const ErrorSpec> error_table();

/// The number on the wire, such as -32602.
constexpr int error_number(ErrorCode code) {
  return static_cast<int>(code);
}
/// The name in `data.code`, such as "E_PARAMS".
std::string_view error_name(ErrorCode code);
std::optional<ErrorCode> error_from_number(std::int64_t number);

/// A request that failed, or would. Throwing it from a handler answers the request with exactly this error.
class ProtocolError : public std::exception {
 public:
  /// `message` is one human sentence without a line break; `data` needs no "code" of its own.
  ProtocolError(ErrorCode code, std::string message, boost::json::object data = {});

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  /// Details for scripts, with "code" set to error_name(code()).
  const boost::json::object& data() const { return data_; }
  const char* what() const noexcept override { return message_.c_str(); }

  /// The JSON-RPC error object: {"code", "message", "data"}.
  boost::json::object to_json() const;

 private:
  ErrorCode code_;
  std::string message_;
  boost::json::object data_;
};

/// E_TX: the operation `index` (from 0) of a group failed with `error`, which stands in `data.error`.
ProtocolError tx_error(std::size_t index, const ProtocolError& error);

}  // namespace namrack::protocol

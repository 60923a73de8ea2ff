#include "protocol/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace namrack::protocol {
namespace {

constexpr auto kErrors = std::to_array<ErrorSpec>({
    {ErrorCode::parse, "E_PARSE", "the line is not JSON, or not UTF-8"},
    {ErrorCode::request, "E_REQUEST", "the JSON is not a request"},
    {ErrorCode::method, "E_METHOD", "no such method"},
    {ErrorCode::params, "E_PARAMS",
     "a parameter is missing, unknown, repeated, of a wrong type or out of range"},
    {ErrorCode::internal, "E_INTERNAL", "a fault of the daemon itself"},
    {ErrorCode::busy, "E_BUSY", "the thing is in use, or the same name is being loaded"},
    {ErrorCode::not_found, "E_NOT_FOUND",
     "no such model, file, folder, scene, setlist, waiting change or MIDI mapping"},
    {ErrorCode::model_invalid, "E_MODEL_INVALID",
     "the model file is broken; `data.where`, `data.expected`, `data.found` say how"},
    {ErrorCode::model_unsupported, "E_MODEL_UNSUPPORTED",
     "a valid model file of a kind this build cannot play"},
    {ErrorCode::cpu_budget, "E_CPU_BUDGET",
     "it would miss the deadline; `data.predicted_load` and `data.budget` are fractions of it"},
    {ErrorCode::mem_budget, "E_MEM_BUDGET", "it would exceed the bank's memory budget"},
    {ErrorCode::jack_down, "E_JACK_DOWN", "it needs JACK, or its transport, and that does not run"},
    {ErrorCode::conflict, "E_CONFLICT", "`if_rev` is not the current revision; `data.rev` is"},
    {ErrorCode::tx, "E_TX",
     "the operation `data.index` of a group failed with `data.error`; nothing was changed"},
    {ErrorCode::superseded, "E_SUPERSEDED", "a newer command replaced this one before it took effect"},
    {ErrorCode::permission, "E_PERMISSION", "the file or the peer is not permitted"},
    {ErrorCode::too_late, "E_TOO_LATE", "the time asked for had already passed"},
    {ErrorCode::io, "E_IO", "the operating system refused"},
    {ErrorCode::limit, "E_LIMIT", "a line too long, nesting too deep, too many clients, too many models"},
    {ErrorCode::cancelled, "E_CANCELLED", "it waited for its time, and `cancel` ended it"},
});

}  // namespace

std::span<const ErrorSpec> error_table() {
  return kErrors;
}

std::string_view error_name(ErrorCode code) {
  const auto* const row = std::ranges::find(kErrors, code, &ErrorSpec::code);
  return row == kErrors.end() ? "E_INTERNAL" : row->name;
}

std::optional<ErrorCode> error_from_number(std::int64_t number) {
  const auto* const row =
      std::ranges::find_if(kErrors, [&](const ErrorSpec& spec) { return error_number(spec.code) == number; });
  return row == kErrors.end() ? std::nullopt : std::optional(row->code);
}

ProtocolError::ProtocolError(ErrorCode code, std::string message, boost::json::object data)
    : code_(code), message_(std::move(message)), data_(std::move(data)) {
  data_["code"] = error_name(code);
}

ProtocolError tx_error(std::size_t index, const ProtocolError& error) {
  return {ErrorCode::tx,
          "operation " + std::to_string(index) + ": " + error.message(),
          {{"index", index}, {"error", error.to_json()}}};
}

boost::json::object ProtocolError::to_json() const {
  return {{"code", error_number(code_)}, {"message", message_}, {"data", data_}};
}

}  // namespace namrack::protocol

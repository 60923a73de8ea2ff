#include "protocol/commands/changes.h"

#include <type_traits>
#include <utility>

#include "protocol/command_table.h"
#include "protocol/commands/model_rows.h"
#include "protocol/commands/readers.h"
#include "protocol/error.h"
#include "protocol/param_value.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;
using T = FieldType;

Request read_cancel(const json::object& params) {
  const CancelRequest request{.id = integer_in(params, "id")};
  if (request.id.has_value() == flag_in(params, "all"))
    throw ProtocolError(ErrorCode::params, "cancel needs either the id of a change, or all",
                        {{"found", request.id ? "both" : "neither"}});
  return request;
}

// A request as a part of a group, which alone says when and at which revision.
TxOperation to_operation(Request request) {
  const auto convert = [](auto& typed) -> TxOperation {
    using Type = std::remove_reference_t<decltype(typed)>;
    if constexpr (std::is_constructible_v<TxOperation, Type>) {
      bool timed = false;
      if constexpr (requires { typed.when; }) timed = !typed.when.is_now();
      if (timed || typed.if_rev)
        throw ProtocolError(ErrorCode::params, "in a tx, time and if_rev are given for the whole group",
                            {{"found", "a time or if_rev of its own"}});
      return std::move(typed);
    } else {
      throw ProtocolError(ErrorCode::params, "a tx takes bypass, load, set, swap and unload only",
                          {{"param", "method"}, {"expected", "bypass, load, set, swap or unload"}});
    }
  };
  return std::visit(convert, request);
}

TxOperation operation_in(const json::object& object) {
  const json::value* const method = object.if_contains("method");
  const json::value* const params = object.if_contains("params");
  const bool known_keys = object.size() == (method != nullptr ? 1U : 0U) + (params != nullptr ? 1U : 0U);
  if (method == nullptr || !method->is_string() || (params != nullptr && !params->is_object()) || !known_keys)
    throw ProtocolError(ErrorCode::params, "an operation has a method, a string, and params, an object",
                        {{"expected", "{\"method\", \"params\"}"}});
  return to_operation(
      make_request(method->get_string(), params != nullptr ? params->get_object() : json::object{}));
}

Request read_tx(const json::object& params) {
  TxRequest tx{.operations = {},
               .fade_ms = number_in(params, "fade_ms"),
               .when = when_in(params),
               .if_rev = if_rev_in(params)};
  for (const json::value& operation : params.at("operations").as_array()) {
    try {
      tx.operations.push_back(operation_in(operation.get_object()));
    } catch (const ProtocolError& error) {
      throw tx_error(tx.operations.size(), error);
    }
  }
  return tx;
}

constexpr auto kCancelParams = std::to_array<ParamSpec>(
    {{.name = "all", .type = ParamType::boolean, .help = "every change that waits; instead of id"},
     {.name = "id",
      .type = ParamType::integer,
      .help = "of the change, as `pending` shows it",
      .max = kMaxExactInteger}});
constexpr auto kCancelResult = std::to_array<FieldSpec>(
    {{"cancelled", T::integers,
      "ids of the changes that will not happen; their own requests get E_CANCELLED"}});

constexpr auto kPendingFields = std::to_array<FieldSpec>(
    {{"id", T::integer, "for `cancel`"},
     {"what", T::text, "the method"},
     or_null({"frame", T::integer, "that it waits for; null while only bar and beat are known"}),
     or_null({"at_bar", T::integer, "that it waits for"}),
     or_null({"at_beat", T::number, "likewise"}),
     {"origin", T::integer, "the connection that asked for it, as `hello` tells it; 0: the daemon itself"}});
constexpr auto kPendingResult =
    std::to_array<FieldSpec>({{.name = "changes",
                               .type = T::list,
                               .help = "changes of the sound that wait for their time, the oldest first",
                               .fields = kPendingFields},
                              {"limit", T::integer, "how many may wait"}});

constexpr ParamSpec fade_of_a_group() {
  ParamSpec param = kFadeMs;
  param.help = "of a swap that names none; default: the setting fade_ms";
  return param;
}
constexpr auto kTxParams =
    sorted(kWhen, std::to_array<ParamSpec>({
                      fade_of_a_group(),
                      {.name = "operations",
                       .type = ParamType::operations,
                       .help = "requests of bypass, load, set, swap and unload, without times of their own",
                       .required = true},
                  }));
constexpr FieldSpec saved_of_a_group() {
  FieldSpec field = at_times(kSaved);
  field.help = "of a group that loads or unloads, as of `load`";
  return field;
}
constexpr auto kTxResult =
    std::to_array<FieldSpec>({swap_field("when another model became audible, what `swap` returns; else null"),
                              {.name = "loaded",
                               .type = T::list,
                               .help = "the models that were loaded, as in `list`",
                               .base = kListModelFields},
                              saved_of_a_group(),
                              kBypass,
                              kParams,
                              kFrame,
                              kApplied,
                              kRev});

constexpr auto kChangeCommands = std::to_array<CommandSpec>({
    {"cancel", "Ends changes that wait for their time; E_NOT_FOUND when there is none of that id.",
     kCancelParams, kCancelResult, read_cancel},
    {"pending", "Lists the changes that wait for their time.", {}, kPendingResult, read_bare<PendingRequest>},
    {"tx", "Carries out several requests, all audible at the same frame, or none of them (E_TX).", kTxParams,
     kTxResult, read_tx, Effect::state},
});

}  // namespace

std::span<const CommandSpec> change_commands() {
  return kChangeCommands;
}

}  // namespace namrack::protocol

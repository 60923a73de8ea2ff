#include "protocol/request.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "protocol/command_table.h"
#include "protocol/nearest.h"
#include "protocol/param_check.h"
#include "protocol/param_value.h"
#include "protocol/parameter_json.h"
#include "protocol/quote.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;

Switch switch_in(const json::object& params, std::string_view key) {
  const json::value& value = params.at(key);
  if (!value.is_bool()) return Switch::toggle;
  return value.get_bool() ? Switch::on : Switch::off;
}

std::vector<Topic> topics_in(const json::object& params) {
  std::vector<Topic> topics;
  for (const json::value& name : params.at("topics").as_array()) {
    topics.push_back(topic_from_name(name.as_string()).value());
  }
  return topics;
}

IfRev if_rev_in(const json::object& params) {
  return integer_in(params, "if_rev");
}

IfOver if_over_in(const json::object& params) {
  const std::optional<std::string> word = optional_string_in(params, "if_over");
  if (word == "slim") return IfOver::slim;
  return word == "force" ? IfOver::force : IfOver::refuse;
}

When when_in(const json::object& params) {
  const When when{.at_frame = integer_in(params, "at_frame"),
                  .in_ms = number_in(params, "in_ms"),
                  .at_bar = integer_in(params, "at_bar"),
                  .at_beat = number_in(params, "at_beat")};
  const int ways = (when.at_frame ? 1 : 0) + (when.in_ms ? 1 : 0) + (when.at_bar || when.at_beat ? 1 : 0);
  if (ways > 1)
    throw ProtocolError(ErrorCode::params, "of at_frame, in_ms and at_bar with at_beat only one can be given",
                        {{"found", "more than one time"}});
  return when;
}

std::vector<std::string> names_in(const json::object& params, std::string_view key) {
  std::vector<std::string> names;
  for (const json::value& name : params.at(key).as_array())
    names.emplace_back(std::string_view(name.as_string()));
  return names;
}

Request make_bypass(const json::object& params) {
  return BypassRequest{.to = switch_in(params, "on"), .when = when_in(params), .if_rev = if_rev_in(params)};
}
Request make_cancel(const json::object& params) {
  const CancelRequest request{.id = integer_in(params, "id")};
  if (request.id.has_value() == flag_in(params, "all"))
    throw ProtocolError(ErrorCode::params, "cancel needs either the id of a change, or all",
                        {{"found", request.id ? "both" : "neither"}});
  return request;
}
Request make_get(const json::object& params) {
  return GetRequest{.key = optional_string_in(params, "key")};
}
Request make_hello(const json::object& params) {
  return HelloRequest{.client = optional_string_in(params, "client")};
}
Request make_inspect(const json::object& params) {
  return InspectRequest{.path = string_in(params, "path")};
}
Request make_list(const json::object& /*params*/) {
  return ListRequest{};
}
Request make_load(const json::object& params) {
  return LoadRequest{.name = string_in(params, "name"),
                     .path = string_in(params, "path"),
                     .quality = number_in(params, "quality").value_or(1.0),
                     .replace = flag_in(params, "replace"),
                     .if_over = if_over_in(params),
                     .if_rev = if_rev_in(params)};
}
Request make_midi_cancel(const json::object& /*params*/) {
  return MidiCancelRequest{};
}
Request make_midi_learn(const json::object& params) {
  return MidiLearnRequest{.action = midi_action_in(params),
                          .timeout_ms = number_in(params, "timeout_ms").value_or(kDefaultLearnTimeoutMs),
                          .add = flag_in(params, "add"),
                          .if_rev = if_rev_in(params)};
}
Request make_midi_list(const json::object& /*params*/) {
  return MidiListRequest{};
}
Request make_midi_map(const json::object& params) {
  MidiMapRequest request{.source = midi_source_in(params),
                         .action = midi_action_in(params),
                         .add = flag_in(params, "add"),
                         .if_rev = if_rev_in(params)};
  if (!can_do(request.source.kind, request.action))
    throw ProtocolError(
        ErrorCode::params,
        "a program has no value and no end: it can toggle, choose, or set a value that is given",
        {{"param", "action"}, {"found", "an action that needs more"}});
  return request;
}
Request make_midi_set(const json::object& params) {
  MidiSetRequest request{.if_rev = if_rev_in(params)};
  if (params.contains("channel")) {
    const std::optional<std::uint64_t> channel = integer_in(params, "channel");
    request.channel = channel ? std::optional(static_cast<std::uint8_t>(*channel)) : std::nullopt;
  }
  if (params.contains("programs")) request.programs = flag_in(params, "programs");
  if (params.contains("bank")) request.bank = midi_bank_from_name(string_in(params, "bank"));
  if (!request.channel && !request.programs && !request.bank)
    throw ProtocolError(ErrorCode::params, "midi.set needs bank, channel or programs", {{"found", "none"}});
  return request;
}
Request make_midi_unmap(const json::object& params) {
  MidiUnmapRequest request{.if_rev = if_rev_in(params)};
  const bool all = flag_in(params, "all");
  const bool names_one = params.contains("message") && params.contains("number");
  if (all == names_one || (all && params.size() > (request.if_rev ? 2U : 1U)))
    throw ProtocolError(ErrorCode::params, "midi.unmap needs either message and number, or all",
                        {{"found", all ? "all and more" : "neither"}});
  if (!all) request.source = midi_source_in(params);
  return request;
}
Request make_models(const json::object& params) {
  return ModelsRequest{.dir = optional_string_in(params, "dir"),
                       .query = optional_string_in(params, "query").value_or(""),
                       .limit = integer_in(params, "limit").value_or(kDefaultModelsLimit)};
}
Request make_pending(const json::object& /*params*/) {
  return PendingRequest{};
}
Request make_ping(const json::object& /*params*/) {
  return PingRequest{};
}
Request make_quality(const json::object& params) {
  return QualityRequest{.name = string_in(params, "name"),
                        .quality = params.at("quality").to_number<double>(),
                        .fade_ms = number_in(params, "fade_ms"),
                        .if_rev = if_rev_in(params)};
}
Request make_set(const json::object& params) {
  const SettingChanges changes = changes_in(kSettings, params);
  if (changes.is_empty()) {
    throw ProtocolError(ErrorCode::params, "set needs at least one setting", {{"found", "no setting"}});
  }
  return SetRequest{.changes = changes, .when = when_in(params), .if_rev = if_rev_in(params)};
}
Request make_scene_delete(const json::object& params) {
  return SceneDeleteRequest{.name = string_in(params, "name"), .if_rev = if_rev_in(params)};
}
Request make_scene_list(const json::object& /*params*/) {
  return SceneListRequest{};
}
Request make_scene_recall(const json::object& params) {
  return SceneRecallRequest{.name = string_in(params, "name"),
                            .fade_ms = number_in(params, "fade_ms"),
                            .when = when_in(params),
                            .if_rev = if_rev_in(params)};
}
Request make_scene_rename(const json::object& params) {
  return SceneRenameRequest{
      .name = string_in(params, "name"), .to = string_in(params, "to"), .if_rev = if_rev_in(params)};
}
Request make_scene_save(const json::object& params) {
  return SceneSaveRequest{.name = string_in(params, "name"), .if_rev = if_rev_in(params)};
}
template <int Step>
Request make_scene_step(const json::object& params) {
  return SceneStepRequest{.step = Step,
                          .fade_ms = number_in(params, "fade_ms"),
                          .when = when_in(params),
                          .if_rev = if_rev_in(params)};
}
Request make_setlist_delete(const json::object& params) {
  return SetlistDeleteRequest{.name = string_in(params, "name"), .if_rev = if_rev_in(params)};
}
Request make_setlist_list(const json::object& /*params*/) {
  return SetlistListRequest{};
}
Request make_setlist_save(const json::object& params) {
  return SetlistSaveRequest{
      .name = string_in(params, "name"), .scenes = names_in(params, "scenes"), .if_rev = if_rev_in(params)};
}
Request make_setlist_use(const json::object& params) {
  return SetlistUseRequest{.name = optional_string_in(params, "name"), .if_rev = if_rev_in(params)};
}
Request make_status(const json::object& /*params*/) {
  return StatusRequest{};
}
Request make_subscribe(const json::object& params) {
  return SubscribeRequest{.topics = topics_in(params), .rate_hz = number_in(params, "rate_hz")};
}
Request make_swap(const json::object& params) {
  return SwapRequest{.name = optional_string_in(params, "name"),
                     .fade_ms = number_in(params, "fade_ms"),
                     .when = when_in(params),
                     .if_rev = if_rev_in(params)};
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

Request make_tx(const json::object& params) {
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
Request make_unload(const json::object& params) {
  return UnloadRequest{.name = string_in(params, "name"), .if_rev = if_rev_in(params)};
}
Request make_unsubscribe(const json::object& params) {
  if (!params.contains("topics")) return UnsubscribeRequest{};
  return UnsubscribeRequest{.topics = topics_in(params)};
}

struct Maker {
  std::string_view method;
  Request (*make)(const json::object& params);
};

constexpr auto kMakers = std::to_array<Maker>({{"bypass", make_bypass},
                                               {"cancel", make_cancel},
                                               {"get", make_get},
                                               {"hello", make_hello},
                                               {"inspect", make_inspect},
                                               {"list", make_list},
                                               {"load", make_load},
                                               {"midi.cancel", make_midi_cancel},
                                               {"midi.learn", make_midi_learn},
                                               {"midi.list", make_midi_list},
                                               {"midi.map", make_midi_map},
                                               {"midi.set", make_midi_set},
                                               {"midi.unmap", make_midi_unmap},
                                               {"models", make_models},
                                               {"pending", make_pending},
                                               {"ping", make_ping},
                                               {"quality", make_quality},
                                               {"scene.delete", make_scene_delete},
                                               {"scene.list", make_scene_list},
                                               {"scene.next", make_scene_step<1>},
                                               {"scene.prev", make_scene_step<-1>},
                                               {"scene.recall", make_scene_recall},
                                               {"scene.rename", make_scene_rename},
                                               {"scene.save", make_scene_save},
                                               {"set", make_set},
                                               {"setlist.delete", make_setlist_delete},
                                               {"setlist.list", make_setlist_list},
                                               {"setlist.save", make_setlist_save},
                                               {"setlist.use", make_setlist_use},
                                               {"status", make_status},
                                               {"subscribe", make_subscribe},
                                               {"swap", make_swap},
                                               {"tx", make_tx},
                                               {"unload", make_unload},
                                               {"unsubscribe", make_unsubscribe}});

}  // namespace

Request make_request(std::string_view method, const json::object& params) {
  const CommandSpec* const command = find_command(method);
  const auto* const maker = std::ranges::find(kMakers, method, &Maker::method);
  if (command == nullptr || maker == kMakers.end()) {
    const std::optional<std::string> near = nearest(method, command_names());
    throw ProtocolError(ErrorCode::method, "no method " + quote(method) + did_you_mean(near),
                        with_nearest({{"method", shorten(method)}}, near));
  }
  check_params(*command, params);
  return maker->make(params);
}

}  // namespace namrack::protocol

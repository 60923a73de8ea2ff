#include "player/midi/midi_control.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <iterator>
#include <set>
#include <utility>

#include "player/error_map.h"
#include "player/midi/midi_compiler.h"
#include "player/or_null.h"
#include "player/spawn.h"

namespace namrack::player {
namespace json = boost::json;
using protocol::ErrorCode;
using protocol::MidiTarget;
using protocol::ProtocolError;
namespace {

// Who has played a controller just now plays on; after a longer silence the first press may wait for a slow
// beat.
constexpr std::chrono::seconds kPlaysOn{30};

json::object message_json(const MidiMessage& message) {
  json::object object{{"message", protocol::midi_kind_name(message.kind)},
                      {"channel", message.channel},
                      {"number", message.number},
                      {"value", message.value}};
  if (message.kind == MidiKind::program) object["bank"] = message.bank;
  return object;
}

// The switch that was pressed, on its channel.
MidiSource source_of(const MidiMessage& message) {
  MidiSource source{.kind = message.kind, .number = message.number, .channel = message.channel};
  if (message.kind == MidiKind::program) source.bank = message.bank;
  return source;
}

// In the setlist in use, counted from 0.
std::size_t scene_place(const MidiMessage& message) {
  return std::size_t{128} * message.bank + message.number;
}

// A number of a program is preceded by its bank.
bool is_bank(const MidiMap& map, const MidiMessage& message) {
  return message.kind == MidiKind::control &&
         (message.number == kBankCoarse || message.number == kBankFine) &&
         map.selects_bank(message.channel, message.number);
}

bool is_scene_choice(const std::optional<protocol::MidiAction>& action) {
  return !action || action->target == MidiTarget::scene;
}

}  // namespace

struct MidiControl::Learning {
  protocol::MidiAction action;
  bool add;
  const Subscriber* client;  ///< lives for as long as learn() runs
  boost::asio::steady_timer timer;
  std::optional<MidiSource> source = {};
  bool cancelled = false;
};

MidiControl::MidiControl(boost::asio::io_context& control, Pulse& pulse, engine::AudioState& audio,
                         Player& player, EventHub& events)
    : control_(control), audio_(audio), player_(player), events_(events), beat_(pulse, [this] {
        look();
        return next_look();
      }) {
  use_map();
}

Pulse::Period MidiControl::next_look() const {
  const bool is_played = is_learning() || Pulse::Clock::now() - last_message_ < kPlaysOn;
  return is_played && player_.is_running() ? Pulse::kFast : Pulse::kSlow;
}

void MidiControl::use_map() {
  audio_.midi.use(compile(map_, is_learning()));
  audio_.midi.tidy(player_.is_running());
  std::set<Setting> kept;
  for (const MidiMapping& mapping : map_.mappings)
    if (mapping.action.keep) kept.insert(mapping.action.setting);
  player_.changes().kept().allow(kept);
}

void MidiControl::publish(std::string_view change, json::object data, Origin origin) {
  const std::uint64_t rev = player_.state().count_change();
  data["change"] = change;
  events_.publish(protocol::Topic::midi, rev, std::nullopt, data, origin);
}

// A name that is mistyped is found out now, not on stage.
void MidiControl::require_target(const protocol::MidiAction& action) const {
  if (action.target == MidiTarget::scene) player_.show().book().require(*action.name);
  if (action.target == MidiTarget::swap && action.name && !player_.library().missing().has(*action.name))
    player_.library().require(*action.name);
  const Parameter& setting = row_of(action.setting);
  if (action.takeover == protocol::MidiTakeover::pickup && !setting.is_sound)
    throw ProtocolError(
        ErrorCode::params,
        std::string(setting.name) + " is not heard, so that it cannot be picked up: use takeover jump",
        {{"param", "takeover"}, {"found", "pickup"}});
}

MidiMapped MidiControl::map(protocol::MidiMapRequest request, Origin origin) {
  player_.state().require_rev(request.if_rev);
  require_target(request.action);
  return enter({request.source, std::move(request.action)}, request.add, origin);
}

MidiMapped MidiControl::enter(MidiMapping mapping, bool add, Origin origin) {
  const std::size_t of_it = map_.count(mapping.source);
  const bool is_there = std::ranges::find(map_.mappings, mapping) != map_.mappings.end();
  MidiMapped result{.mapping = mapping, .replaced = {}, .rev = player_.state().rev()};
  if (is_there && (add || of_it == 1)) return result;
  if (add || of_it == 0)
    insert(std::move(mapping));
  else
    result = replace(std::move(mapping));
  use_map();
  publish("mapped", protocol::midi_mapping_to_json(result.mapping.source, result.mapping.action), origin);
  result.rev = player_.state().rev();
  return result;
}

void MidiControl::insert(MidiMapping mapping) {
  const auto require_room = [](std::size_t count, std::size_t limit, const char* what) {
    if (count >= limit)
      throw ProtocolError(ErrorCode::limit,
                          "there are " + std::to_string(limit) + what + "; take one back with midi.unmap",
                          {{"limit", limit}});
  };
  require_room(map_.mappings.size(), MidiMap::kMaxMappings, " MIDI mappings already");
  require_room(map_.count(mapping.source), MidiMap::kMaxOfOneMessage, " mappings of this message already");
  mapping.id = last_id_ = map_.new_id(last_id_);
  map_.mappings.push_back(std::move(mapping));
}

// In the place of the first one of its message.
MidiMapped MidiControl::replace(MidiMapping mapping) {
  MidiMapped result{.mapping = mapping, .replaced = {}};
  const auto is_former = [source = mapping.source](const MidiMapping& other) {
    return other.source == source;
  };
  std::ranges::copy_if(map_.mappings, std::back_inserter(result.replaced), is_former);
  const auto first = std::ranges::find_if(map_.mappings, is_former);
  mapping.id = last_id_ = map_.new_id(last_id_);
  *first = std::move(mapping);
  map_.mappings.erase(std::remove_if(first + 1, map_.mappings.end(), is_former), map_.mappings.end());
  return result;
}

std::size_t MidiControl::unmap(const protocol::MidiUnmapRequest& request, Origin origin) {
  player_.state().require_rev(request.if_rev);
  if (request.source && map_.count(*request.source) == 0)
    throw ProtocolError(ErrorCode::not_found,
                        protocol::describe(*request.source) + " is not mapped; see midi.list",
                        protocol::midi_source_to_json(*request.source));
  const std::size_t removed = std::erase_if(map_.mappings, [&](const MidiMapping& mapping) {
    return !request.source || mapping.source == *request.source;
  });
  if (removed == 0) return removed;
  use_map();
  publish("unmapped", request.source ? protocol::midi_source_to_json(*request.source) : json::object{},
          origin);
  return removed;
}

void MidiControl::set(const protocol::MidiSetRequest& request, Origin origin) {
  player_.state().require_rev(request.if_rev);
  const MidiMap former = map_;
  map_.channel = request.channel.value_or(map_.channel);
  map_.programs = request.programs.value_or(map_.programs);
  map_.bank = request.bank.value_or(map_.bank);
  if (map_ == former) return;
  use_map();
  publish("set",
          {{"channel", or_null(map_.channel)},
           {"programs", map_.programs},
           {"bank", protocol::midi_bank_name(map_.bank)}},
          origin);
}

void MidiControl::rename_scene(const std::string& name, const std::string& to) {
  const auto follow = [&](protocol::MidiAction& action) {
    if (action.target == MidiTarget::scene && action.name == name) action.name = to;
  };
  for (MidiMapping& mapping : map_.mappings) follow(mapping.action);
  if (learning_ != nullptr) follow(learning_->action);
}

void MidiControl::restore(MidiMap map) {
  map_ = std::move(map);
  for (const MidiMapping& mapping : map_.mappings) last_id_ = std::max(last_id_, mapping.id);
  use_map();
}

boost::asio::awaitable<MidiMapped> MidiControl::learn(protocol::MidiLearnRequest request,
                                                      const Subscriber& client) {
  player_.state().require_rev(request.if_rev);
  require_target(request.action);
  cancel();
  look();  // what came before is not what is waited for
  const auto learning = std::make_shared<Learning>(Learning{.action = std::move(request.action),
                                                            .add = request.add,
                                                            .client = &client,
                                                            .timer = boost::asio::steady_timer(control_)});
  learning_ = learning;
  beat_.hurry();
  use_map();
  co_await wait_for_message(learning, std::chrono::duration<double, std::milli>(request.timeout_ms), client);
  if (learning_ == learning) learning_.reset();
  use_map();
  if (learning->cancelled)
    throw ProtocolError(ErrorCode::superseded, "learning was cancelled, or another learning began");
  if (!learning->source)
    throw ProtocolError(ErrorCode::not_found, "no MIDI message came that could be learned",
                        {{"timeout_ms", request.timeout_ms}});
  co_return enter({*learning->source, learning->action}, learning->add, client.id());
}

boost::asio::awaitable<void> MidiControl::wait_for_message(std::shared_ptr<Learning> learning,
                                                           std::chrono::duration<double, std::milli> patience,
                                                           const Subscriber& client) {
  using Clock = std::chrono::steady_clock;
  constexpr Clock::duration kLookAtClient = std::chrono::milliseconds(100);
  const Clock::time_point deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(patience);
  while (learning_ == learning && Clock::now() < deadline && !client.is_gone()) {
    boost::system::error_code woken;
    learning->timer.expires_at(std::min(deadline, Clock::now() + kLookAtClient));
    co_await learning->timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  }
}

bool MidiControl::cancel() {
  if (learning_ == nullptr) return false;
  const std::shared_ptr<Learning> learning = std::exchange(learning_, nullptr);
  learning->cancelled = true;
  learning->timer.cancel();
  return true;
}

// The first message that can do what is asked.
bool MidiControl::is_learned(const MidiMessage& message) {
  if (learning_ == nullptr) return false;
  if (learning_->client->is_gone()) {
    std::exchange(learning_, nullptr)->timer.cancel();
    use_map();
    return false;
  }
  const bool begins = message.kind != MidiKind::note || message.value > 0;
  if (is_bank(map_, message) || !begins || !protocol::can_do(message.kind, learning_->action)) return true;
  const std::shared_ptr<Learning> learning = std::exchange(learning_, nullptr);
  use_map();  // what is pressed after it acts again
  learning->source = source_of(message);
  learning->timer.cancel();
  return true;
}

void MidiControl::look() {
  std::vector<Wanted> wanted;
  while (const auto news = audio_.midi.poll()) {
    last_message_ = Pulse::Clock::now();
    answer(*news, wanted);
  }
  for (Wanted& one : wanted) player::spawn(control_, "a MIDI message", carry_out(std::move(one)));
  audio_.midi.tidy(player_.is_running());
}

void MidiControl::answer(const engine::MidiNews& news, std::vector<Wanted>& wanted) {
  const MidiMessage& message = news.message;
  if (news.action != 0) {
    if (const MidiMapping* const mapping = map_.find(news.action))
      want({message, mapping->action, news.frame}, wanted);
    return;
  }
  json::object data = message_json(message);
  data["action"] = nullptr;
  // What did something came before the learning, though it was not known yet.
  if (news.is_mapped || !is_learned(message)) {
    const std::vector<const MidiMapping*> mappings = map_.answering(message);
    if (!mappings.empty()) data["action"] = protocol::midi_action_to_json(mappings.front()->action);
    json::array actions;
    for (const MidiMapping* const mapping : mappings)
      actions.push_back(protocol::midi_action_to_json(mapping->action));
    if (actions.size() > 1) data["actions"] = std::move(actions);
    if (mappings.empty() && !news.is_mapped && message.kind == MidiKind::program && map_.programs) {
      data["action"] = json::object{{"action", "scene"}, {"place", scene_place(message)}};
      want({message, std::nullopt, news.frame}, wanted);
    }
  }
  events_.publish(protocol::Topic::midi, player_.state().rev(), news.frame, data, 0);
}

// Of a burst only what decides how it ends: thousands of changes could not all be carried out, and the newest
// must be.
void MidiControl::want(Wanted one, std::vector<Wanted>& wanted) {
  overtaken_ += std::erase_if(wanted, [&](const Wanted& older) { return overtakes(one, older); });
  wanted.push_back(std::move(one));
}

bool MidiControl::overtakes(const Wanted& newer, const Wanted& older) const {
  if (!is_there(newer)) return false;
  if (is_scene_choice(newer.action)) return true;
  const auto swaps = [](const Wanted& one) { return one.action && one.action->target == MidiTarget::swap; };
  return swaps(newer) && swaps(older);
}

bool MidiControl::is_there(const Wanted& wanted) const {
  if (!wanted.action) return player_.show().book().at(scene_place(wanted.message)) != nullptr;
  const std::optional<std::string>& name = wanted.action->name;
  if (wanted.action->target == MidiTarget::scene) return player_.show().book().has(*name);
  return !name || player_.library().bank().find(*name) != nullptr;
}

boost::asio::awaitable<void> MidiControl::carry_out(Wanted wanted) {
  ++open_messages_;
  try {
    const protocol::When when{.in_phase_with = wanted.frame};
    if (wanted.action)
      co_await begin(std::move(*wanted.action), when);
    else
      co_await player_.show().recall_place(scene_place(wanted.message), when, 0);
  } catch (const std::exception&) {
    report_failure(wanted.message, to_protocol_error(std::current_exception()));
  }
  --open_messages_;
}

// Bypass and settings have been seen to on the audio thread.
boost::asio::awaitable<void> MidiControl::begin(protocol::MidiAction action, protocol::When when) {
  if (action.target == MidiTarget::scene) {
    protocol::SceneRecallRequest request{.name = *action.name, .when = when};
    co_await player_.show().recall(std::move(request), 0);
  } else if (action.target == MidiTarget::next_scene || action.target == MidiTarget::previous_scene) {
    protocol::SceneStepRequest request{.step = action.target == MidiTarget::next_scene ? 1 : -1,
                                       .when = when};
    co_await player_.show().step(request, 0);
  } else if (action.target == MidiTarget::swap) {
    protocol::SwapRequest request{.name = action.name, .when = when};
    co_await player_.changes().swap(std::move(request), 0);
  }
}

void MidiControl::report_failure(const MidiMessage& message, const ProtocolError& error) {
  const std::chrono::duration<double> now = std::chrono::steady_clock::now().time_since_epoch();
  if (failure_log_.admit(now.count()))
    spdlog::warn("MIDI {} {} on channel {}: {}", protocol::midi_kind_name(message.kind), message.number,
                 message.channel, error.message());
  json::object data = message_json(message);
  data["error"] = error.to_json();
  events_.publish(protocol::Topic::midi, player_.state().rev(), std::nullopt, data, 0);
}

}  // namespace namrack::player

#include "player/midi_control.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "player/error_map.h"
#include "player/or_null.h"

namespace namrack::player {
namespace json = boost::json;
using protocol::ErrorCode;
using protocol::MidiKind;
using protocol::MidiTarget;
using protocol::ProtocolError;
namespace {

// While something is connected that could send, and otherwise.
constexpr std::chrono::milliseconds kLookOften{2};
constexpr std::chrono::milliseconds kLookSeldom{50};

json::object message_json(const MidiMessage& message) {
  json::object object{{"message", protocol::midi_kind_name(message.kind)},
                      {"channel", message.channel},
                      {"number", message.number},
                      {"value", message.value}};
  if (message.kind == MidiKind::program) object["bank"] = message.bank;
  return object;
}

// The switch that was pressed, on its channel.
protocol::MidiSource source_of(const MidiMessage& message) {
  protocol::MidiSource source{.kind = message.kind, .number = message.number, .channel = message.channel};
  if (message.kind == MidiKind::program) source.bank = message.bank;
  return source;
}

// In the setlist in use, counted from 0.
std::size_t scene_place(const MidiMessage& message) {
  return std::size_t{128} * message.bank + message.number;
}

// A number of a program is preceded by its bank.
bool is_bank(const MidiMessage& message) {
  return message.kind == MidiKind::control && (message.number == kBankCoarse || message.number == kBankFine);
}

}  // namespace

struct MidiControl::Learning {
  protocol::MidiAction action;
  const Subscriber* client;  ///< lives for as long as learn() runs
  boost::asio::steady_timer timer;
  std::optional<protocol::MidiSource> source = {};
  bool cancelled = false;
};

MidiControl::MidiControl(boost::asio::io_context& control, AudioState& audio, Player& player,
                         EventHub& events)
    : control_(control), audio_(audio), player_(player), events_(events) {
  use_map();
}

void MidiControl::use_map() {
  audio_.midi.use(MidiTable(map_, is_learning()));
  audio_.midi.tidy(player_.is_running());
}

void MidiControl::publish(std::string_view change, json::object data, Origin origin) {
  const std::uint64_t rev = player_.count_change();
  data["change"] = change;
  events_.publish(protocol::Topic::midi, rev, std::nullopt, data, origin);
}

// A name that is mistyped is found out now, not on stage.
void MidiControl::require_target(const protocol::MidiAction& action) const {
  if (action.target == MidiTarget::scene) player_.scenes().require(*action.name);
  if (action.target == MidiTarget::swap && action.name && player_.bank().find(*action.name) == nullptr &&
      !player_.missing().contains(*action.name))
    throw ProtocolError(ErrorCode::not_found, "no model named \"" + *action.name + "\" is loaded",
                        {{"name", *action.name}});
}

MidiMapped MidiControl::map(protocol::MidiMapRequest request, Origin origin) {
  player_.require_rev(request.if_rev);
  require_target(request.action);
  return enter({request.source, std::move(request.action)}, origin);
}

MidiMapped MidiControl::enter(MidiMapping mapping, Origin origin) {
  MidiMapped result{.mapping = mapping, .replaced = std::nullopt, .rev = player_.rev()};
  const auto former = std::ranges::find(map_.mappings, mapping.source, &MidiMapping::source);
  if (former != map_.mappings.end() && *former == mapping) return result;
  if (former != map_.mappings.end()) {
    result.replaced = std::exchange(*former, std::move(mapping));
  } else {
    if (map_.mappings.size() == MidiMap::kMaxMappings)
      throw ProtocolError(ErrorCode::limit,
                          "there are " + std::to_string(MidiMap::kMaxMappings) + " MIDI mappings already",
                          {{"limit", MidiMap::kMaxMappings}});
    map_.mappings.push_back(std::move(mapping));
  }
  use_map();
  publish("mapped", protocol::midi_mapping_to_json(result.mapping.source, result.mapping.action), origin);
  result.rev = player_.rev();
  return result;
}

std::size_t MidiControl::unmap(const protocol::MidiUnmapRequest& request, Origin origin) {
  player_.require_rev(request.if_rev);
  if (request.source && map_.find(*request.source) == nullptr)
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
  player_.require_rev(request.if_rev);
  const MidiMap former = map_;
  map_.channel = request.channel.value_or(map_.channel);
  map_.programs = request.programs.value_or(map_.programs);
  if (map_ == former) return;
  use_map();
  publish("set", {{"channel", or_null(map_.channel)}, {"programs", map_.programs}}, origin);
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
  use_map();
}

boost::asio::awaitable<MidiMapped> MidiControl::learn(protocol::MidiLearnRequest request,
                                                      const Subscriber& client) {
  player_.require_rev(request.if_rev);
  require_target(request.action);
  cancel();
  look();  // what came before is not what is waited for
  const auto learning = std::make_shared<Learning>(Learning{
      .action = std::move(request.action), .client = &client, .timer = boost::asio::steady_timer(control_)});
  learning_ = learning;
  use_map();
  co_await wait_for_message(learning, std::chrono::duration<double, std::milli>(request.timeout_ms), client);
  if (learning_ == learning) learning_.reset();
  use_map();
  if (learning->cancelled)
    throw ProtocolError(ErrorCode::superseded, "learning was cancelled, or another learning began");
  if (!learning->source)
    throw ProtocolError(ErrorCode::not_found, "no MIDI message came that could be learned",
                        {{"timeout_ms", request.timeout_ms}});
  co_return enter({*learning->source, learning->action}, client.id());
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
  if (is_bank(message) || !begins || !protocol::can_do(message.kind, learning_->action)) return true;
  const std::shared_ptr<Learning> learning = std::exchange(learning_, nullptr);
  use_map();  // what is pressed after it acts again
  learning->source = source_of(message);
  learning->timer.cancel();
  return true;
}

boost::asio::awaitable<void> MidiControl::run() {
  boost::asio::steady_timer timer(control_);
  for (;;) {
    timer.expires_after(connected_ ? kLookOften : kLookSeldom);
    co_await timer.async_wait(boost::asio::use_awaitable);
    look();
  }
}

void MidiControl::look() {
  while (const auto news = audio_.midi.poll()) answer(*news);
  audio_.midi.tidy(player_.is_running());
}

void MidiControl::answer(const MidiInput::News& news) {
  const MidiMessage& message = news.message;
  json::object data = message_json(message);
  data["action"] = nullptr;
  // What has acted came before the learning, though it was not known yet.
  if (news.has_acted || !is_learned(message)) {
    const MidiMapping* const mapping = map_.answering(message);
    const bool is_for_us = !news.has_acted && protocol::is_pressed(message.kind, message.value);
    if (mapping != nullptr) {
      data["action"] = protocol::midi_action_to_json(mapping->action);
      if (is_for_us) spawn(message, mapping->action, news.frame);
    } else if (message.kind == MidiKind::program && map_.programs) {
      data["action"] = json::object{{"action", "scene"}, {"place", scene_place(message)}};
      spawn(message, std::nullopt, news.frame);
    }
  }
  events_.publish(protocol::Topic::midi, player_.rev(), news.frame, data, 0);
}

void MidiControl::spawn(MidiMessage message, std::optional<protocol::MidiAction> action,
                        std::uint64_t frame) {
  boost::asio::co_spawn(control_, carry_out(message, std::move(action), frame), boost::asio::detached);
}

boost::asio::awaitable<void> MidiControl::carry_out(MidiMessage message,
                                                    std::optional<protocol::MidiAction> action,
                                                    std::uint64_t frame) {
  ++open_messages_;
  try {
    const protocol::When when{.in_phase_with = frame};
    if (action)
      co_await begin(message, std::move(*action), when);
    else
      co_await player_.recall_place(scene_place(message), when, 0);
  } catch (const std::exception&) {
    report_failure(message, to_protocol_error(std::current_exception()));
  }
  --open_messages_;
}

// Notes and controllers that bypass or set have done so on the audio thread.
boost::asio::awaitable<void> MidiControl::begin(MidiMessage message, protocol::MidiAction action,
                                                protocol::When when) {
  const bool is_program = message.kind == MidiKind::program;
  if (action.target == MidiTarget::scene) {
    protocol::SceneRecallRequest request{.name = *action.name, .when = when};
    co_await player_.recall(std::move(request), 0);
  } else if (action.target == MidiTarget::next_scene || action.target == MidiTarget::previous_scene) {
    protocol::SceneStepRequest request{.step = action.target == MidiTarget::next_scene ? 1 : -1,
                                       .when = when};
    co_await player_.step_scene(request, 0);
  } else if (action.target == MidiTarget::swap) {
    protocol::SwapRequest request{.name = action.name, .when = when};
    co_await player_.swap(std::move(request), 0);
  } else if (action.target == MidiTarget::bypass && is_program) {
    protocol::BypassRequest request{.when = when};
    co_await player_.bypass(request, 0);
  } else if (action.target == MidiTarget::set && is_program) {
    protocol::SetRequest request{.changes = protocol::setting_at(action, message.kind, message.value),
                                 .when = when};
    co_await player_.set(request, 0);
  }
}

void MidiControl::report_failure(const MidiMessage& message, const ProtocolError& error) {
  const std::chrono::duration<double> now = std::chrono::steady_clock::now().time_since_epoch();
  if (failure_log_.admit(now.count()))
    spdlog::warn("MIDI {} {} on channel {}: {}", protocol::midi_kind_name(message.kind), message.number,
                 message.channel, error.message());
  json::object data = message_json(message);
  data["error"] = error.to_json();
  events_.publish(protocol::Topic::midi, player_.rev(), std::nullopt, data, 0);
}

}  // namespace namrack::player

#include "daemon/jack/jack_client.h"

#include <jack/jack.h>
#include <jack/midiport.h>
#include <jack/thread.h>
#include <jack/transport.h>
#include <jack/uuid.h>
#include <pthread.h>
#include <sched.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "daemon/jack/system_limits.h"
#include "player/log_limiter.h"

namespace namrack::daemon {
namespace {

// The number of the calling thread, where libjack has announced it; see register_callbacks().
thread_local int thread_number = 0;

// The latest messages of libjack, from whichever of its threads.
struct Messages {
  std::mutex mutex;
  std::vector<std::string> latest;
  player::LogLimiter limiter{5, 1.0};
};

Messages& messages() {
  static Messages instance;
  return instance;
}

// libjack repeats itself at every attempt to reach an absent server.
void log_message(const char* message) {
  constexpr std::size_t kKept = 32;
  Messages& all = messages();
  const std::lock_guard lock(all.mutex);
  if (all.latest.size() < kKept) all.latest.emplace_back(message);
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  if (all.limiter.admit(std::chrono::duration<double>(now).count())) spdlog::debug("libjack: {}", message);
}

void forget_messages() {
  const std::lock_guard lock(messages().mutex);
  messages().latest.clear();
}

// The first one that contains `part`; empty: none does.
std::string message_with(std::string_view part) {
  const std::lock_guard lock(messages().mutex);
  for (const std::string& message : messages().latest)
    if (message.find(part) != std::string::npos) return message;
  return {};
}

// Opens a client. Null: refused, and `status` tells as much of the reason as libjack does.
jack_client_t* open_client(const std::string& name, int options, jack_status_t& status) {
  return ::jack_client_open(name.c_str(), static_cast<jack_options_t>(JackNoStartServer | options), &status);
}

// jackd refuses a name that is taken, but does not say that this was why: so it is asked by another client.
bool is_taken(const std::string& name) {
  jack_status_t status{};
  jack_client_t* const probe = open_client(fmt::format("{}-probe-{}", name, ::getpid()), 0, status);
  if (probe == nullptr) return false;
  char* const id = ::jack_get_uuid_for_client_name(probe, name.c_str());
  const bool is_there = id != nullptr;
  ::jack_free(id);
  ::jack_client_close(probe);
  return is_there;
}

// The sentence behind a refusal: what is so, and what mends it.
std::string why_refused(const std::string& name, jack_status_t status) {
  const std::string said = message_with("");
  if (!message_with("Too many open files").empty())
    return why_no_more_files().value_or("the JACK server, or namrackd, may open no more files: raise nofile");
  if (!message_with("Cannot allocate memory").empty())
    return why_not_locked().value_or("JACK gets no memory: " + message_with("Cannot allocate memory"));
  if ((status & JackVersionError) != 0)
    return "the server and libjack are of different versions: install both of the same, and restart both";
  if ((status & JackNameNotUnique) != 0 || is_taken(name))
    return fmt::format(
        "another client is called \"{}\": end it (another namrackd?), or choose another name with "
        "--client-name",
        name);
  return fmt::format("the server refused the client with status {:#x}{}{}; see the server's own log",
                     static_cast<unsigned>(status), said.empty() ? "" : ", libjack says: ", said);
}

[[noreturn]] void refuse(const std::string& name, jack_status_t status) {
  if ((status & JackServerFailed) == 0 || !message_with("Too many open files").empty())
    throw JackUnavailable(why_refused(name, status));
  if (const std::optional<std::string> user = user_of_foreign_server())
    throw JackUnavailable(
        fmt::format("the JACK server is user {}'s, but namrackd runs as user {}: start both as the same user "
                    "(User= of the unit)",
                    *user, own_user()));
  throw JackAbsent("no server is running");
}

// Takes over and frees an array of names as libjack returns it.
std::vector<std::string> take_names(const char** names) {
  std::vector<std::string> result;
  for (const char** name = names; name != nullptr && *name != nullptr; ++name) result.emplace_back(*name);
  if (names != nullptr) ::jack_free(static_cast<void*>(names));
  return result;
}

}  // namespace

void JackClient::route_messages() {
  ::jack_set_error_function(log_message);
  ::jack_set_info_function(log_message);
}

JackClient::JackClient(const std::string& name, engine::AudioState& state) : gate_(state) {
  // libjack crashes where it cannot open what it needs.
  if (const std::optional<std::string> reason = why_no_more_files()) throw JackUnavailable(*reason);
  forget_messages();
  jack_status_t status{};
  client_ = open_client(name, JackUseExactName, status);
  if (client_ == nullptr) refuse(name, status);
  input_ = ::jack_port_register(client_, "in", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
  output_ = ::jack_port_register(client_, "out", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
  midi_ = ::jack_port_register(client_, "midi", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, 0);
  if (input_ == nullptr || output_ == nullptr || midi_ == nullptr) {
    close();
    throw JackUnavailable("the server has no more ports: end other clients, or start jackd with more (-p)");
  }
  input_name_ = ::jack_port_name(input_);
  output_name_ = ::jack_port_name(output_);
  midi_name_ = ::jack_port_name(midi_);
  wants_realtime_ = ::jack_is_realtime(client_) != 0;
  realtime_priority_ = ::jack_client_real_time_priority(client_);
  signals_.sample_rate = ::jack_get_sample_rate(client_);
  signals_.buffer_size = ::jack_get_buffer_size(client_);
  register_callbacks();
}

// PipeWire 1.4 frees the buffers of connected ports twice when it closes a client whose server has gone: so
// the ports go first, and before them the audio thread, which writes into their buffers.
void JackClient::close() {
  if (client_ == nullptr) return;
  ::jack_deactivate(client_);
  for (jack_port_t* const port : {input_, output_, midi_})
    if (port != nullptr) ::jack_port_unregister(client_, port);
  ::jack_client_close(client_);
  client_ = nullptr;
}

// JACK calls these on its own threads. Each only writes atomics; the audio callback besides runs the rig.
void JackClient::register_callbacks() {
  ::jack_set_process_callback(client_, &JackClient::process, this);
  // Called on the audio thread before its first cycle, but on other threads of libjack as well: which of them
  // plays is told by the audio callback, which must not ask the system for its number.
  ::jack_set_thread_init_callback(client_, [](void*) { thread_number = ::gettid(); }, nullptr);
  const auto lose = [](jack_status_t, const char*, void* self) { self_of(self).signals_.shut_down = true; };
  ::jack_on_info_shutdown(client_, lose, this);
  // The only one of both that old versions of PipeWire call.
  ::jack_on_shutdown(client_, [](void* self) { self_of(self).signals_.shut_down = true; }, this);
  const auto note_block = [](jack_nframes_t frames, void* self) {
    self_of(self).signals_.buffer_size = frames;
    return 0;
  };
  ::jack_set_buffer_size_callback(client_, note_block, this);
  const auto note_rate = [](jack_nframes_t rate, void* self) {
    self_of(self).signals_.sample_rate = rate;
    return 0;
  };
  ::jack_set_sample_rate_callback(client_, note_rate, this);
  const auto count_xrun = [](void* self) {
    self_of(self).gate_.count_xrun();
    return 0;
  };
  ::jack_set_xrun_callback(client_, count_xrun, this);
  const auto freewheel = [](int starts, void* self) { self_of(self).gate_.set_freewheeling(starts != 0); };
  ::jack_set_freewheel_callback(client_, freewheel, this);
  register_graph_callbacks();
}

void JackClient::register_graph_callbacks() {
  const auto connected = [](jack_port_id_t, jack_port_id_t, int, void* self) {
    self_of(self).signals_.graph_changed = true;
  };
  ::jack_set_port_connect_callback(client_, connected, this);
  const auto registered = [](jack_port_id_t, int, void* self) {
    self_of(self).signals_.graph_changed = true;
  };
  ::jack_set_port_registration_callback(client_, registered, this);
  const auto latency = [](jack_latency_callback_mode_t, void* self) {
    self_of(self).signals_.latency_changed = true;
  };
  ::jack_set_latency_callback(client_, latency, this);
}

// libjack ends its audio thread by asynchronous cancellation, possibly in the middle of a late block.
// Cancellation unwinds the stack, and unwinding out of code that promises not to throw would end the whole
// daemon. So it is put off until the block is done. This function itself makes no such promise and has
// nothing to unwind, and hence no exception table either: with one, cancellation between two calls would be
// fatal as well. No system call is involved.
int JackClient::process(std::uint32_t frames, void* self) {
  int former = PTHREAD_CANCEL_ASYNCHRONOUS;
  ::pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &former);
  static_cast<JackClient*>(self)->process_block(frames);
  ::pthread_setcanceltype(former, nullptr);
  return 0;  // anything else would silently end the callbacks
}

void JackClient::process_block(std::uint32_t frames) noexcept {
  const auto* in = static_cast<const float*>(::jack_port_get_buffer(input_, frames));
  auto* out = static_cast<float*>(::jack_port_get_buffer(output_, frames));
  audio_thread_.store(thread_number, std::memory_order_relaxed);
  engine::TransportPosition position;
  engine::HostBlock block;
  if (read_transport(position)) block.position = &position;
  read_midi(frames, block);
  gate_.process({in, frames}, {out, frames}, ::jack_last_frame_time(client_), block);
}

// As many as JACK has room for; of each its first bytes, which are enough to tell what it is.
void JackClient::read_midi(std::uint32_t frames, engine::HostBlock& block) noexcept {
  void* const buffer = ::jack_port_get_buffer(midi_, frames);
  const std::uint32_t count = ::jack_midi_get_event_count(buffer);
  std::uint32_t read = 0;
  for (std::uint32_t i = 0; i < count && read < kMaxMidiEvents; ++i) {
    jack_midi_event_t jack{};
    if (::jack_midi_event_get(&jack, buffer, i) != 0) continue;
    engine::MidiEvent& event = midi_events_[read++];
    event = {.offset = std::min(jack.time, frames - 1),
             .size = static_cast<std::uint8_t>(std::min<std::size_t>(jack.size, 255)),
             .bytes = {}};
    std::copy_n(jack.buffer, std::min(jack.size, event.bytes.size()), event.bytes.begin());
  }
  block.midi = {midi_events_.data(), read};
  block.lost_midi = count - read + ::jack_midi_get_lost_event_count(buffer);
}

// False while it stands still, or nobody tells bars and beats.
bool JackClient::read_transport(engine::TransportPosition& position) const noexcept {
  jack_position_t jack{};
  const bool rolls = ::jack_transport_query(client_, &jack) == JackTransportRolling;
  if (!rolls || (jack.valid & JackPositionBBT) == 0) return false;
  const bool sane = jack.beats_per_bar >= 1.0F && jack.ticks_per_beat > 0.0 && jack.beats_per_minute > 0.0;
  position.beats_per_bar = double{jack.beats_per_bar};
  position.beats_per_minute = jack.beats_per_minute;
  position.beat = static_cast<double>(jack.bar - 1) * position.beats_per_bar +
                  static_cast<double>(jack.beat - 1) + static_cast<double>(jack.tick) / jack.ticks_per_beat;
  // Then bar, beat and tick are those of so many frames before the block.
  if ((jack.valid & JackBBTFrameOffset) != 0 && jack.frame_rate > 0)
    position.beat += jack.bbt_offset * jack.beats_per_minute / (60.0 * jack.frame_rate);
  return sane;
}

// Asks the system, because libjack and the C library only know what they have asked for.
bool JackClient::is_realtime() const {
  const int thread = audio_thread_.load(std::memory_order_relaxed);
  if (thread == 0) return false;
  const int policy = ::sched_getscheduler(thread) & ~SCHED_RESET_ON_FORK;
  return policy == SCHED_FIFO || policy == SCHED_RR;
}

void JackClient::activate() {
  if (::jack_activate(client_) != 0) throw JackUnavailable("the client cannot be activated");
}

ConnectionSet JackClient::connections() const {
  ConnectionSet set;
  for (auto& source : take_names(::jack_port_get_connections(input_)))
    set.insert({std::move(source), input_name_});
  for (auto& source : take_names(::jack_port_get_connections(midi_)))
    set.insert({std::move(source), midi_name_});
  for (auto& destination : take_names(::jack_port_get_connections(output_)))
    set.insert({output_name_, std::move(destination)});
  return set;
}

bool JackClient::connect(const Connection& connection) {
  if (::jack_port_by_name(client_, connection.source.c_str()) == nullptr ||
      ::jack_port_by_name(client_, connection.destination.c_str()) == nullptr)
    return false;
  const int result = ::jack_connect(client_, connection.source.c_str(), connection.destination.c_str());
  return result == 0 || result == EEXIST;
}

ConnectionSet JackClient::physical_connections() const {
  constexpr std::size_t kPlaybackPorts = 2;
  const auto ports = [this](unsigned long direction) {
    return take_names(
        ::jack_get_ports(client_, nullptr, JACK_DEFAULT_AUDIO_TYPE, JackPortIsPhysical | direction));
  };
  ConnectionSet set;
  const auto captures = ports(JackPortIsOutput);
  if (!captures.empty()) set.insert({captures.front(), input_name_});
  const auto playbacks = ports(JackPortIsInput);
  for (std::size_t i = 0; i < std::min(playbacks.size(), kPlaybackPorts); ++i)
    set.insert({output_name_, playbacks[i]});
  return set;
}

std::vector<std::string> JackClient::midi_sources(const std::vector<std::string>& named) const {
  if (named.empty())
    return take_names(
        ::jack_get_ports(client_, nullptr, JACK_DEFAULT_MIDI_TYPE, JackPortIsPhysical | JackPortIsOutput));
  std::vector<std::string> existing = named;
  std::erase_if(existing, [this](const std::string& port) {
    return ::jack_port_by_name(client_, port.c_str()) == nullptr;
  });
  return existing;
}

std::vector<MissingPort> JackClient::missing_ports(const JackPolicy& policy) const {
  struct Kind {
    const char *option, *expected, *type;
    unsigned long direction;
    const std::vector<std::string>& names;
  };
  const Kind kinds[] = {
      {"--connect-in", "gives audio", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, policy.connect_in},
      {"--connect-out", "takes audio", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, policy.connect_out},
      {"--connect-midi", "gives MIDI", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, policy.connect_midi}};
  std::vector<MissingPort> missing;
  for (const Kind& kind : kinds) {
    for (const std::string& name : kind.names) {
      const jack_port_t* const port = ::jack_port_by_name(client_, name.c_str());
      if (port != nullptr && std::strcmp(::jack_port_type(port), kind.type) == 0 &&
          (static_cast<unsigned long>(::jack_port_flags(port)) & kind.direction) != 0)
        continue;
      missing.push_back({kind.option, name, kind.expected,
                         take_names(::jack_get_ports(client_, nullptr, kind.type, kind.direction))});
    }
  }
  return missing;
}

// PipeWire 0.3 hands these calls to its loop through a queue that has room for one writer only. The other one
// is the audio thread, at the begin of a cycle whose rate or block is new: so they are made right after the
// begin of one, when the next is a whole block away.
void JackClient::await_begin_of_cycle() const {
  using namespace std::chrono_literals;
  const std::uint64_t cycle = gate_.cycles();
  for (auto waited = 0us; gate_.cycles() == cycle && waited < 100ms; waited += 200us)
    std::this_thread::sleep_for(200us);
}

bool JackClient::set_latency(bool capture) {
  const auto mode = capture ? JackCaptureLatency : JackPlaybackLatency;
  jack_port_t* const from = capture ? input_ : output_;
  jack_port_t* const to = capture ? output_ : input_;
  jack_latency_range_t range{};
  jack_latency_range_t known{};
  ::jack_port_get_latency_range(from, mode, &range);
  ::jack_port_get_latency_range(to, mode, &known);
  const std::uint32_t own = latency_frames;
  range.min += own;
  range.max += own;
  if (known.min == range.min && known.max == range.max) return false;
  ::jack_port_set_latency_range(to, mode, &range);
  return true;
}

// Others have reckoned with what our ports said before, so that they have to do it once more.
bool JackClient::announce_latency() {
  await_begin_of_cycle();
  const bool capture = set_latency(true);
  const bool playback = set_latency(false);
  if (!capture && !playback) return false;
  ::jack_recompute_total_latencies(client_);
  return true;
}

}  // namespace namrack::daemon

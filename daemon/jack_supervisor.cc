#include "daemon/jack_supervisor.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace namrack::daemon {
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
namespace {

constexpr milliseconds kFirstRetry{200};
constexpr milliseconds kLastRetry{2000};
// How often JACK's signals are looked at.
constexpr milliseconds kLook{20};
// A server whose cycles stand still for so long hangs. Longer than any block, change of block size or long
// xrun.
constexpr milliseconds kHang{2000};
// How often connections are looked at when JACK has not reported a change.
constexpr milliseconds kLookAtGraph{500};

/// What the server says about our connections, and about what could be connected.
struct Graph {
  ConnectionSet connections;
  std::vector<std::string> midi_ports;
};

boost::asio::awaitable<void> nap(boost::asio::io_context& control) {
  boost::asio::steady_timer timer(control, kLook);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

// Why the system has most likely refused the priority that JACK asked for.
std::string why_not_realtime(int priority) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_RTPRIO, &limit) == 0 && limit.rlim_cur < static_cast<rlim_t>(priority))
    return fmt::format(
        "RLIMIT_RTPRIO is {}, JACK asks for {}; raise LimitRTPRIO= of the unit or rtprio in {}",
        limit.rlim_cur, priority, "/etc/security/limits.d");
  return "RLIMIT_RTPRIO would allow it; perhaps the kernel refuses it to this control group (RT_GROUP_SCHED)";
}

}  // namespace

JackSupervisor::JackSupervisor(boost::asio::io_context& control, player::Worker& jack_worker,
                               player::AudioState& audio, player::Player& player, player::MidiControl& midi,
                               JackPolicy policy)
    : control_(control),
      worker_(jack_worker),
      audio_(audio),
      player_(player),
      midi_(midi),
      policy_(std::move(policy)),
      timer_(control) {
  status_.client = policy_.client_name;
}

boost::asio::awaitable<void> JackSupervisor::pause(milliseconds duration) {
  boost::system::error_code cancelled;
  timer_.expires_after(duration);
  co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
}

boost::asio::awaitable<void> JackSupervisor::run() {
  finished_ = false;
  milliseconds retry = kFirstRetry;
  while (!stopping_) {
    Client client = co_await open();
    if (client && !stopping_) {
      const Clock::time_point begin = Clock::now();
      try {
        co_await play(client);
      } catch (const std::exception& error) {
        spdlog::error("JACK: {}", error.what());
      }
      if (Clock::now() - begin > 2 * kHang) retry = kFirstRetry;
    }
    client.reset();
    if (stopping_) break;
    co_await pause(retry);
    retry = std::min(retry * 3 / 2, kLastRetry);
  }
  finished_ = true;
}

boost::asio::awaitable<JackSupervisor::Client> JackSupervisor::open() {
  // Closing blocks for as long as the server hangs, and so does opening again: the worker does both, in this
  // order.
  const auto close = [&worker = worker_](JackClient* client) { worker.post([client] { delete client; }); };
  const auto job = [name = policy_.client_name, &audio = audio_, close] {
    return Client(std::make_unique<JackClient>(name, audio).release(), close);
  };
  std::string reason;
  try {
    co_return co_await worker_.run(job);
  } catch (const std::exception& error) {
    reason = error.what();
  }
  if (failed_) failed_(reason);
  co_return nullptr;
}

boost::asio::awaitable<void> JackSupervisor::play(Client client) {
  JackSignals& signals = client->signals();
  co_await player_.prepare_for({client->opened_rate(), signals.buffer_size});
  if (stopping_) co_return;
  audio_.freewheeling = false;
  client->latency_frames = player_.latency_frames();
  client_ = client;
  player_.set_running(true);
  boost::asio::co_spawn(control_, activate_and_connect(client), boost::asio::detached);

  std::uint64_t cycles = client->gate().cycles();
  Clock::time_point last_cycle = Clock::now();
  while (!stopping_ && !signals.shut_down) {
    co_await pause(kLook);
    note_signals(*client);
    if (const std::uint64_t now = client->gate().cycles(); now != cycles) {
      cycles = now;
      last_cycle = Clock::now();
    }
    if (Clock::now() - last_cycle > kHang) {
      spdlog::warn("JACK hangs: no cycle for {} ms", kHang.count());
      break;
    }
    if (signals.sample_rate != static_cast<std::uint32_t>(client->opened_rate())) {
      spdlog::warn("JACK changed its sample rate; connecting anew");
      break;
    }
  }
  co_await detach(std::move(client));
}

// Not part of play(), because every step blocks when the server hangs, and play() is who notices that.
boost::asio::awaitable<void> JackSupervisor::activate_and_connect(Client client) {
  try {
    const auto activate = [client] {
      client->activate();
      return client->physical_connections();
    };
    const ConnectionSet physical = co_await worker_.run(activate);
    // libjack raises the audio thread's priority before the first cycle.
    while (client_ == client && client->gate().cycles() == 0) co_await nap(control_);
    if (client_ != client) co_return;
    if (!std::exchange(connected_once_, true)) want_first_connections(physical);
    note_signals(*client);
    status_.connected = true;
    status_.realtime = client->is_realtime();
    publish();
    if (client->wants_realtime() && !status_.realtime)
      spdlog::warn("JACK is real-time, but namrackd's audio thread is not: {}",
                   why_not_realtime(client->realtime_priority()));
    co_await keep_connected(client);
  } catch (const std::exception& error) {
    spdlog::error("JACK: {}", error.what());
    client->signals().shut_down = true;
  }
}

boost::asio::awaitable<void> JackSupervisor::keep_connected(Client client) {
  Clock::time_point last_look{};
  while (client_ == client) {
    if (client->signals().graph_changed.exchange(false) || Clock::now() - last_look >= kLookAtGraph) {
      last_look = Clock::now();
      const auto connect = [client, wanted = memory_.wanted(), named = policy_.connect_midi] {
        for (const Connection& connection : wanted) client->connect(connection);
        return Graph{client->connections(), client->midi_sources(named)};
      };
      const Graph graph = co_await worker_.run(connect);
      if (client_ != client) co_return;
      if (!client->signals().shut_down) {
        memory_.observe(graph.connections, Clock::now());
        want_new_midi_ports(graph.midi_ports);
      }
      midi_.set_connected(std::ranges::any_of(graph.connections, [&client](const Connection& connection) {
        return connection.destination == client->midi_port();
      }));
      note_scheduling(*client);
    }
    co_await nap(control_);
  }
}

// A foot controller may be plugged in at any time. One that is there already, and that somebody has
// disconnected, stays so.
void JackSupervisor::want_new_midi_ports(const std::vector<std::string>& ports) {
  const bool wanted = policy_.autoconnect || !policy_.connect_midi.empty();
  for (const std::string& port : ports)
    if (wanted && std::ranges::find(midi_ports_, port) == midi_ports_.end())
      memory_.want({port, client_->midi_port()});
  midi_ports_ = ports;
}

void JackSupervisor::want_first_connections(const ConnectionSet& physical) {
  if (client_ == nullptr) return;
  const bool named = !policy_.connect_in.empty() || !policy_.connect_out.empty();
  for (const std::string& source : policy_.connect_in) memory_.want({source, client_->input_port()});
  for (const std::string& destination : policy_.connect_out)
    memory_.want({client_->output_port(), destination});
  if (named || !policy_.autoconnect) return;
  for (const Connection& connection : physical) memory_.want(connection);
}

boost::asio::awaitable<void> JackSupervisor::detach(Client client) {
  client->gate().close();
  client_.reset();
  while (!client->gate().is_idle()) co_await pause(milliseconds(1));
  memory_.lose();
  former_xruns_ += client->signals().xruns;
  player_.set_running(false);
  const bool was_connected = std::exchange(status_.connected, false);
  status_.sample_rate = status_.buffer_size = 0;
  status_.realtime = false;
  if (was_connected) publish();
}

void JackSupervisor::note_signals(JackClient& client) {
  status_.xruns = former_xruns_ + client.signals().xruns;
  const std::uint32_t block = client.signals().buffer_size;
  const std::uint32_t rate = client.signals().sample_rate;
  const bool changed = status_.buffer_size != block;
  status_.sample_rate = rate;
  status_.buffer_size = block;
  if (!changed) return;
  player_.set_block(block);
  if (status_.connected) publish();
}

void JackSupervisor::note_scheduling(const JackClient& client) {
  if (audio_.freewheeling) return;  // then libjack takes the priority away, because there are no deadlines
  const bool realtime = client.is_realtime();
  if (std::exchange(status_.realtime, realtime) != realtime) publish();
}

void JackSupervisor::publish() {
  if (changed_) changed_();
}

void JackSupervisor::update_latency() {
  if (client_ == nullptr) return;
  const std::uint32_t frames = player_.latency_frames();
  if (client_->latency_frames.exchange(frames) == frames) return;
  worker_.post([client = client_] { client->announce_latency(); });
}

boost::asio::awaitable<void> JackSupervisor::stop() {
  stopping_ = true;
  while (!finished_ && player_.is_running()) {
    timer_.cancel();
    boost::asio::steady_timer wait(control_, milliseconds(2));
    co_await wait.async_wait(boost::asio::use_awaitable);
  }
  timer_.cancel();
}

}  // namespace namrack::daemon

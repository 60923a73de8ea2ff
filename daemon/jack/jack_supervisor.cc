#include "daemon/jack/jack_supervisor.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "daemon/jack/system_limits.h"
#include "player/spawn.h"

namespace namrack::daemon {
using protocol::ProblemCode;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
namespace {

constexpr milliseconds kFirstRetry{200};
constexpr milliseconds kLastRetry{2000};
// How often it is looked whether the first cycle has come.
constexpr milliseconds kLookAtStart{10};
// A server whose cycles stand still for so long hangs. Longer than any block, change of block size or long
// xrun.
constexpr milliseconds kHang{2000};
// How often connections are looked at when JACK has not reported a change.
constexpr milliseconds kLookAtGraph{1500};
}  // namespace

JackSupervisor::JackSupervisor(boost::asio::io_context& control, player::Pulse& pulse,
                               engine::AudioState& audio, player::Player& player, player::MidiControl& midi,
                               player::Problems& problems, JackPolicy policy)
    : control_(control),
      pulse_(pulse),
      audio_(audio),
      player_(player),
      midi_(midi),
      problems_(problems),
      timer_(control),
      threads_(control),
      wiring_(std::move(policy)) {
  status_.client = wiring_.policy().client_name;
}

boost::asio::awaitable<void> JackSupervisor::pause(milliseconds duration) {
  boost::system::error_code cancelled;
  timer_.expires_after(duration);
  co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
}

boost::asio::awaitable<void> JackSupervisor::run() {
  if (is_stopping()) co_return;
  phase_ = Phase::running;
  milliseconds retry = kFirstRetry;
  while (!is_stopping()) {
    Client client;
    if (take_thread()) client = co_await open();
    if (client && !is_stopping()) {
      const Clock::time_point begin = Clock::now();
      co_await play(client);
      if (Clock::now() - begin > 2 * kHang) retry = kFirstRetry;
    }
    if (client) co_await close(client);
    client.reset();
    if (is_stopping()) break;
    co_await pause(retry);
    retry = std::min(retry * 3 / 2, kLastRetry);
  }
  phase_ = Phase::ended;
}

bool JackSupervisor::take_thread() {
  try {
    threads_.take();
    return true;
  } catch (const TooManyHang& error) {
    complain(error.what());
    return false;
  }
}

boost::asio::awaitable<JackSupervisor::Client> JackSupervisor::open() {
  const std::shared_ptr<JackThread> thread = threads_.current();
  const auto job = [name = status_.client, &audio = audio_, remove = thread->deleter<JackClient>()] {
    return Client(std::make_unique<JackClient>(name, audio).release(), remove);
  };
  std::string reason;
  bool is_refusal = true;
  try {
    co_return co_await thread->run("opening a JACK client", job);
  } catch (const JackAbsent& error) {
    reason = error.what();
    is_refusal = false;
  } catch (const std::exception& error) {
    reason = error.what();
  }
  if (is_refusal) {
    complain(reason);
  } else {
    reason_ = reason;
    problems_.clear(ProblemCode::jack_refused, status_.client);
  }
  if (failed_) failed_(reason);
  co_return nullptr;
}

boost::asio::awaitable<void> JackSupervisor::play(Client client) {
  JackSignals& signals = client->signals();
  bool is_activated = false;
  while (!is_stopping() && !signals.shut_down) {
    const std::uint32_t rate = signals.sample_rate;
    try {
      co_await player_.prepare_for({static_cast<double>(rate), signals.buffer_size});
    } catch (const std::exception& error) {
      complain(fmt::format("the models cannot be built for {} Hz: {}", rate, error.what()));
      break;
    }
    if (is_stopping()) break;
    if (signals.sample_rate != rate) continue;
    audio_.freewheeling = false;
    client_ = client;
    update_latency();
    client->gate().open();
    player_.set_running(true);
    if (!std::exchange(is_activated, true))
      player::spawn(control_, "starting the audio", activate_and_connect(client));
    co_await play_at(client, rate);
    co_await silence(client);
  }
  client_.reset();
  wiring_.lose();
  const bool was_connected = std::exchange(status_.connected, false);
  status_.sample_rate = status_.buffer_size = 0;
  status_.realtime = false;
  midi_.set_connected(false);
  if (was_connected) publish();
}

// Returns when the rate is another one, or the server is gone.
boost::asio::awaitable<void> JackSupervisor::play_at(Client client, std::uint32_t rate) {
  const JackSignals& signals = client->signals();
  std::uint64_t cycles = client->gate().cycles();
  Clock::time_point last_cycle = Clock::now();
  while (!is_stopping() && !signals.shut_down) {
    co_await pulse_.wait(player::Pulse::kSlow);
    note_signals(*client);
    if (const std::uint64_t now = client->gate().cycles(); now != cycles) {
      cycles = now;
      last_cycle = Clock::now();
    }
    if (Clock::now() - last_cycle > kHang) {
      complain(
          fmt::format("JACK stands still: no cycle for {} ms; the client is opened anew. If it stays so, "
                      "restart the JACK server",
                      kHang.count()));
      client->signals().shut_down = true;
    }
    if (signals.sample_rate != rate) {
      spdlog::info("JACK changed its sample rate from {} to {} Hz", rate, signals.sample_rate.load());
      co_return;
    }
  }
}

// Not part of play(), because every step blocks when the server hangs, and play() is who notices that.
boost::asio::awaitable<void> JackSupervisor::activate_and_connect(Client client) {
  try {
    const auto activate = [client] {
      client->activate();
      return client->physical_connections();
    };
    const std::shared_ptr<JackThread> thread = threads_.current();
    const ConnectionSet physical = co_await thread->run("activating the JACK client", activate);
    // libjack raises the audio thread's priority before the first cycle.
    while (client_ == client && client->gate().cycles() == 0) co_await pulse_.wait(kLookAtStart);
    if (client_ != client) co_return;
    wiring_.note_server(*client, physical);
    note_connected(*client);
    co_await keep_connected(client, thread);
  } catch (const std::exception& error) {
    complain(error.what());
    client->signals().shut_down = true;
  }
}

boost::asio::awaitable<void> JackSupervisor::keep_connected(Client client,
                                                            std::shared_ptr<JackThread> thread) {
  JackSignals& signals = client->signals();
  Clock::time_point last_look{};
  while (client_ == client) {
    const bool has_changed = signals.graph_changed.exchange(false);
    if (has_changed) wiring_.note_change();
    if (has_changed || signals.latency_changed || Clock::now() - last_look >= kLookAtGraph) {
      last_look = Clock::now();
      // A port that has just appeared is connected at once: whoever plugs in a pedal presses it.
      while (co_await look_at_graph(client, thread)) {
      }
    }
    if (client_ == client) co_await pulse_.wait(player::Pulse::kSlow);
  }
}

// True when there is something new to connect.
boost::asio::awaitable<bool> JackSupervisor::look_at_graph(Client client,
                                                           std::shared_ptr<JackThread> thread) {
  const JackGraph graph = co_await thread->run("connecting JACK ports", wiring_.job(client));
  if (client_ != client) co_return false;
  bool is_new = false;
  if (!client->signals().shut_down) {
    is_new = wiring_.observe(graph, *client);
    problems_.set(ProblemCode::no_port, describe(graph.missing));
  }
  midi_.set_connected(has_midi(graph, *client));
  note_scheduling(*client);
  co_return is_new;
}

boost::asio::awaitable<void> JackSupervisor::silence(Client client) {
  client->gate().close();
  while (!client->gate().is_idle()) co_await pause(milliseconds(1));
  player_.set_running(false);
}

// A client whose thread hangs is closed by that thread, should it ever go on.
boost::asio::awaitable<void> JackSupervisor::close(Client client) {
  const std::shared_ptr<JackThread> thread = threads_.current();
  if (thread->hangs()) co_return;
  const auto job = [client] {
    client->close();
    return true;
  };
  try {
    co_await thread->run("closing the JACK client", job);
  } catch (const std::exception& error) {
    complain(error.what());
  }
}

void JackSupervisor::note_connected(JackClient& client) {
  status_.sample_rate = client.signals().sample_rate;
  status_.buffer_size = client.signals().buffer_size;
  status_.connected = true;
  status_.realtime = client.is_realtime();
  reason_.clear();
  problems_.clear(ProblemCode::jack_refused, status_.client);
  publish();
  note_limits(client);
}

void JackSupervisor::note_limits(const JackClient& client) {
  const auto tell = [this](ProblemCode code, const std::optional<std::string>& sentence) {
    if (sentence)
      problems_.raise(code, status_.client, *sentence);
    else
      problems_.clear(code, status_.client);
  };
  const bool is_refused = client.wants_realtime() && !status_.realtime;
  tell(ProblemCode::rtprio,
       is_refused ? std::optional(why_not_realtime(client.realtime_priority())) : std::nullopt);
  tell(ProblemCode::memlock, client.wants_realtime() ? why_not_locked() : std::nullopt);
  tell(ProblemCode::nofile, why_too_few_files());
}

void JackSupervisor::note_signals(JackClient& client) {
  if (!status_.connected) return;
  const std::uint32_t block = client.signals().buffer_size;
  const std::uint32_t rate = client.signals().sample_rate;
  const bool new_block = std::exchange(status_.buffer_size, block) != block;
  const bool new_rate = std::exchange(status_.sample_rate, rate) != rate;
  if (new_block) player_.set_block(block);
  if (new_block || new_rate) publish();
}

void JackSupervisor::note_scheduling(const JackClient& client) {
  if (audio_.freewheeling) return;  // then libjack takes the priority away, because there are no deadlines
  const bool realtime = client.is_realtime();
  if (std::exchange(status_.realtime, realtime) == realtime) return;
  publish();
  note_limits(client);
}

void JackSupervisor::complain(const std::string& reason) {
  reason_ = reason;
  problems_.raise(ProblemCode::jack_refused, status_.client, "JACK: " + reason);
}

void JackSupervisor::publish() {
  if (changed_) changed_();
}

void JackSupervisor::update_latency() {
  if (client_ == nullptr) return;
  const std::uint32_t frames = player_.state().latency_frames();
  if (client_->latency_frames.exchange(frames) == frames) return;
  wiring_.note_change();
  client_->signals().latency_changed = true;
}

boost::asio::awaitable<void> JackSupervisor::stop() {
  phase_ = phase_ == Phase::running ? Phase::stopping : Phase::ended;
  while (phase_ == Phase::stopping && player_.is_running()) {
    timer_.cancel();
    boost::asio::steady_timer wait(control_, milliseconds(2));
    co_await wait.async_wait(boost::asio::use_awaitable);
  }
  timer_.cancel();
}

}  // namespace namrack::daemon

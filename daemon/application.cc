#include "daemon/application.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <utility>

#include "daemon/status_report.h"
#include "player/error_map.h"

namespace namrack::daemon {
namespace asio = boost::asio;
using std::chrono::milliseconds;
namespace {

// Assumed until a server says otherwise; models are built again when it does.
constexpr double kAssumedRate = 48000.0;
// What the audio thread does not wait for.
constexpr int kNice = 10;
// So many files may be slow or stuck at a time before another load has to wait.
constexpr int kReaders = 4;
constexpr milliseconds kSaveDelay{500};
constexpr milliseconds kFadePatience{200};
constexpr milliseconds kWorkerPatience{1000};

protocol::LoadRequest to_request(const StartupLoad& load) {
  protocol::LoadRequest request;
  request.name = load.name;
  request.path = load.path.string();
  request.if_over = protocol::IfOver::force;  // better too much sound than none
  return request;
}

StartupError strict_error(const protocol::ProtocolError& error) {
  const bool permission = error.code() == protocol::ErrorCode::permission;
  return {permission ? ExitCode::permission : ExitCode::input_missing, error.message()};
}

}  // namespace

Application::Application(Options options)
    : options_(std::move(options)),
      socket_(options_.socket),
      signals_(control_, SIGTERM, SIGINT),
      audio_(kAssumedRate),
      readers_(control_, "namrack-reader", kNice, kReaders),
      builder_(control_, "namrack-builder", kNice),
      listener_(control_, "namrack-listen", 0),
      state_writer_(control_, "namrack-state", kNice),
      player_(control_, audio_, {readers_, builder_, listener_}, events_, problems_,
              {options_.model_dirs, options_.restrict_to_model_dirs}, options_.budgets),
      midi_(control_, audio_, player_, events_),
      jack_(control_, audio_, player_, midi_, problems_,
            {options_.client_name, options_.autoconnect, options_.connect_in, options_.connect_out,
             options_.connect_midi}),
      monitor_(control_, audio_, player_, jack_, events_),
      handlers_(player_, midi_, readers_,
                [this] {
                  return status_report(player_, problems_, midi_, jack_.status(), audio_, monitor_.levels(),
                                       std::chrono::steady_clock::now() - begin_);
                }),
      server_(control_, socket_, handlers_, events_) {
  if (options_.state) store_.emplace(*options_.state);
  player_.on_change([this] { note_change(); });
  jack_.on_change([this] { report_jack(); });
  jack_.on_failure([this](const std::string& reason) {
    if (options_.require_jack && !jack_.has_connected()) {
      spdlog::critical("no JACK: {}", reason);
      quit(ExitCode::jack_absent);
    }
    if (!std::exchange(failure_logged_, true)) spdlog::info("waiting for JACK: {}", reason);
  });
}

ExitCode Application::run() {
  asio::co_spawn(control_, await_signal(), asio::detached);
  asio::co_spawn(control_, start(), asio::detached);
  for (;;) {
    try {
      control_.run();
      return exit_code_;
    } catch (const std::exception& error) {
      spdlog::error("control thread: {}", error.what());  // whatever failed, the sound goes on
    }
  }
}

asio::awaitable<void> Application::start() {
  try {
    co_await load_at_start();
  } catch (const StartupError& error) {
    spdlog::critical("{}", error.what());
    quit(error.code());
    co_return;
  }
  if (stopping_) co_return;
  started_ = true;
  asio::co_spawn(control_, server_.run(), asio::detached);
  asio::co_spawn(control_, monitor_.run(), asio::detached);
  asio::co_spawn(control_, player_.watch_files(), asio::detached);
  asio::co_spawn(control_, midi_.run(), asio::detached);
  asio::co_spawn(control_, feed_watchdog(), asio::detached);
  asio::co_spawn(control_, jack_.run(), asio::detached);
  spdlog::info("listening on {}", socket_.path().string());
  notifier_.ready(service_status());
}

// The state of the last run, then what the command line asks for; the latter wins.
asio::awaitable<void> Application::load_at_start() {
  std::optional<std::string> last;
  if (std::optional<player::SavedState> saved = store_ ? store_->read() : std::nullopt) {
    for (const StartupLoad& load : options_.loads)
      std::erase_if(saved->bank,
                    [&](const player::SavedState::Model& model) { return model.name == load.name; });
    last = saved->current;
    midi_.restore(std::move(saved->midi));
    co_await player_.restore(std::move(*saved));
  }
  for (const StartupLoad& load : options_.loads) {
    const auto error = co_await player_.load_or_miss(to_request(load));
    if (error && options_.strict) throw strict_error(*error);
  }
  std::optional<std::string> wanted = options_.swap ? options_.swap : last;
  if (options_.strict && options_.swap && player_.bank().find(*options_.swap) == nullptr)
    throw StartupError(ExitCode::input_missing, "no model named \"" + *options_.swap + "\" is loaded");
  if (wanted) co_await player_.want(std::move(wanted));
}

asio::awaitable<void> Application::await_signal() {
  boost::system::error_code error;
  const int signal = co_await signals_.async_wait(asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return;
  spdlog::info("stopping on signal {}", signal);
  co_await stop();
}

asio::awaitable<void> Application::stop() {
  stopping_ = true;
  notifier_.stopping();
  co_await fade_out();
  if (started_ && store_) state_writer_.post([this, state = saved_state()] { write_state(state); });
  co_await jack_.stop();
  server_.stop();
  if (!state_writer_.stop(kWorkerPatience)) spdlog::error("the state is not saved: writing it hangs");
  if (!jack_.stop_thread(kWorkerPatience)) spdlog::warn("JACK hangs; its client is left to the system");
  if (!readers_.stop(kWorkerPatience)) spdlog::warn("a load hangs and is given up");
  if (!builder_.stop(kWorkerPatience)) spdlog::warn("a model that is being built is given up");
  if (!listener_.stop(kWorkerPatience)) spdlog::warn("a swap that is being prepared is given up");
  socket_.remove();
  control_.stop();
}

// Ends what is heard without a click.
asio::awaitable<void> Application::fade_out() {
  if (!player_.is_running()) co_return;
  audio_.rack.mute(true);
  const auto deadline = std::chrono::steady_clock::now() + kFadePatience;
  asio::steady_timer timer(control_);
  while (!audio_.rack.is_silent() && std::chrono::steady_clock::now() < deadline) {
    timer.expires_after(milliseconds(2));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Application::feed_watchdog() {
  const auto interval = Notifier::watchdog_interval();
  if (!interval) co_return;
  asio::steady_timer timer(control_);
  for (;;) {
    notifier_.alive();
    timer.expires_after(*interval);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

void Application::quit(ExitCode code) {
  exit_code_ = code;
  if (std::exchange(stopping_, true)) return;
  asio::co_spawn(control_, stop(), asio::detached);
}

// Something changed that the state file, the service status or the latency shows.
void Application::note_change() {
  jack_.update_latency();
  if (!started_ || stopping_) return;
  notifier_.status(service_status());
  changed_ = true;
  if (store_ && !std::exchange(saving_, true)) asio::co_spawn(control_, save_changes(), asio::detached);
}

// One file after the other: should the disk hang, what changes meanwhile is saved once, afterwards.
asio::awaitable<void> Application::save_changes() {
  asio::steady_timer timer(control_);
  while (changed_) {
    timer.expires_after(kSaveDelay);
    co_await timer.async_wait(asio::use_awaitable);
    if (stopping_) break;
    changed_ = false;
    const auto job = [this, state = saved_state()] { return write_state(state); };
    co_await state_writer_.run(job);
  }
  saving_ = false;
}

player::SavedState Application::saved_state() const {
  player::SavedState state = player_.saved_state();
  state.midi = midi_.midi_map();
  return state;
}

bool Application::write_state(const player::SavedState& state) const {
  try {
    store_->write(state);
    return true;
  } catch (const std::exception& error) {
    spdlog::error("the state is not saved: {}", error.what());
    return false;
  }
}

void Application::report_jack() {
  const JackStatus& jack = jack_.status();
  if (jack.connected) {
    failure_logged_ = false;
    spdlog::info("JACK: {} Hz, {} frames a block, {}", jack.sample_rate, jack.buffer_size,
                 jack.realtime ? "real-time" : "not real-time");
  } else if (!stopping_) {
    spdlog::warn("JACK is gone");
  }
  const bool has_frame = player_.is_running() && audio_.frame.load() != 0;
  const std::optional<std::uint64_t> frame = has_frame ? std::optional(audio_.frame.load()) : std::nullopt;
  events_.publish(protocol::Topic::jack, player_.rev(), frame, jack_report(jack, player_), 0);
  notifier_.status(service_status());
}

std::string Application::service_status() const {
  if (!jack_.status().connected)
    return jack_.reason().empty() ? "waiting for JACK" : "waiting for JACK: " + jack_.reason();
  if (player_.is_current_missing()) return "\"" + *player_.current() + "\" should play and is missing";
  return "playing " + player_.current().value_or("the dry signal");
}

}  // namespace namrack::daemon

#include "daemon/application.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

#include "daemon/logging.h"
#include "daemon/options/option_table.h"
#include "daemon/signals.h"
#include "daemon/status_report.h"
#include "player/error_map.h"
#include "player/plain_words.h"
#include "player/spawn.h"

namespace namrack::daemon {
namespace asio = boost::asio;
using std::chrono::milliseconds;
namespace {

// Assumed until a server says otherwise; models are built again when it does.
constexpr double kAssumedRate = 48000.0;
// The priority of threads that the audio thread does not wait for.
constexpr int kNice = 10;
// So many files may be slow or stuck at a time before another load has to wait.
constexpr int kReaders = 4;
// While one measures, which may take seconds, the other builds what somebody waits for.
constexpr int kBuilders = 2;
// So many swaps hear their past at a time; a further one does without.
constexpr int kListeners = 4;
constexpr milliseconds kFadePatience{200};
constexpr milliseconds kWorkerPatience{1000};

protocol::LoadRequest to_request(const StartupLoad& load) {
  protocol::LoadRequest request;
  request.name = load.name;
  request.path = load.path.string();
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
      host_(kAssumedRate,
            {.readers = kReaders, .builders = kBuilders, .listeners = kListeners, .nice = kNice},
            {options_.model_dirs, options_.restrict_to_model_dirs}, options_.budgets),
      signals_(host_.control),
      state_writer_(host_.control, "namrack-state", kNice),
      state_(host_.control, state_writer_, host_.problems, options_.state, [this] { return saved_state(); }),
      jack_(host_.control, host_.pulse, host_.audio, host_.player, host_.midi, host_.problems,
            {options_.client_name, options_.autoconnect, options_.connect_in, options_.connect_out,
             options_.connect_midi}),
      monitor_(host_.pulse, host_.audio, host_.player, jack_, host_.events),
      handlers_(
          host_.player, host_.midi, host_.readers,
          [this, begin = std::chrono::steady_clock::now()] {
            return status_report(host_.player, host_.problems, host_.midi, jack_.status(), host_.audio,
                                 monitor_.levels(), std::chrono::steady_clock::now() - begin);
          },
          [this] { return state_.save(); }),
      server_(host_.control, host_.pulse, socket_, handlers_, host_.events) {
  for (const SignalAction action : {SignalAction::stop, SignalAction::reread})
    for (const int number : signals_of(action)) signals_.add(number);
  host_.player.state().on_change([this] { note_change(); });
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
  player::spawn(host_.control, "waiting for signals", await_signal());
  player::spawn(host_.control, "the start", start());
  for (;;) {
    try {
      host_.control.run();
      return exit_code_;
    } catch (const std::exception& error) {
      spdlog::error("control thread: {}", player::plain_words(error));  // whatever failed, the sound goes on
    }
  }
}

asio::awaitable<void> Application::start() {
  try {
    co_await serve();
    co_return;
  } catch (const StartupError& error) {
    spdlog::critical("{}", error.what());
    quit(error.code());
  } catch (const std::exception& error) {
    spdlog::critical("the start has failed: {}", player::plain_words(error));
    quit(ExitCode::os_failure);
  }
}

asio::awaitable<void> Application::serve() {
  co_await load_at_start();
  if (stopping_) co_return;
  started_ = true;
  host_.pulse.start();
  keep_running("accepting clients", [this] { return server_.run(); });
  keep_running("watching the socket", [this] { return server_.watch_socket(); });
  keep_running("watching model files", [this] { return host_.player.file_watch().run(); });
  keep_running("saving", [this] { return state_.run(); });
  keep_running("the watchdog", [this] { return feed_watchdog(); });
  player::spawn(host_.control, "JACK", jack_.run());
  spdlog::info("listening on {}", socket_.path().string());
  notifier_.ready(service_status());
  host_.player.library().measurer().measure_later();
}

namespace {

using Task = std::function<asio::awaitable<void>()>;

// Until it ends by itself. What has failed begins again a little later.
asio::awaitable<void> run_again_and_again(asio::io_context& control, const char* what, Task task) {
  constexpr std::chrono::seconds kPause{1};
  for (;;) {
    try {
      co_await task();
      co_return;
    } catch (const std::exception& error) {
      spdlog::error("{} has failed and begins again: {}", what, player::plain_words(error));
    }
    asio::steady_timer timer(control, kPause);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace

// For what is to run as long as the daemon.
void Application::keep_running(const char* what, Task task) {
  player::spawn(host_.control, what, run_again_and_again(host_.control, what, std::move(task)));
}

// The state of the last run, then what the command line asks for; the latter wins.
asio::awaitable<void> Application::load_at_start() {
  std::optional<std::string> last;
  if (std::optional<player::SavedState> saved = co_await state_.read()) {
    for (const StartupLoad& load : options_.loads)
      std::erase_if(saved->bank, [&](const player::ModelFile& model) { return model.name == load.name; });
    last = saved->current;
    host_.midi.restore(std::move(saved->midi));
    co_await host_.player.restore(std::move(*saved));
  }
  for (const StartupLoad& load : options_.loads) {
    const auto error = co_await host_.player.loading().load_or_miss(to_request(load));
    if (error && options_.strict) throw strict_error(*error);
  }
  std::optional<std::string> wanted = options_.swap ? options_.swap : last;
  if (options_.strict && options_.swap && host_.player.library().bank().find(*options_.swap) == nullptr)
    throw StartupError(ExitCode::input_missing, "no model named \"" + *options_.swap + "\" is loaded");
  if (wanted) co_await host_.player.loading().want(std::move(wanted));
}

asio::awaitable<void> Application::await_signal() {
  const std::vector<int> ends = signals_of(SignalAction::stop);
  for (;;) {
    const int signal = co_await signals_.async_wait(asio::use_awaitable);
    if (std::ranges::find(ends, signal) != ends.end()) {
      spdlog::info("stopping on signal {}", signal);
      break;
    }
    reread_configuration();
  }
  co_await stop();
}

// Asked for by a hang-up, which also comes when the terminal is lost.
void Application::reread_configuration() {
  const auto read = read_options(options_.arguments);
  if (const auto* const fault = std::get_if<EarlyExit>(&read)) {
    std::string text = fault->message.substr(0, fault->message.find('\n'));
    spdlog::error("the configuration stays as it was: {}", text);
    return;
  }
  const auto& now = std::get<Options>(read);
  set_log_level(now.log_level);
  std::string waiting;
  for (const OptionSpec& option : option_table()) {
    const auto value_in = [&](const OptionValues& values) {
      const auto found = values.find(option.name);
      return found != values.end() ? found->second : std::vector<std::string>{};
    };
    if (option.name != "log-level" && value_in(now.values) != value_in(options_.values))
      waiting += (waiting.empty() ? "" : ", ") + std::string(option.name);
  }
  spdlog::info("the configuration has been read again{}",
               waiting.empty() ? "" : "; what changed in these needs a restart: " + waiting);
}

asio::awaitable<void> Application::stop() {
  stopping_ = true;
  notifier_.stopping();
  co_await fade_out();
  if (started_) state_.finish();
  co_await jack_.stop();
  server_.stop();
  if (!state_writer_.stop(kWorkerPatience)) spdlog::error("the state is not saved: writing it hangs");
  if (!jack_.stop_threads(kWorkerPatience)) spdlog::warn("JACK hangs; its client is left to the system");
  if (!host_.readers.stop(kWorkerPatience)) spdlog::warn("a load hangs and is given up");
  if (!host_.builder.stop(kWorkerPatience)) spdlog::warn("a model that is being built is given up");
  if (!host_.listener.stop(kWorkerPatience)) spdlog::warn("a swap that is being prepared is given up");
  socket_.remove();
  host_.control.stop();
}

// Ends what is heard without a click.
asio::awaitable<void> Application::fade_out() {
  if (!host_.player.is_running()) co_return;
  host_.audio.rig.mute(true);
  const auto deadline = std::chrono::steady_clock::now() + kFadePatience;
  asio::steady_timer timer(host_.control);
  while (!host_.audio.rig.is_silent() && std::chrono::steady_clock::now() < deadline) {
    timer.expires_after(milliseconds(2));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Application::feed_watchdog() {
  const auto interval = Notifier::watchdog_interval();
  if (!interval) co_return;
  asio::steady_timer timer(host_.control);
  for (;;) {
    notifier_.alive();
    timer.expires_after(*interval);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

void Application::quit(ExitCode code) {
  exit_code_ = code;
  if (std::exchange(stopping_, true)) return;
  player::spawn(host_.control, "stopping", stop());
}

// Something changed that the state file, the service status or the latency shows.
void Application::note_change() {
  jack_.update_latency();
  if (!started_ || stopping_) return;
  notifier_.status(service_status());
  state_.note_change();
}

player::SavedState Application::saved_state() const {
  player::SavedState state = host_.player.saved_state();
  state.midi = host_.midi.midi_map();
  return state;
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
  const bool has_frame = host_.player.is_running() && host_.audio.frame.load() != 0;
  const std::optional<std::uint64_t> frame =
      has_frame ? std::optional(host_.audio.frame.load()) : std::nullopt;
  host_.events.publish(protocol::Topic::jack, host_.player.state().rev(), frame,
                       jack_report(jack, host_.player, host_.audio), 0);
  notifier_.status(service_status());
}

std::string Application::service_status() const {
  if (!jack_.status().connected)
    return jack_.reason().empty() ? "waiting for JACK" : "waiting for JACK: " + jack_.reason();
  if (host_.player.library().is_current_missing())
    return "\"" + *host_.player.state().current() + "\" should play and is missing";
  return "playing " + host_.player.state().current().value_or("the dry signal");
}

}  // namespace namrack::daemon

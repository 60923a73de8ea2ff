#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <deque>
#include <future>
#include <thread>

#include "cli/actions.h"
#include "cli/commands/model_path.h"
#include "cli/failure.h"
#include "cli/remote/connect.h"
#include "cli/remote/interruption.h"
#include "cli/text/output.h"
#include "cli/text/script_text.h"
#include "protocol/wire/json_text.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;
using protocol::ErrorCode;
using protocol::ProtocolError;
using protocol::ScriptLine;

// Each request that waits for its frame has a connection of its own, because one connection carries its
// requests out one after the other. The daemon has room for 32.
constexpr std::size_t kMostAtOnce = 24;

/// JACK's time as the daemon told it, carried on by this machine's clock.
struct FrameClock {
  std::uint64_t frame = 0;
  double sample_rate = 48000.0;
  Clock::time_point at = Clock::now();

  Clock::time_point time_of(std::uint64_t other) const {
    const double seconds = (static_cast<double>(other) - static_cast<double>(frame)) / sample_rate;
    return at + to_duration(seconds);
  }
};

// Two clocks never run at quite the same pace. While JACK is down the old one goes on.
bool renew(FrameClock& clock, Client& client) {
  const json::object status = client.call("status", {});
  const json::object& jack = status.at("jack").as_object();
  if (!jack.at("frame").is_number()) return false;
  clock = {.frame = jack.at("frame").to_number<std::uint64_t>(),
           .sample_rate = jack.at("sample_rate").to_number<double>(),
           .at = Clock::now()};
  return true;
}

FrameClock read_clock(Client& client) {
  FrameClock clock;
  if (!renew(clock, client))
    throw Failure(ExitCode::failed,
                  ProtocolError(ErrorCode::jack_down, "a script needs JACK, and JACK is down"));
  return clock;
}

class ScriptPlayer {
 public:
  ScriptPlayer(const GlobalOptions& options, const PlayScript& play)
      : interruption_(options), options_(options), play_(play) {}

  void run() {
    Client client = connect(options_);
    FrameClock clock = read_clock(client);
    std::vector<ScriptLine> script = read_script_file(play_.file, clock.sample_rate);
    for (ScriptLine& each : script) make_paths_sendable(each.method, each.params);
    auto line = script.begin();
    for (; line != script.end() && line->is_setup(); ++line)
      show(*line, clock, [&] { return call(client, *line, {}); });
    clock = read_clock(client);
    const std::uint64_t begin = play_.at_frame.value_or(
        clock.frame + static_cast<std::uint64_t>(std::llround(play_.lead_s * clock.sample_rate)));
    for (; line != script.end(); ++line) {
      const std::uint64_t frame = begin + line->offset(clock.sample_rate);
      if (!line->takes_time()) {
        collect_until(clock.time_of(frame), clock);
        show(*line, clock, [&] { return call(client, *line, {}); });
        continue;
      }
      collect_until(clock.time_of(frame) - to_duration(play_.ahead_s), clock);
      while (waiting_.size() >= kMostAtOnce) collect_first(clock);
      send(client, *line, frame, clock);
    }
    while (!waiting_.empty()) collect_first(clock);
    if (failed_ > 0)
      throw Failure(ExitCode::failed,
                    ProtocolError(ErrorCode::tx, fmt::format("{} of {} lines failed", failed_, script.size()),
                                  {{"failed", failed_}}));
  }

 private:
  struct Waiting {
    ScriptLine line;
    std::future<json::object> result;
  };

  static json::object call(Client& client, const ScriptLine& line, std::optional<std::uint64_t> frame) {
    return client.call(line.method, line.params_at(frame));
  }

  // Lines of the same frame are carried out in the order in which they arrive: the daemon has read this one
  // when it answers what is sent after it.
  void send(Client& client, const ScriptLine& line, std::uint64_t frame, FrameClock& clock) {
    Client own = connect(options_);
    interruption_.watch(own);
    const Deadline deadline = clock.time_of(frame) + to_duration(seconds_to_connect(options_));
    const std::uint64_t id = own.send(line.method, line.params_at(frame), deadline);
    renew(clock, client);
    waiting_.push_back({line, std::async(std::launch::async, [own = std::move(own), id, deadline]() mutable {
                          return own.receive(id, deadline);
                        })});
  }

  void collect_first(const FrameClock& clock) {
    Waiting first = std::move(waiting_.front());
    waiting_.pop_front();
    show(first.line, clock, [&] { return first.result.get(); });
  }

  void collect_until(Clock::time_point time, const FrameClock& clock) {
    while (!waiting_.empty() && waiting_.front().result.wait_until(time) == std::future_status::ready)
      collect_first(clock);
    std::this_thread::sleep_until(time);
  }

  // One that fails does not end the show.
  template <typename Call>
  void show(const ScriptLine& line, const FrameClock& clock, Call call) {
    try {
      const json::object result = call();
      print(options_.json ? protocol::json_text(script_line_json(line, result, clock.sample_rate)) + '\n'
                          : script_line_text(line, result, clock.sample_rate, style_));
    } catch (const Failure& failure) {
      if (failure.exit_code() != ExitCode::failed) throw;
      ++failed_;
      if (options_.json)
        print(protocol::json_text(json::object{{"line", line.number}, {"error", failure.error()}}) + '\n');
      else
        print(style_.error(fmt::format("line {}: {}", line.number, failure.message())) + '\n');
    }
  }

  Interruption interruption_;  // before any other thread
  const GlobalOptions& options_;
  const PlayScript& play_;
  Style style_ = Style::for_output(STDOUT_FILENO);
  std::deque<Waiting> waiting_;
  std::size_t failed_ = 0;
};

}  // namespace

void play_script(const GlobalOptions& options, const PlayScript& play) {
  ScriptPlayer(options, play).run();
}

}  // namespace namrack::cli

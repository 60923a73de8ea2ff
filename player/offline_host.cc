#include "player/offline_host.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>
#include <limits>
#include <utility>

#include "player/error_map.h"

namespace namrack::player {
namespace {

using std::chrono::milliseconds;

constexpr double kNoLimit = 1e9;
constexpr milliseconds kPatience{10000};

}  // namespace

struct OfflineHost::Open {
  const protocol::ScriptLine* line;
  std::future<boost::json::object> result;

  bool is_ready() const { return result.wait_for(milliseconds(0)) == std::future_status::ready; }
};

OfflineHost::OfflineHost(double sample_rate, std::size_t block)
    : sample_rate_(sample_rate),
      block_(block),
      // Nothing is ever too slow.
      host_(sample_rate, {}, ModelPaths({}, false),
            {.memory = std::numeric_limits<std::size_t>::max(), .cpu = kNoLimit, .measure = {}}),
      handlers_(host_.player, host_.midi, host_.readers, [] { return boost::json::object{}; }) {
  spdlog::set_level(spdlog::level::off);  // what matters is in the replies
  // Blocks have no deadline. What is far ahead is prepared at once, too.
  host_.audio.freewheeling = true;
}

// Whatever still runs refers to the player: it is ended first.
OfflineHost::~OfflineHost() {
  host_.player.set_running(false);
  run_until([this] { return std::ranges::all_of(open_, &Open::is_ready); });
  for (Worker* worker : {&host_.readers, &host_.builder, &host_.listener}) worker->stop(kPatience);
  host_.control.poll();
}

// An answer that has not come so far comes from a worker, which wakes this thread.
template <typename Condition>
void OfflineHost::run_until(Condition condition) {
  for (host_.control.poll(); !condition(); host_.control.run_one()) host_.control.restart();
  host_.control.restart();
}

void OfflineHost::begin(const protocol::ScriptLine& line, std::optional<std::uint64_t> frame) {
  auto reply = handlers_.handle(line.request(frame), self_);
  open_.push_back({&line, boost::asio::co_spawn(host_.control, std::move(reply), boost::asio::use_future)});
}

// Until it is done, or waits for the frame that is played next.
void OfflineHost::wait_until_given(const protocol::ScriptLine& line) {
  const std::uint64_t given = host_.player.changes().commands_given();
  begin(line, line.is_setup() ? std::nullopt : std::optional(frame_));
  run_until([&] { return open_.back().is_ready() || host_.player.changes().commands_given() != given; });
}

void OfflineHost::collect(const Report& report) {
  while (!open_.empty() && open_.front().is_ready()) {
    Open first = std::move(open_.front());
    open_.erase(open_.begin());
    try {
      report(*first.line, first.result.get());
    } catch (...) {
      throw protocol::at_line(first.line->number, to_protocol_error(std::current_exception()));
    }
  }
}

// A change that has been applied is answered before anything that comes later begins. What is to be made
// ready anew is so before the next block.
void OfflineHost::process(std::span<const float> in, float* out, const Report& report) {
  host_.audio.process({in.data(), in.size()}, {out, in.size()}, static_cast<std::uint32_t>(frame_));
  frame_ += in.size();
  host_.pulse.beat();
  run_until([this] { return !host_.player.changes().open().any_outside_rig(); });
  collect(report);
}

std::vector<float> OfflineHost::play(const std::vector<protocol::ScriptLine>& script,
                                     std::span<const float> input, const Report& report,
                                     const std::function<void(double)>& progress) {
  const std::future<void> prepared = boost::asio::co_spawn(
      host_.control, host_.player.prepare_for({.sample_rate = sample_rate_, .block = block_}),
      boost::asio::use_future);
  run_until([&] { return prepared.wait_for(milliseconds(0)) == std::future_status::ready; });
  auto line = script.begin();
  for (; line != script.end() && line->is_setup(); ++line) {
    wait_until_given(*line);
    collect(report);
  }
  // The fade with which every sound begins is over before the first sample.
  host_.player.set_running(true);
  const auto lead_in = static_cast<std::size_t>(2.0 * engine::LiveOutput::kMuteSeconds * sample_rate_);
  std::vector<float> silence(lead_in, 0.0F);
  process(silence, silence.data(), report);

  std::vector<float> output(input.size());
  const std::uint64_t first = frame_;
  for (std::size_t done = 0; done < input.size();) {
    for (; line != script.end() && line->offset(sample_rate_) <= done; ++line) wait_until_given(*line);
    std::size_t frames = std::min(block_, input.size() - done);
    if (line != script.end())
      frames = static_cast<std::size_t>(std::min<std::uint64_t>(frames, line->offset(sample_rate_) - done));
    process(input.subspan(done, frames), output.data() + done, report);
    done = static_cast<std::size_t>(frame_ - first);
    if (progress) progress(static_cast<double>(done) / static_cast<double>(input.size()));
  }
  while (!open_.empty()) process(silence, silence.data(), report);
  return output;
}

}  // namespace namrack::player

// The part of the player that changes the audible model.

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cmath>
#include <utility>

#include "daemon/or_null.h"
#include "daemon/player.h"

namespace namrack::daemon {
namespace json = boost::json;
using engine::RackModel;
using protocol::ErrorCode;
using protocol::ProtocolError;
using protocol::Topic;
namespace {

using Clock = std::chrono::steady_clock;

// A swap that is due later than this is prepared when it comes nearer. One that is due earlier is prepared at
// once and listens along until then: that costs load, but it is certain to be ready, also when JACK
// freewheels.
constexpr double kAheadSeconds = 15.0;
// A DC blocker settles for 0.4 s, of which little is heard; where hearing so much takes longer than this,
// less has to do.
constexpr double kPatienceSeconds = 0.06;
// Of the time that is left until a frame, to be on the safe side.
constexpr double kUsableTime = 0.7;

constexpr double kShortestWait = 0.005;
constexpr double kLongestWait = 1.0;

}  // namespace

// Keeps a name from being unloaded or replaced while a swap to it is being prepared or waits.
class Player::PendingSwap {
 public:
  PendingSwap(Player& player, std::optional<std::string> name) : player_(player), name_(std::move(name)) {
    ++player_.pending_swaps_;
    if (name_) player_.pending_names_.insert(*name_);
  }
  ~PendingSwap() {
    --player_.pending_swaps_;
    if (name_) player_.pending_names_.erase(player_.pending_names_.find(*name_));
  }
  PendingSwap(const PendingSwap&) = delete;
  PendingSwap& operator=(const PendingSwap&) = delete;

 private:
  Player& player_;
  std::optional<std::string> name_;
};

boost::asio::awaitable<SwapResult> Player::swap(protocol::SwapRequest request, Origin origin) {
  require_rev(request.if_rev);
  if (request.name) require_entry(*request.name);
  if (request.name == current_ && pending_swaps_ == 0 && !request.at_frame) co_return unchanged_swap();
  co_return co_await swap_to(std::move(request), origin);
}

SwapResult Player::unchanged_swap() const {
  SwapResult result;
  result.name = result.previous = current_;
  if (driver_.is_running()) result.frame = audio_.frame.load(std::memory_order_relaxed);
  result.rev = rev_;
  return result;
}

boost::asio::awaitable<SwapResult> Player::swap_to(protocol::SwapRequest request, Origin origin) {
  const PendingSwap pending(*this, request.name);
  const std::uint64_t order = ++last_swap_;
  if (request.at_frame) co_await wait_until_near(*request.at_frame);
  Joining joining;
  if (request.name) joining = co_await prepare_to_join(*request.name, request.if_rev, request.at_frame);
  if (!request.at_frame) {
    if (order < newest_submitted_swap_) {
      take_back(std::move(joining.instance));
      throw ProtocolError(ErrorCode::superseded, "a newer swap was ready before it");
    }
    newest_submitted_swap_ = order;
  }
  co_return co_await submit_swap(std::move(joining), request.fade_ms.value_or(settings_.fade_ms),
                                 request.at_frame, origin);
}

double Player::predicted_load() const {
  const BankEntry* const entry = current_ ? bank_.find(*current_) : nullptr;
  return entry != nullptr ? entry->predicted_load : 0.0;
}

double Player::seconds_until(std::uint64_t at_frame) const {
  const auto now = static_cast<double>(audio_.frame.load(std::memory_order_relaxed));
  return (static_cast<double>(at_frame) - now) / audio_.rack.sample_rate();
}

// A frame may be hours away. JACK's clock is not the system's, so the way there is made in steps.
boost::asio::awaitable<void> Player::wait_until_near(std::uint64_t at_frame) {
  boost::asio::steady_timer timer(control_);
  while (driver_.is_running()) {
    const double left = seconds_until(at_frame) - kAheadSeconds;
    if (left <= 0.0 || audio_.freewheeling.load(std::memory_order_relaxed)) co_return;
    const std::chrono::duration<double> step(std::clamp(left, kShortestWait, kLongestWait));
    timer.expires_after(std::chrono::duration_cast<Clock::duration>(step));
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

// The ready instance of a model, or a new one when the ready one is still fading out; it has heard the past.
boost::asio::awaitable<Player::Joining> Player::prepare_to_join(std::string name, protocol::IfRev if_rev,
                                                                std::optional<std::uint64_t> at_frame) {
  const Clock::time_point begin = Clock::now();
  for (;;) {
    BankEntry& entry = require_entry(name);
    const std::shared_ptr<const engine::Model> model = entry.model;
    Joining joining{.name = name};
    const bool ready = entry.spare && entry.spare->host_rate() == conditions_.sample_rate;
    if (ready)
      joining.instance = std::move(entry.spare);
    else
      joining.instance = co_await build_instance(listener_, model);
    // Anything may have happened meanwhile, here and below: the model replaced, the rate changed.
    if (const BankEntry* const still = current_entry(name, *joining.instance)) {
      const Listening listening = listening_of(*still, *joining.instance, at_frame);
      joining.heard_frames = listening.frames;
      if (listening.frames > 0) joining.instance = co_await hear(std::move(joining.instance), listening);
    }
    joining.prepare_ms = 1e3 * std::chrono::duration<double>(Clock::now() - begin).count();
    const bool conflict = if_rev && *if_rev != rev_;
    if (!conflict && current_entry(name, *joining.instance) != nullptr) co_return joining;
    take_back(std::move(joining.instance));
    require_rev(if_rev);
  }
}

boost::asio::awaitable<std::unique_ptr<RackModel>> Player::hear(std::unique_ptr<RackModel> instance,
                                                                Listening listening) {
  auto job = [this, listening, instance = std::move(instance)]() mutable {
    let_listen(*instance, audio_.rack.recent_input(), listening);
    return std::move(instance);
  };
  co_return co_await listener_.run(std::move(job));
}

const BankEntry* Player::current_entry(const std::string& name, const RackModel& instance) const {
  const BankEntry* const entry = bank_.find(name);
  const bool current =
      entry != nullptr && entry->model == instance.model() && instance.host_rate() == conditions_.sample_rate;
  return current ? entry : nullptr;
}

Listening Player::listening_of(const BankEntry& entry, const RackModel& instance,
                               std::optional<std::uint64_t> at_frame) const {
  if (!driver_.is_running()) return {};
  const engine::ModelPath::Settings settings = audio_.rack.params().path_settings();
  const auto frames_heard_in = [&](double seconds) {
    const double frames =
        std::max(0.0, seconds) * conditions_.sample_rate / std::max(entry.predicted_load, 1e-6);
    return static_cast<std::size_t>(std::min(frames, static_cast<double>(engine::RecentInput::kFrames)));
  };
  std::size_t frames = instance.memory_frames();
  if (engine::ModelPath::blocks_dc(settings))
    frames = std::min(instance.memory_frames_with_dc_blocker(),
                      std::max(frames, frames_heard_in(kPatienceSeconds)));
  if (at_frame) frames = std::min(frames, frames_heard_in(kUsableTime * seconds_until(*at_frame)));
  return {.frames = frames, .gain = engine::ModelPath::input_gain(instance, settings)};
}

boost::asio::awaitable<SwapResult> Player::submit_swap(Joining joining, double fade_ms,
                                                       std::optional<std::uint64_t> at_frame, Origin origin) {
  const auto fade_frames =
      static_cast<std::uint32_t>(std::lround(fade_ms * 1e-3 * audio_.rack.sample_rate()));
  const Promise<SwapResult> promise(control_.get_executor());
  SwapResult result;
  result.name = joining.name;
  result.requested_frame = at_frame;
  result.heard_frames = joining.heard_frames;
  result.prepare_ms = joining.prepare_ms;
  const BankEntry* const entry = joining.name ? bank_.find(*joining.name) : nullptr;
  result.predicted_load = entry != nullptr ? entry->predicted_load : 0.0;
  result.predicted_overlap = predicted_load() + result.predicted_load;
  const bool side_by_side =
      result.predicted_load == 0.0 || predicted_load() == 0.0 || result.predicted_overlap <= budgets_.cpu;
  if (!side_by_side) result.fade_kind = engine::FadeKind::through_zero;
  const auto latency = joining.instance ? static_cast<std::uint32_t>(joining.instance->latency_frames()) : 0U;
  RackDriver::Completion done = [this, result, latency, origin, promise](const Outcome& outcome) {
    finish_swap(result, latency, outcome, origin, promise);
  };
  // Frame 0 means "at once" to the rack; a client that names it means a moment long gone.
  const std::uint64_t frame = at_frame ? std::max<std::uint64_t>(*at_frame, 1) : engine::Rack::kNow;
  if (!driver_.swap(joining.instance, {fade_frames, frame, result.fade_kind}, std::move(done))) {
    take_back(std::move(joining.instance));
    throw ProtocolError(ErrorCode::limit, kTooManyCommands);
  }
  co_return co_await Promise<SwapResult>::wait(promise);
}

void Player::finish_swap(SwapResult result, std::uint32_t latency_frames, const Outcome& outcome,
                         Origin origin, const Promise<SwapResult>& promise) {
  if (outcome.kind == Outcome::Kind::superseded) {
    promise.fail(std::make_exception_ptr(
        ProtocolError(ErrorCode::superseded, "a newer swap took its place before it began")));
    return;
  }
  if (outcome.kind == Outcome::Kind::too_late) {
    const std::uint64_t now = audio_.frame.load(std::memory_order_relaxed);
    promise.fail(std::make_exception_ptr(
        ProtocolError(ErrorCode::too_late, "at_frame has already passed", {{"frame", now}})));
    return;
  }
  result.previous = std::exchange(current_, result.name);
  result.frame = outcome.frame;
  result.fade_frames = outcome.fade_frames;
  result.skipped_frames = outcome.skipped_frames;
  result.rev = next_rev();
  latency_frames_ = latency_frames;
  events_.publish(Topic::swap, rev_, outcome.frame, swap_report(result), origin);
  promise.set(std::move(result));
  changed();
}

json::object swap_report(const SwapResult& result) {
  return {{"name", or_null(result.name)},
          {"previous", or_null(result.previous)},
          {"requested_frame", or_null(result.requested_frame)},
          {"frame", or_null(result.frame)},
          {"fade", result.fade_kind == engine::FadeKind::crossfade ? "crossfade" : "through_zero"},
          {"fade_frames", result.fade_frames},
          // Both models run while they crossfade, so that there never is a gap.
          {"gap_frames", 0},
          {"heard_frames", result.heard_frames},
          {"skipped_frames", result.skipped_frames},
          {"prepare_ms", result.prepare_ms},
          {"predicted_load", result.predicted_load},
          {"predicted_overlap", result.predicted_overlap},
          {"applied", result.applied()},
          {"rev", result.rev}};
}

}  // namespace namrack::daemon

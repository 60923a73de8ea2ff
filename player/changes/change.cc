#include "player/changes/change.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>
#include <utility>

#include "player/or_null.h"
#include "protocol/error.h"

namespace namrack::player {
namespace json = boost::json;
namespace {

json::value level_json(float rms) {
  return rms > 0.0F ? json::value(20.0 * std::log10(double{rms})) : json::value(nullptr);
}

}  // namespace

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
          {"load_ms", or_null(result.load_ms)},
          {"prepare_ms", result.prepare_ms},
          {"match_db", result.match_db},
          {"level_before_db", level_json(result.level_before)},
          {"level_after_db", level_json(result.level_after)},
          {"predicted_load", or_null(result.predicted_load)},
          {"predicted_overlap", or_null(result.predicted_overlap)},
          {"measured_load", or_null(result.measured_load)},
          {"xruns", result.xruns},
          {"warnings", json::value_from(result.warnings)},
          {"applied", result.applied()},
          {"rev", result.rev}};
}

void add_outcome(json::object& reply, const SoundResult& result) {
  reply["frame"] = or_null(result.frame);
  reply["applied"] = result.applied();
  reply["rev"] = result.rev;
}

Change::Change(boost::asio::io_context& control, SoundChange wish, std::shared_ptr<Group> with,
               Origin origin_id)
    : asked(std::move(wish)),
      group(std::move(with)),
      origin(origin_id),
      begun(control.get_executor()),
      ended(control.get_executor()),
      wake_(control) {}

void Change::end() {
  is_wanted_ = false;
  wake_.cancel();
  if (is_in_rig()) engine::Change::cancel();
}

void Change::require_wanted() {
  if (is_wanted_) return;
  state = State::cancelled;
  throw protocol::ProtocolError(protocol::ErrorCode::cancelled, "it was cancelled before its time",
                                {{"id", id}});
}

boost::asio::awaitable<void> Change::nap(std::chrono::steady_clock::duration duration) {
  boost::system::error_code woken;
  wake_.expires_after(duration);
  if (is_wanted_) co_await wake_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
}

void Change::start_over() {
  engine::Change::operator=(engine::Change{});
  begun = Promise<bool>(wake_.get_executor());
}

}  // namespace namrack::player

#include "engine/audio/change_trip.h"

#include <utility>

namespace namrack::engine {
namespace {

// The order of actions, which come after all of the control thread's changes for the same frame, in their own
// order.
constexpr std::uint64_t kFirstActionOrder = std::uint64_t{1} << 63U;

}  // namespace

ChangeTrip::ChangeTrip() = default;

bool ChangeTrip::submit(Change& change) {
  if (open_ == kMaxOpen) return false;
  ++submitted_;
  if (change.order == 0) change.order = submitted_;
  change.swaps = change.incoming != nullptr;
  change.state = Change::State::submitted;
  ++open_;
  to_audio_.push(&change);
  return true;
}

Change* ChangeTrip::poll() {
  if (Change* const former = std::exchange(polled_action_, nullptr))
    for (Own& own : own_)
      if (&own.change == former) own.is_free.store(true, std::memory_order_release);
  Change* change = nullptr;
  if (!to_control_.pop(change)) return nullptr;
  const bool begins =
      change->state == Change::State::submitted && change->swaps && change->result == Change::State::done;
  change->state = begins ? Change::State::fading : change->result;
  if (change->is_action)
    polled_action_ = change;
  else if (change->is_over())
    --open_;
  return change;
}

Change* ChangeTrip::receive() NAMRACK_REALTIME {
  Change* change = nullptr;
  return to_audio_.pop(change) ? change : nullptr;
}

Change* ChangeTrip::make(const Action& action) NAMRACK_REALTIME {
  for (std::size_t i = 0; i < own_.size(); ++i) {
    Own& own = own_[(made_ + i) % own_.size()];
    if (!own.is_free.load(std::memory_order_acquire)) continue;
    own.is_free.store(false, std::memory_order_relaxed);
    Change& change = own.change;
    change.action = action;
    change.order = kFirstActionOrder + made_++;
    change.is_action = true;
    return &change;
  }
  return nullptr;
}

void ChangeTrip::tell(Change& change) NAMRACK_REALTIME {
  to_control_.push(&change);
  news_.store(true, std::memory_order_release);
}

void ChangeTrip::send_back(Change& change, Change::State result, std::uint64_t frame) NAMRACK_REALTIME {
  change.result = result;
  change.frame = frame;
  tell(change);
}

}  // namespace namrack::engine

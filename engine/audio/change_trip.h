#pragma once

#include <array>
#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <cstdint>

#include "engine/audio/change.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// The way of changes from the control thread to the audio thread and back: one queue of pointers in each
/// direction. At most kMaxOpen of the control thread's changes are open at a time, and kMaxActions of the
/// audio thread's own, so that the audio thread always finds room for what it sends back: a change with a
/// path comes back twice, each other one once.
class ChangeTrip {
 public:
  static constexpr std::size_t kMaxOpen = 64;
  static constexpr std::size_t kMaxActions = 64;

  ChangeTrip();

  // ---- Control thread -------------------------------------------------------------------------------------

  /// False, and nothing happens, while too many are open.
  bool submit(Change& change);
  /// The next change that has begun or is over, as its state says; null: none. One of the audio thread is
  /// valid until the next call.
  Change* poll();
  /// Whether something has come back since the last call.
  bool take_news() { return news_.exchange(false, std::memory_order_acquire); }

  // ---- Audio thread; real-time safe -----------------------------------------------------------------------

  /// The next one that was submitted; null: none.
  Change* receive() NAMRACK_REALTIME;
  /// A change of the audio thread itself; null while all of them wait to be polled.
  Change* make(const Action& action) NAMRACK_REALTIME;
  /// With what has come of it. With a path, and as `done`, it has only begun, and is sent a second time.
  void send_back(Change& change, Change::State result, std::uint64_t frame) NAMRACK_REALTIME;
  void send_back_ended(Change& change) NAMRACK_REALTIME { tell(change); }

 private:
  void tell(Change& change) NAMRACK_REALTIME;

  // Control thread.
  std::size_t open_ = 0;
  std::uint64_t submitted_ = 0;
  Change* polled_action_ = nullptr;

  boost::lockfree::spsc_queue<Change*, boost::lockfree::capacity<kMaxOpen>> to_audio_;
  boost::lockfree::spsc_queue<Change*, boost::lockfree::capacity<2 * kMaxOpen + kMaxActions>> to_control_;
  std::atomic<bool> news_{false};

  struct Own {
    Change change;
    std::atomic<bool> is_free{true};
  };
  std::array<Own, kMaxActions> own_;
  std::uint64_t made_ = 0;  // audio thread
};

}  // namespace namrack::engine

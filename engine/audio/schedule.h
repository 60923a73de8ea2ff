#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/audio/change_trip.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

/// Changes that the audio thread has received and that are not due yet. There is room for all that can be
/// open. Audio thread, or the control thread while there is none; real-time safe.
class Schedule {
 public:
  bool is_empty() const NAMRACK_REALTIME { return size_ == 0; }
  /// At Change::due.
  void add(Change& change) NAMRACK_REALTIME { changes_[size_++] = &change; }
  /// When one for now may begin: not before an older one that waits for a frame of its grid, because what was
  /// asked for last is what stays.
  std::uint64_t frame_for_now(const Change& change, std::uint64_t first_frame) const NAMRACK_REALTIME;

  /// Takes out the next that is due at `frame`, or one that was cancelled, or the first of all; null: none.
  Change* take_due(std::uint64_t frame) NAMRACK_REALTIME;
  Change* take_cancelled() NAMRACK_REALTIME;
  Change* take_first() NAMRACK_REALTIME;

  /// At most `at_most`; 0: one is due.
  std::size_t frames_until_next(std::uint64_t frame, std::size_t at_most) const NAMRACK_REALTIME;
  /// The next whose path listens and may catch up; null: none.
  Change* next_listener() const NAMRACK_REALTIME;

 private:
  template <typename Meant, typename Before>
  Change* take(Meant is_meant, Before is_before) NAMRACK_REALTIME;

  std::array<Change*, ChangeTrip::kMaxOpen + ChangeTrip::kMaxActions> changes_{};  ///< in order of arrival
  std::size_t size_ = 0;
};

}  // namespace namrack::engine

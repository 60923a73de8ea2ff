#include "engine/audio/schedule.h"

#include <algorithm>
#include <tuple>

namespace namrack::engine {
namespace {

bool has_lower_order(const Change& a, const Change& b) NAMRACK_REALTIME {
  return a.order < b.order;
}

}  // namespace

template <typename Meant, typename Before>
Change* Schedule::take(Meant is_meant, Before is_before) NAMRACK_REALTIME {
  std::size_t found = size_;
  for (std::size_t i = 0; i < size_; ++i)
    if (is_meant(*changes_[i]) && (found == size_ || is_before(*changes_[i], *changes_[found]))) found = i;
  if (found == size_) return nullptr;
  Change* const change = changes_[found];
  std::copy(changes_.data() + found + 1, changes_.data() + size_, changes_.data() + found);
  --size_;
  return change;
}

Change* Schedule::take_due(std::uint64_t frame) NAMRACK_REALTIME {
  return take([frame](const Change& change) { return change.due <= frame; }, has_lower_order);
}

Change* Schedule::take_cancelled() NAMRACK_REALTIME {
  return take([](Change& change) { return change.is_to_be_cancelled(); }, [](auto&, auto&) { return false; });
}

Change* Schedule::take_first() NAMRACK_REALTIME {
  return take(
      [](const Change&) { return true; },
      [](const Change& a, const Change& b) { return std::tie(a.due, a.order) < std::tie(b.due, b.order); });
}

std::uint64_t Schedule::frame_for_now(const Change& change,
                                      std::uint64_t first_frame) const NAMRACK_REALTIME {
  std::uint64_t earliest = first_frame;
  for (std::size_t i = 0; i < size_; ++i)
    if (changes_[i]->has_grid() && has_lower_order(*changes_[i], change))
      earliest = std::max(earliest, changes_[i]->due);
  return earliest + change.frames_to_grid(earliest);
}

std::size_t Schedule::frames_until_next(std::uint64_t frame, std::size_t at_most) const NAMRACK_REALTIME {
  for (std::size_t i = 0; i < size_; ++i)
    at_most = std::min<std::uint64_t>(at_most, changes_[i]->due - frame);
  return at_most;
}

Change* Schedule::next_listener() const NAMRACK_REALTIME {
  Change* next = nullptr;
  for (std::size_t i = 0; i < size_; ++i) {
    Change& change = *changes_[i];
    if (change.swaps && change.incoming->listens() && change.catches_up &&
        (next == nullptr || change.due < next->due))
      next = &change;
  }
  return next;
}

}  // namespace namrack::engine

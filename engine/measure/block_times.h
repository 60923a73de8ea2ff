#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

namespace namrack::engine {

/// The value that `fraction` (0..1) of `values`, at least one, do not exceed.
inline double percentile(std::vector<double> values, double fraction) {
  const auto at = static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

/// A stream that is played several times, and of each of its blocks the shortest time: what interrupts the
/// program strikes other blocks each time, what the program itself does at a block it does every time.
class ShortestTimes {
 public:
  explicit ShortestTimes(std::size_t blocks) : shortest_(blocks, kNever) {}

  std::size_t blocks() const { return shortest_.size(); }
  void add(std::size_t block, double seconds) { shortest_[block] = std::min(shortest_[block], seconds); }
  /// The percentile of the blocks that have been played, at least one.
  double percentile(double fraction) const {
    std::vector<double> played;
    std::copy_if(shortest_.begin(), shortest_.end(), std::back_inserter(played),
                 [](double s) { return s < kNever; });
    return engine::percentile(std::move(played), fraction);
  }

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();
  std::vector<double> shortest_;
};

}  // namespace namrack::engine

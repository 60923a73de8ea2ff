#include "engine/base/cycle_counter.h"

#include <chrono>

namespace namrack::engine {

double cycle_rate() {
  static const double rate = [] {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point begin = Clock::now();
    const std::uint64_t first = cycle_count();
    while (Clock::now() - begin < std::chrono::milliseconds(10)) {
    }
    const std::uint64_t last = cycle_count();
    return static_cast<double>(last - first) / std::chrono::duration<double>(Clock::now() - begin).count();
  }();
  return rate;
}

}  // namespace namrack::engine

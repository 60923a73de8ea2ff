#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace namrack::engine {

/// Spreads a job evenly over a number of frames. The job is a sequence of phases, each of equal steps; their
/// costs are estimates in any unit. Filled once, then immutable and real-time safe.
class WorkSchedule {
 public:
  /// How far a job has come.
  struct Cursor {
    std::size_t phase = 0;
    std::size_t done = 0;  ///< steps of that phase
  };

  explicit WorkSchedule(std::size_t frames) : frames_(frames) {}

  /// Appends a phase; the cost of a step is not 0.
  void add(std::size_t steps, std::size_t cost_per_step) {
    phases_.push_back({steps, cost_per_step, total_cost_});
    total_cost_ += steps * cost_per_step;
  }

  /// Does what is due when `frame` of the frames have passed: run(phase, begin, end) for steps [begin, end).
  /// After the last frame the job is complete.
  template <class Run>
  void advance(Cursor& cursor, std::size_t frame, const Run& run) const {
    const std::size_t target = total_cost_ * frame / frames_;
    while (cursor.phase < phases_.size()) {
      const Phase& phase = phases_[cursor.phase];
      if (target < phase.cost_before) return;
      const std::size_t due = std::min(phase.steps, (target - phase.cost_before) / phase.cost_per_step);
      if (due > cursor.done) run(cursor.phase, cursor.done, due);
      cursor.done = due;
      if (due < phase.steps) return;
      cursor = {cursor.phase + 1, 0};
    }
  }

 private:
  struct Phase {
    std::size_t steps;
    std::size_t cost_per_step;
    std::size_t cost_before;  // of all phases before it
  };

  std::size_t frames_;
  std::vector<Phase> phases_;
  std::size_t total_cost_ = 0;
};

}  // namespace namrack::engine

#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "engine/model/model.h"

namespace namrack::engine {

/// The time that a model takes, and how sure that is.
struct Cost {
  double seconds = 0.0;  ///< of CPU time, for one block
  /// How far apart the blocks were: between their quartiles, as a fraction of the median. 1 when there was
  /// time for one block only.
  double spread = 0.0;

  /// Up to this spread the median is taken for the truth.
  static constexpr double kMostSpread = 0.2;
  bool is_certain() const { return spread <= kMostSpread; }
};

/// The times of single blocks, at least one, in seconds.
using Trial = std::vector<double>;
/// The median of the steadiest of up to three trials, of which the next is made only while all before it
/// spread too far.
Cost steadiest(const std::function<Trial()>& next_trial);

/// Measures `play_block` as JACK would call it: single blocks, each when `period` seconds have passed since
/// the one before began, in which caches and clocks do what they do there. What counts is the CPU time of
/// this thread, so that other programs cost it little. Takes 60 ms, and up to 180 ms while other programs
/// disturb it; what is slower than real time takes a block longer.
Cost measure_cost(const std::function<void()>& play_block, double period);
/// The same of a fresh instance of `model` at its own rate. Any thread but the audio and the control thread.
Cost measure_cost(const Model& model, std::size_t block);

}  // namespace namrack::engine

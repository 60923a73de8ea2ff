#pragma once

#include <zita-resampler/resampler.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/base/realtime.h"
#include "engine/network/network.h"

namespace namrack::engine {

/// Runs a network at its own sample rate inside a stream of another: resample, network, resample back. As
/// many frames come out of every call as go in; the delay is constant. Built off the audio thread, then
/// real-time safe.
///
/// Both resamplers are zita-resampler's windowed-sinc ones with kHalfLength: flat to 0.1 dB up to 0.41 of the
/// lower rate (18 kHz at 44.1 kHz) at 1.5 ms of delay between 44.1 and 48 kHz.
class RateAdapter {
 public:
  static constexpr unsigned kHalfLength = 32;

  /// Rates in Hz; `max_frames` of one process() call, in host frames. Throws ModelError(unsupported) when the
  /// ratio is not one that the resampler can do.
  RateAdapter(double model_rate, double host_rate, std::size_t max_frames);

  /// `in` and `out` may be the same buffer; at most max_frames.
  void process(Network& network, const float* in, float* out, std::size_t frames) NAMRACK_REALTIME;
  /// As after a long silence; runs some silence through the network, which must have been reset before.
  void reset(Network& network) NAMRACK_REALTIME;

  std::size_t latency_frames() const NAMRACK_REALTIME { return latency_frames_; }
  /// Host frames after which the resamplers' phases are those of the start.
  std::size_t period_frames() const NAMRACK_REALTIME { return period_; }
  /// Host frames of input that the two filters span together.
  std::size_t span_frames() const { return span_frames_; }
  std::size_t bytes() const { return (at_model_rate_.size() + queue_.size()) * sizeof(float); }

 private:
  /// The resamplers alone, without a network; returns the number of frames at the model's rate.
  void clear() NAMRACK_REALTIME;
  std::size_t to_model_rate(const float* in, std::size_t frames) NAMRACK_REALTIME;
  void to_host_rate(std::size_t frames) NAMRACK_REALTIME;
  void take(float* out, std::size_t frames) NAMRACK_REALTIME;
  void plan_queue();
  void measure_latency();

  std::size_t period_;          ///< host frames after which the pattern of resampled counts repeats
  std::size_t head_start_ = 0;  ///< frames that the queue holds at the start, so that it never runs dry
  std::size_t latency_frames_ = 0;
  std::size_t span_frames_ = 0;
  Resampler to_model_, to_host_;
  std::vector<float> at_model_rate_;
  std::vector<float> queue_;  ///< output frames not yet taken
  std::size_t queued_ = 0;
};

}  // namespace namrack::engine

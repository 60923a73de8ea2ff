#pragma once

#include <cstddef>
#include <memory>

#include "engine/model/model.h"
#include "engine/network/network.h"

namespace namrack::engine {

class RateAdapter;

/// A model ready to be heard at one host sample rate: a network instance, its resampler when the rates
/// differ, and the model's stated levels. Built on the loader thread, played by the rack, destroyed on the
/// control thread.
class RackModel {
 public:
  /// `host_rate` in Hz. Allocates; throws ModelError(unsupported) when the two rates cannot be converted.
  RackModel(std::shared_ptr<const Model> model, double host_rate);
  ~RackModel();

  const std::shared_ptr<const Model>& model() const { return model_; }
  double host_rate() const { return host_rate_; }
  /// Delay that the resampling adds, in host frames; 0 when the rates are equal.
  std::size_t latency_frames() const;
  /// What it puts out in lasting silence: a small constant, not always 0.
  float resting_output() const { return resting_output_; }
  /// Memory of this instance, in bytes, without the shared weights.
  std::size_t bytes() const;

  /// Real-time safe; at most kMaxFrames. `in` and `out` may be the same buffer.
  void process(const float* in, float* out, std::size_t frames) noexcept;
  /// Real-time safe, though it touches the whole state: call it off the audio thread.
  void reset(InitialState state) noexcept;

  /// The most frames that one process() call may carry; the rack cuts longer blocks.
  static constexpr std::size_t kMaxFrames = 256;

 private:
  std::shared_ptr<const Model> model_;
  double host_rate_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<RateAdapter> adapter_;  // null when the rates are equal
  float resting_output_ = 0.0F;
};

}  // namespace namrack::engine

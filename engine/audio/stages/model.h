#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/audio/stage.h"
#include "engine/base/realtime.h"
#include "engine/network/network.h"

namespace namrack::engine {

class RateAdapter;

/// A network as it is played at one host sample rate: an instance of it, and resamplers when the rates
/// differ. Mono: with two channels it hears the first, and both have what comes out.
class ModelStage final : public Stage {
 public:
  /// Rates in Hz. `receptive_field` in frames at the model's rate: past input that decides what comes out.
  /// Allocates; throws ModelError(unsupported) when the two rates cannot be converted.
  ModelStage(std::shared_ptr<const NetworkPlan> plan, double model_rate, std::uint64_t receptive_field,
             double host_rate);
  ~ModelStage() override;

  /// Extreme input can overflow a network with finite weights, and a NaN in its history would stay. Silence
  /// and a fresh state are the way out: dearer than a block, but it must not sound like this for ever.
  bool process(const Block& block, const ConstBlock&) NAMRACK_REALTIME override;
  void reset() NAMRACK_REALTIME override { reset(InitialState::prewarmed); }
  /// Real-time safe, though it touches the whole state: call it off the audio thread where that is possible.
  void reset(InitialState state) NAMRACK_REALTIME;
  std::size_t memory_frames() const NAMRACK_REALTIME override { return memory_frames_; }
  std::size_t latency_frames() const NAMRACK_REALTIME override;
  std::size_t period_frames() const NAMRACK_REALTIME override;

  const std::shared_ptr<const NetworkPlan>& plan() const { return plan_; }
  double host_rate() const { return host_rate_; }
  /// The output in lasting silence: a small constant, not always 0.
  float resting_output() const { return resting_output_; }
  /// Bytes of this instance, without the weights that it shares.
  std::size_t bytes() const;

 private:
  void run(float* samples, std::size_t frames) NAMRACK_REALTIME;

  std::shared_ptr<const NetworkPlan> plan_;
  double host_rate_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<RateAdapter> adapter_;  ///< null when the rates are equal
  std::size_t memory_frames_ = 0;
  float resting_output_ = 0.0F;
};

}  // namespace namrack::engine

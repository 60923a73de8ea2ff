#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/audio/ramp.h"
#include "engine/audio/stage.h"
#include "engine/base/realtime.h"
#include "parameters/parameter.h"

namespace namrack::engine {

/// The places of kNoiseGateParameters.
enum class NoiseGateParameter : std::uint8_t {
  threshold_db,
  hysteresis_db,
  attack_ms,
  hold_ms,
  release_ms,
  range_db
};

inline constexpr auto kNoiseGateParameters = parameter_table<NoiseGateParameter>({
    {NoiseGateParameter::threshold_db,
     {.name = "threshold_db",
      .help = "level at which it opens",
      .min = -100.0,
      .max = 0.0,
      .unit = "dBFS",
      .value = -60.0}},
    {NoiseGateParameter::hysteresis_db,
     {.name = "hysteresis_db",
      .help = "by which the level must fall below that for it to close",
      .min = 0.0,
      .max = 20.0,
      .unit = "dB",
      .value = 6.0}},
    {NoiseGateParameter::attack_ms,
     {.name = "attack_ms",
      .help = "from closed to open",
      .min = 0.05,
      .max = 50.0,
      .unit = "ms",
      .value = 1.0}},
    {NoiseGateParameter::hold_ms,
     {.name = "hold_ms",
      .help = "that it stays open below",
      .min = 0.0,
      .max = 1000.0,
      .unit = "ms",
      .value = 50.0}},
    {NoiseGateParameter::release_ms,
     {.name = "release_ms",
      .help = "from open to closed",
      .min = 1.0,
      .max = 2000.0,
      .unit = "ms",
      .value = 150.0}},
    {NoiseGateParameter::range_db,
     {.name = "range_db",
      .help = "by which it lowers what it does not let through; 120: silence",
      .min = 0.0,
      .max = 120.0,
      .unit = "dB",
      .value = 80.0}},
});

/// Closes when nothing is played. It listens to the key between 80 Hz and 4 kHz, holds its peaks with a decay
/// of 10 ms, and moves its gain in dB at a constant slope; it starts closed. Closed at a range of 120 dB it
/// puts out exact zeros, open it leaves the samples as they are. The result does not depend on blocks.
class NoiseGateStage final : public Stage {
 public:
  /// In Hz.
  explicit NoiseGateStage(double sample_rate);

  bool process(const Block& block, const ConstBlock& key) NAMRACK_REALTIME override;
  void reset() NAMRACK_REALTIME override;
  void set(std::size_t parameter, double value) NAMRACK_REALTIME override;
  void end_ramps() NAMRACK_REALTIME override;
  bool hears_key() const NAMRACK_REALTIME override { return true; }
  std::size_t settling_frames() const NAMRACK_REALTIME override;

 private:
  using Parameter = NoiseGateParameter;
  static constexpr std::size_t kParameters = kNoiseGateParameters.size();

  /// A second-order filter, transposed direct form II.
  struct Filter {
    std::array<double, 3> b;
    std::array<double, 2> a;  ///< without a leading 1
    std::array<double, 2> state{};
    double next(double x) NAMRACK_REALTIME;
  };
  enum class Kind : std::uint8_t { high_pass, low_pass };
  static Filter butterworth(Kind kind, double hz, double sample_rate);

  /// The parameters of one frame, and what follows from them.
  struct Point {
    std::array<float, kParameters> values{};
    double opens_at = 0.0, closes_below = 0.0;  ///< linear
    double up = 0.0, down = 0.0;                ///< dB a frame
    double lowest_db = 0.0;                     ///< gain
    std::uint64_t hold_frames = 0;
  };
  void work_out(const std::array<float, kParameters>& values) NAMRACK_REALTIME;
  void listen(float key) NAMRACK_REALTIME;
  void set_gain(double db) NAMRACK_REALTIME;
  float next_gain() NAMRACK_REALTIME;

  double sample_rate_, decay_;
  std::array<Ramp, kParameters> ramps_;
  Point point_;
  Filter high_pass_, low_pass_;
  double held_ = 0.0;  ///< the key's peaks, linear
  bool is_open_ = false;
  std::uint64_t quiet_frames_ = 0;  ///< since it was last loud enough to stay open
  double gain_db_ = 0.0;
  float gain_ = 1.0F;  ///< the same, linear
};

}  // namespace namrack::engine

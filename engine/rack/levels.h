#pragma once

#include <cmath>
#include <optional>
#include <string_view>

#include "engine/model/model.h"

namespace namrack::engine {

/// How the loudness of different captures is brought together (as the NAM plugin does).
enum class LevelMode {
  raw,         ///< the bare model output
  normalized,  ///< every model that states its loudness is brought to kTargetLoudnessDb
  calibrated,  ///< analogue levels in and out are those of the captured device, where it states them
};

/// When a model's output runs through the DC blocker.
enum class DcBlock {
  automatic,  ///< in every level mode but raw
  on,
  off,
};

/// By the names that users know; nullopt for an unknown one.
std::optional<LevelMode> level_mode_from_name(std::string_view name);
std::optional<DcBlock> dc_block_from_name(std::string_view name);

inline constexpr float kTargetLoudnessDb = -18.0F;
/// Level of a 0 dBFS peak sine at the audio interface unless the user states another, in dBu.
inline constexpr float kDefaultInterfaceDbu = 12.0F;

inline float db_to_gain(float db) noexcept {
  return std::pow(10.0F, db / 20.0F);
}

/// Linear gains around one model.
struct LevelGains {
  float input = 1.0F;
  float output = 1.0F;
};

/// The gains that `mode` asks for; missing metadata means no adjustment. Real-time safe.
LevelGains level_gains(LevelMode mode, const ModelLevels& levels, float interface_dbu) noexcept;

}  // namespace namrack::engine

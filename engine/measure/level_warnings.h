#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/audio/levels.h"

namespace namrack::engine {

/// As people read it: none, metadata, measured.
std::string_view match_source_name(MatchSource source);

/// What is to be said about a model's levels, one sentence each: a stated loudness that is not used, and in
/// level mode calibrated analogue levels that the file does not state. Allocates.
std::vector<std::string> level_warnings(LevelMode mode, const ModelLevels& levels,
                                        std::optional<float> measured_loudness_db);

}  // namespace namrack::engine

#pragma once

#include "engine/format/model_json.h"
#include "engine/model/model.h"

namespace namrack::engine {

/// Measures `model` for `inspect`: its loudness, which its file may not state, and what is wrong with the
/// stated levels. A model that would take a core seconds for it is not measured. Allocates, and takes as
/// long as measured_loudness_db().
LevelFindings inspect_levels(const Model& model);

}  // namespace namrack::engine

#pragma once

#include "engine/model/model.h"
#include "engine/model/model_json.h"

namespace namrack::engine {

/// What measuring `model` adds to what its file states, for `inspect`: its loudness, and what is wrong with
/// the stated levels. A model that would take a core seconds for it is not measured. Allocates, and takes as
/// long as measured_loudness_db().
LevelFindings inspect_levels(const Model& model);

}  // namespace namrack::engine

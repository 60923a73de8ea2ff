#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "engine/audio/stage.h"
#include "parameters/parameter.h"

namespace namrack::engine {

/// A kind of stage that can be put into a path by its name. No host does so yet.
struct StageKind {
  std::string_view name, help;
  std::span<const Parameter> parameters;  ///< by the places that Stage::set() takes
  /// At the values that the rows state; `sample_rate` in Hz. Allocates.
  std::unique_ptr<Stage> (*make)(double sample_rate);
};

/// All of them, in the order in which they are shown.
std::span<const StageKind> stage_kinds();
/// nullptr when there is none of that name.
const StageKind* find_stage_kind(std::string_view name);

}  // namespace namrack::engine

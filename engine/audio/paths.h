#pragma once

#include <memory>
#include <optional>

#include "engine/audio/levels.h"
#include "engine/audio/path.h"
#include "engine/audio/stages/model.h"

namespace namrack::engine {

class Model;

// The paths that a rig of one mono voice plays. All of it is for the time before and after: off the audio
// thread.

/// `model` ready to be heard at `host_rate`, in Hz, without what stands around it. Throws
/// ModelError(unsupported), which names its file, when the two rates cannot be converted.
std::unique_ptr<ModelStage> make_model_stage(const Model& model, double host_rate);

/// Input gain, model, DC blocker, output gain.
std::unique_ptr<Path> model_path(std::unique_ptr<ModelStage> model, const CaptureLevels& levels);
/// The input, with the gains that the user has set. `sample_rate` in Hz.
std::unique_ptr<Path> dry_path(double sample_rate);
std::unique_ptr<Path> silent_path(double sample_rate);

/// The model of a path; nullptr: it has none.
const ModelStage* model_of(const Path& path);
/// Takes `path` (or null) apart, and keeps its model.
std::unique_ptr<ModelStage> take_model(std::unique_ptr<Path> path);
/// Another measurement for the path's model, which holds from its next settings on.
void set_levels(Path& path, const CaptureLevels& levels);

}  // namespace namrack::engine

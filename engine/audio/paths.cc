#include "engine/audio/paths.h"

#include <utility>

#include "engine/audio/stages/dc_blocker.h"
#include "engine/audio/stages/gain.h"
#include "engine/audio/stages/level.h"
#include "engine/audio/stages/silence.h"
#include "engine/base/model_error.h"
#include "engine/model/model.h"

namespace namrack::engine {
namespace {

using Place = GainStage::Place;

Path::Stages with_gains(double sample_rate, const CaptureLevels& levels, Path::Stages between) {
  between.insert(between.begin(), std::make_unique<GainStage>(Place::before_model, sample_rate, levels));
  between.push_back(std::make_unique<GainStage>(Place::behind_model, sample_rate, levels));
  return between;
}

}  // namespace

std::unique_ptr<ModelStage> make_model_stage(const Model& model, double host_rate) {
  try {
    return std::make_unique<ModelStage>(model.plan(), model.sample_rate(), model.info().receptive_field,
                                        host_rate);
  } catch (const ModelError& error) {
    throw error.with_file(model.info().path.string());
  }
}

std::unique_ptr<Path> model_path(std::unique_ptr<ModelStage> model, const CaptureLevels& levels) {
  const double sample_rate = model->host_rate();
  const float resting = model->resting_output();
  Path::Stages stages;
  stages.push_back(std::move(model));
  stages.push_back(std::make_unique<DcBlockerStage>(sample_rate, resting));
  return std::make_unique<Path>(sample_rate, with_gains(sample_rate, levels, std::move(stages)));
}

std::unique_ptr<Path> dry_path(double sample_rate) {
  Path::Stages stages;
  stages.push_back(std::make_unique<LevelStage>(sample_rate));
  return std::make_unique<Path>(sample_rate, with_gains(sample_rate, {}, std::move(stages)));
}

std::unique_ptr<Path> silent_path(double sample_rate) {
  Path::Stages stages;
  stages.push_back(std::make_unique<SilenceStage>());
  return std::make_unique<Path>(sample_rate, std::move(stages));
}

const ModelStage* model_of(const Path& path) {
  for (const auto& stage : path.stages())
    if (const auto* const model = dynamic_cast<const ModelStage*>(stage.get())) return model;
  return nullptr;
}

std::unique_ptr<ModelStage> take_model(std::unique_ptr<Path> path) {
  if (!path) return nullptr;
  Path::Stages stages = std::move(*path).take_stages();
  for (auto& stage : stages)
    if (dynamic_cast<ModelStage*>(stage.get()) != nullptr)
      return std::unique_ptr<ModelStage>(static_cast<ModelStage*>(stage.release()));
  return nullptr;
}

void set_levels(Path& path, const CaptureLevels& levels) {
  for (const auto& stage : path.stages())
    if (auto* const gain = dynamic_cast<GainStage*>(stage.get())) gain->set_levels(levels);
}

}  // namespace namrack::engine

#include "engine/audio/stages/gain.h"

namespace namrack::engine {

GainStage::GainStage(Place place, double sample_rate, const CaptureLevels& levels)
    : place_(place), levels_(levels), gain_(1.0F, static_cast<std::size_t>(Ramp::kSeconds * sample_rate)) {}

bool GainStage::process(const Block& block, const ConstBlock&) NAMRACK_REALTIME {
  gain_.multiply(block);
  return true;
}

void GainStage::apply(const Settings& settings) NAMRACK_REALTIME {
  const LevelAdjustment adjustment = level_adjustment(settings, levels_.stated, levels_.measured_loudness_db);
  gain_.go_to(db_to_gain(place_ == Place::before_model
                             ? settings.as<float>(Setting::input_db) + adjustment.input_db
                             : settings.as<float>(Setting::output_db) + adjustment.output_db));
}

}  // namespace namrack::engine

#include "engine/audio/stage_kinds.h"

#include <algorithm>
#include <array>

#include "engine/audio/stages/noise_gate.h"

namespace namrack::engine {
namespace {

template <typename Kind>
std::unique_ptr<Stage> make(double sample_rate) {
  return std::make_unique<Kind>(sample_rate);
}

constexpr auto kStageKinds = std::to_array<StageKind>({
    {"gate", "closes when nothing is played", kNoiseGateParameters, &make<NoiseGateStage>},
});

}  // namespace

std::span<const StageKind> stage_kinds() {
  return kStageKinds;
}

const StageKind* find_stage_kind(std::string_view name) {
  const auto found = std::ranges::find(kStageKinds, name, &StageKind::name);
  return found != kStageKinds.end() ? found : nullptr;
}

}  // namespace namrack::engine

#include "engine/audio/stage_kinds.h"

#include <algorithm>
#include <array>

namespace namrack::engine {
namespace {

constexpr std::array<StageKind, 0> kStageKinds{};

}  // namespace

std::span<const StageKind> stage_kinds() {
  return kStageKinds;
}

const StageKind* find_stage_kind(std::string_view name) {
  const auto found = std::ranges::find(kStageKinds, name, &StageKind::name);
  return found != kStageKinds.end() ? found : nullptr;
}

}  // namespace namrack::engine

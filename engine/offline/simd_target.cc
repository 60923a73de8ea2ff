#include "engine/offline/simd_target.h"

#include <hwy/targets.h>

#include <cstdint>
#include <stdexcept>

namespace namrack::engine {

std::vector<std::string> simd_targets() {
  std::vector<std::string> names;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets())
    names.emplace_back(hwy::TargetName(target));
  return names;
}

void limit_simd_target(const std::string& name) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    if (name != hwy::TargetName(target)) continue;
    hwy::DisableTargets(target - 1);  // a better target is a lower bit
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    return;
  }
  throw std::invalid_argument("no SIMD target " + name);
}

}  // namespace namrack::engine

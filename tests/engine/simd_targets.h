#pragma once

#include <hwy/targets.h>

#include <vector>

namespace namrack::engine::testing {

/// The SIMD targets that this build has and this machine can run.
inline std::vector<std::int64_t> simd_targets() {
  return hwy::SupportedAndGeneratedTargets();
}

/// While it lives, newly loaded models use `target`.
class ScopedTarget {
 public:
  explicit ScopedTarget(std::int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(target);
  }
  ~ScopedTarget() {
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  ScopedTarget(const ScopedTarget&) = delete;
  ScopedTarget& operator=(const ScopedTarget&) = delete;
};

}  // namespace namrack::engine::testing

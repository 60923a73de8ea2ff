#include "engine/format/model_info.h"

#include <algorithm>

namespace namrack::engine {

bool ModelInfo::is_same_size(double quality, double other) const {
  return std::ranges::none_of(
      quality_steps, [=](const QualityStep& step) { return (quality >= step.from) != (other >= step.from); });
}

}  // namespace namrack::engine

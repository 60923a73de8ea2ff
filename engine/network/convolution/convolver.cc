#include "engine/network/convolution/convolver.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/network/convolution/convolver.cc"
#include "hwy/foreach_target.h"
// After foreach_target.h: the parts that are compiled once per target.
#include "engine/network/convolution/convolver-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

std::shared_ptr<const ConvolverPlan> make_partitioned_plan(std::span<const float> response,
                                                           const ConvolutionLayout& layout) {
  return std::make_shared<const PartitionedPlan>(response, layout);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace namrack::engine {

HWY_EXPORT(make_partitioned_plan);

std::shared_ptr<const ConvolverPlan> make_convolver_plan(std::span<const float> response,
                                                         const ConvolutionLayout& layout) {
  return HWY_DYNAMIC_DISPATCH(make_partitioned_plan)(response, layout);
}

std::shared_ptr<const ConvolverPlan> make_convolver_plan(std::span<const float> response) {
  return make_convolver_plan(response, layout_for(response.size()));
}

}  // namespace namrack::engine
#endif

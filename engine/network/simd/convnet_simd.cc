#include "engine/network/simd/convnet_simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/network/simd/convnet_simd.cc"
#include "hwy/foreach_target.h"
// After foreach_target.h: the parts that are compiled once per target.
#include "engine/network/simd/convnet-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

std::shared_ptr<const NetworkPlan> make_convnet_plan(const ConvNetConfig& config,
                                                     const ConvNetWeights& weights) {
  return std::make_shared<const ConvNetPlan>(config, weights);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace namrack::engine {

HWY_EXPORT(make_convnet_plan);

std::shared_ptr<const NetworkPlan> make_simd_convnet(const ConvNetConfig& config,
                                                     const ConvNetWeights& weights) {
  return HWY_DYNAMIC_DISPATCH(make_convnet_plan)(config, weights);
}

}  // namespace namrack::engine
#endif

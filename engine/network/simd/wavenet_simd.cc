#include "engine/network/simd/wavenet_simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/network/simd/wavenet_simd.cc"
#include "hwy/foreach_target.h"
// After foreach_target.h: the parts that are compiled once per target.
#include "engine/network/simd/wavenet-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

std::shared_ptr<const NetworkPlan> make_wavenet_plan(const WaveNetConfig& config,
                                                     const WaveNetWeights& weights,
                                                     std::shared_ptr<const NetworkPlan> condition,
                                                     std::uint64_t settling_frames, bool specialise) {
  return std::make_shared<const WaveNetPlan>(config, weights, std::move(condition), settling_frames,
                                             specialise);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace namrack::engine {

HWY_EXPORT(make_wavenet_plan);

std::shared_ptr<const NetworkPlan> make_simd_wavenet(const WaveNetConfig& config,
                                                     const WaveNetWeights& weights,
                                                     std::shared_ptr<const NetworkPlan> condition,
                                                     std::uint64_t settling_frames, bool specialise) {
  return HWY_DYNAMIC_DISPATCH(make_wavenet_plan)(config, weights, std::move(condition), settling_frames,
                                                 specialise);
}

}  // namespace namrack::engine
#endif

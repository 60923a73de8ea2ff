#include "engine/network/simd/linear_simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/network/simd/linear_simd.cc"
#include "hwy/foreach_target.h"
// After foreach_target.h: the parts that are compiled once per target.
#include "engine/network/simd/linear-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

std::shared_ptr<const NetworkPlan> make_linear_plan(const LinearWeights& weights) {
  return std::make_shared<const LinearPlan>(weights);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace namrack::engine {

HWY_EXPORT(make_linear_plan);

std::shared_ptr<const NetworkPlan> make_simd_linear(const LinearWeights& weights) {
  return HWY_DYNAMIC_DISPATCH(make_linear_plan)(weights);
}

}  // namespace namrack::engine
#endif

#include "engine/network/simd/lstm_simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/network/simd/lstm_simd.cc"
#include "hwy/foreach_target.h"
// After foreach_target.h: the parts that are compiled once per target.
#include "engine/network/simd/lstm-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

std::shared_ptr<const NetworkPlan> make_lstm_plan(const LstmConfig& config, const LstmWeights& weights,
                                                  std::uint64_t prewarm_frames, bool specialise) {
  return std::make_shared<const LstmPlan>(config, weights, prewarm_frames, specialise);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace namrack::engine {

HWY_EXPORT(make_lstm_plan);

std::shared_ptr<const NetworkPlan> make_simd_lstm(const LstmConfig& config, const LstmWeights& weights,
                                                  std::uint64_t prewarm_frames, bool specialise) {
  return HWY_DYNAMIC_DISPATCH(make_lstm_plan)(config, weights, prewarm_frames, specialise);
}

}  // namespace namrack::engine
#endif

#include <algorithm>
#include <chrono>

#include "engine/offline/bench.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/offline/peak_flops.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Runs `rounds` of independent fused multiply-adds, enough of them to hide their latency; returns their
/// number of floating-point operations. `out` keeps the compiler from dropping the work.
double fused_multiply_adds(std::size_t rounds, float* out) {
  const hn::ScalableTag<float> d;
  constexpr int kChains = 12;
  const auto factor = hn::Set(d, 0.999F);
  const auto term = hn::Set(d, 0.001F);
  hn::Vec<decltype(d)> chain[kChains];
  for (int c = 0; c < kChains; ++c) chain[c] = hn::Set(d, static_cast<float>(c));
  for (std::size_t i = 0; i < rounds; ++i) {
    for (int c = 0; c < kChains; ++c) chain[c] = hn::MulAdd(chain[c], factor, term);
  }
  auto sum = chain[0];
  for (int c = 1; c < kChains; ++c) sum = hn::Add(sum, chain[c]);
  *out = hn::GetLane(hn::SumOfLanes(d, sum));
  return 2.0 * kChains * static_cast<double>(hn::Lanes(d)) * static_cast<double>(rounds);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace namrack::engine {

HWY_EXPORT(fused_multiply_adds);

double measure_peak_gflops() {
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t kRounds = 200'000;
  constexpr int kTries = 50;
  volatile float sink = 0.0F;
  double best = 0.0;
  for (int i = 0; i < kTries; ++i) {
    float out = 0.0F;
    const Clock::time_point begin = Clock::now();
    const double operations = HWY_DYNAMIC_DISPATCH(fused_multiply_adds)(kRounds, &out);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    sink = sink + out;
    best = std::max(best, operations / seconds);
  }
  return best / 1e9;
}

}  // namespace namrack::engine
#endif

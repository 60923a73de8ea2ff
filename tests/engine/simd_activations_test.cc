// The SIMD activations against double precision, on every target of this machine.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/network/description/activation.h"
#include "engine/network/reference/reference.h"
#include "tests/engine/simd_targets.h"

#ifndef NAMRACK_SIMD_ACTIVATIONS_TEST_ONCE
#define NAMRACK_SIMD_ACTIVATIONS_TEST_ONCE
/// The forms in which Tanh makes its fraction.
enum class Form { few_operations, estrin, soon, scaled };
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/engine/simd_activations_test.cc"
#include "hwy/foreach_target.h"
// After foreach_target.h: the part that is compiled once per target.
#include "engine/network/simd/activations-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

/// Applies `activation` (channel 1) to `count` values, a multiple of 64.
void apply_activation(const Activation& activation, const float* in, float* out, std::size_t count) {
  using D = hn::ScalableTag<float>;
  const D d;
  with_activation<D>(activation, [&](const auto& act) {
    for (std::size_t i = 0; i < count; i += hn::Lanes(d))
      hn::StoreU(act(hn::LoadU(d, in + i), 1), d, out + i);
  });
}

template <class D, class V>
HWY_INLINE TanhFraction<V> fraction(D d, Form form, V x) {
  const Tanh<D> tanh;
  if (form == Form::few_operations) return tanh.fraction(x);
  if (form == Form::estrin) return tanh.fraction_estrin(x);
  if (form == Form::soon) return tanh.fraction_soon(x);
  const TanhFraction<V> t = tanh.fraction_soon(x, {hn::Set(d, 3.0F), hn::Set(d, 0.7F)});
  return {hn::Mul(hn::Set(d, 1.0F / 3.0F), t.n), hn::Mul(hn::Set(d, 1.0F / 0.7F), t.d)};
}

/// sigmoid(2 x) and tanh(x), of fractions.
void apply_fractions(Form form, const float* in, float* sigmoid, float* tanh, std::size_t count) {
  const hn::ScalableTag<float> d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto t = fraction(d, form, hn::LoadU(d, in + i));
    hn::StoreU(hn::Div(hn::Mul(hn::Set(d, 0.5F), hn::Add(t.d, t.n)), t.d), d, sigmoid + i);
    hn::StoreU(hn::Div(t.n, t.d), d, tanh + i);
  }
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace namrack::engine {
HWY_EXPORT(apply_activation);
HWY_EXPORT(apply_fractions);
namespace {

std::vector<float> range(float limit, std::size_t count) {
  std::vector<float> x(count);
  for (std::size_t i = 0; i < count; ++i) {
    x[i] = limit * (2.0F * static_cast<float>(i) / static_cast<float>(count - 1) - 1.0F);
  }
  return x;
}

double worst_absolute_error(const Activation& activation, float limit) {
  double worst = 0.0;
  for (const std::int64_t target : testing::simd_targets()) {
    const testing::ScopedTarget scoped(target);
    const std::vector<float> x = range(limit, 1 << 18);
    std::vector<float> y(x.size());
    HWY_DYNAMIC_DISPATCH(apply_activation)(activation, x.data(), y.data(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double exact = reference_activation(activation, static_cast<double>(x[i]), 1);
      worst = std::max(worst, std::abs(static_cast<double>(y[i]) - exact));
    }
  }
  return worst;
}

TEST(SimdActivations, TanhAndSigmoidAreExactTo1e6Everywhere) {
  for (const float limit : {0.01F, 1.0F, 12.0F, 100.0F, 1e30F}) {
    EXPECT_LT(worst_absolute_error({.kind = ActivationKind::tanh, .slopes = {}}, limit), 1e-6) << limit;
    EXPECT_LT(worst_absolute_error({.kind = ActivationKind::sigmoid, .slopes = {}}, limit), 1e-6) << limit;
  }
}

TEST(SimdActivations, EveryFormOfTanhIsAsExact) {
  for (const std::int64_t target : testing::simd_targets()) {
    const testing::ScopedTarget scoped(target);
    for (const float limit : {0.01F, 1.0F, 9.5F, 100.0F, 1e30F}) {
      const std::vector<float> x = range(limit, 1 << 18);
      std::vector<float> sigmoid(x.size());
      std::vector<float> tanh(x.size());
      for (const Form form : {Form::few_operations, Form::estrin, Form::soon, Form::scaled}) {
        HWY_DYNAMIC_DISPATCH(apply_fractions)(form, x.data(), sigmoid.data(), tanh.data(), x.size());
        double worst = 0.0;
        for (std::size_t i = 0; i < x.size(); ++i) {
          const auto exact = static_cast<double>(x[i]);
          worst =
              std::max({worst, std::abs(static_cast<double>(tanh[i]) - std::tanh(exact)),
                        std::abs(static_cast<double>(sigmoid[i]) - 1.0 / (1.0 + std::exp(-2.0 * exact)))});
        }
        EXPECT_LT(worst, 1e-6) << limit << ", " << static_cast<int>(form) << ", " << hwy::TargetName(target);
      }
    }
  }
}

TEST(SimdActivations, TanhKeepsTheSignAndThePrecisionOfSmallSignals) {
  std::vector<float> x(64, 1e-4F);
  std::vector<float> y(64);
  HWY_DYNAMIC_DISPATCH(apply_activation)({.kind = ActivationKind::tanh, .slopes = {}}, x.data(), y.data(),
                                         64);
  EXPECT_NEAR(y[0] / 1e-4F, 1.0F, 1e-6F);
}

TEST(SimdActivations, AllOthersEqualTheirFormula) {
  for (const auto kind :
       {ActivationKind::fast_tanh, ActivationKind::hard_tanh, ActivationKind::relu,
        ActivationKind::leaky_relu, ActivationKind::prelu, ActivationKind::silu, ActivationKind::hard_swish,
        ActivationKind::leaky_hard_tanh, ActivationKind::softsign}) {
    const Activation activation{.kind = kind,
                                .low = -0.7F,
                                .high = 1.3F,
                                .low_slope = 0.03F,
                                .high_slope = 0.2F,
                                .slope = 0.1F,
                                .slopes = {9.0F, 0.25F}};
    EXPECT_LT(worst_absolute_error(activation, 8.0F), 4e-6) << static_cast<int>(kind);
  }
}

TEST(SimdActivations, LeakySlopesMayBeOfAnySizeAndSign) {
  for (const float slope : {-2.0F, -0.5F, 0.0F, 1.0F, 1.5F, 20.0F}) {
    const Activation leaky{.kind = ActivationKind::leaky_relu, .slope = slope, .slopes = {}};
    EXPECT_LT(worst_absolute_error(leaky, 8.0F), 2e-5) << slope;
  }
}

TEST(SimdActivations, HardTanhWithCrossedLimitsIsTheUpperOne) {
  const Activation crossed{.kind = ActivationKind::hard_tanh, .low = 1.0F, .high = -1.0F, .slopes = {}};
  EXPECT_EQ(reference_activation(crossed, 0.0, 0), -1.0);
  EXPECT_EQ(worst_absolute_error(crossed, 8.0F), 0.0);
}

}  // namespace
}  // namespace namrack::engine
#endif  // HWY_ONCE

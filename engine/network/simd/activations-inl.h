// Activation functions on vectors, compiled once per SIMD target. Each functor takes a vector of frames of
// one channel and the channel's index, and is the only place in the SIMD path where its function is written.

#include "engine/model/activation.h"
#include "hwy/highway.h"

#if defined(NAMRACK_SIMD_ACTIVATIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_ACTIVATIONS_INL_H_
#undef NAMRACK_SIMD_ACTIVATIONS_INL_H_
#else
#define NAMRACK_SIMD_ACTIVATIONS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// c0 + c1 u + c2 u^2 + c3 u^3 + c4 u^4
template <class D, class V = hn::Vec<D>>
HWY_INLINE V polynomial(D d, V u, float c0, float c1, float c2, float c3, float c4) {
  V y = hn::MulAdd(hn::Set(d, c4), u, hn::Set(d, c3));
  y = hn::MulAdd(y, u, hn::Set(d, c2));
  y = hn::MulAdd(y, u, hn::Set(d, c1));
  return hn::MulAdd(y, u, hn::Set(d, c0));
}

/// tanh with an absolute error below 4e-7: x P(x^2) / Q(x^2), |x| clamped to 9. The coefficients come from
/// engine/tools/fit_tanh.py.
template <class D>
struct Tanh {
  static constexpr ActivationKind kKind = ActivationKind::tanh;
  explicit Tanh(const Activation& = {}) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t = 0) const {
    const D d;
    x = hn::Min(hn::Max(x, hn::Set(d, -9.0F)), hn::Set(d, 9.0F));
    const V u = hn::Mul(x, x);
    const V p = polynomial(d, u, 1.0F, 0.133810207F, 0.00349558285F, 2.06089971e-05F, 1.33545468e-08F);
    const V q = polynomial(d, u, 1.0F, 0.467143357F, 0.0258769616F, 0.00032856263F, 7.77651053e-07F);
    return hn::Div(hn::Mul(x, p), q);
  }
};

/// 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2, with an absolute error below 2e-7.
template <class D>
struct Sigmoid {
  explicit Sigmoid(const Activation& = {}) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t = 0) const {
    const D d;
    const V half = hn::Set(d, 0.5F);
    return hn::MulAdd(half, Tanh<D>()(hn::Mul(half, x)), half);
  }
};

/// The format's own coarse approximation: what "Fasttanh" means in a file.
template <class D>
struct FastTanh {
  explicit FastTanh(const Activation&) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t) const {
    const D d;
    const V a = hn::Set(d, 2.45550750702956F);
    const V e = hn::Set(d, 2.44506634652299F);
    const V ax = hn::Abs(x);
    const V x2 = hn::Mul(x, x);
    const V inner = hn::MulAdd(hn::Set(d, 0.821226666969744F), ax, hn::Set(d, 0.893229853513558F));
    const V numerator = hn::Mul(x, hn::MulAdd(inner, x2, hn::MulAdd(a, ax, a)));
    const V bent = hn::Abs(hn::MulAdd(hn::Set(d, 0.814642734961073F), hn::Mul(x, ax), x));
    return hn::Div(numerator, hn::MulAdd(hn::Add(e, x2), bent, e));
  }
};

template <class D>
struct HardTanh {
  explicit HardTanh(const Activation& a) : low(a.low), high(a.high) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t) const {
    const D d;
    return hn::Min(hn::Max(x, hn::Set(d, low)), hn::Set(d, high));
  }
  float low, high;
};

template <class D>
struct Relu {
  explicit Relu(const Activation&) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t) const {
    return hn::Max(x, hn::Zero(D()));
  }
};

template <class D, class V>
HWY_INLINE V leaky(D d, V x, float slope) {
  return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, hn::Mul(hn::Set(d, slope), x));
}

template <class D>
struct LeakyRelu {
  static constexpr ActivationKind kKind = ActivationKind::leaky_relu;
  explicit LeakyRelu(const Activation& a) : slope(a.slope) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t) const {
    return leaky(D(), x, slope);
  }
  float slope;
};

template <class D>
struct Prelu {
  explicit Prelu(const Activation& a) : slopes(a.slopes.data()) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t channel) const {
    return leaky(D(), x, slopes[channel]);
  }
  const float* slopes;
};

template <class D>
struct Silu {
  explicit Silu(const Activation&) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t) const {
    return hn::Mul(x, Sigmoid<D>()(x));
  }
};

template <class D>
struct HardSwish {
  explicit HardSwish(const Activation&) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t) const {
    const D d;
    const V ramp = hn::Min(hn::Max(hn::Add(x, hn::Set(d, 3.0F)), hn::Zero(d)), hn::Set(d, 6.0F));
    return hn::Mul(hn::Mul(x, ramp), hn::Set(d, 1.0F / 6.0F));
  }
};

template <class D>
struct LeakyHardTanh {
  explicit LeakyHardTanh(const Activation& a)
      : low(a.low), high(a.high), low_slope(a.low_slope), high_slope(a.high_slope) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t) const {
    const D d;
    const V lo = hn::Set(d, low);
    const V hi = hn::Set(d, high);
    const V below = hn::MulAdd(hn::Sub(x, lo), hn::Set(d, low_slope), lo);
    const V above = hn::MulAdd(hn::Sub(x, hi), hn::Set(d, high_slope), hi);
    return hn::IfThenElse(hn::Lt(x, lo), below, hn::IfThenElse(hn::Gt(x, hi), above, x));
  }
  float low, high, low_slope, high_slope;
};

template <class D>
struct Softsign {
  explicit Softsign(const Activation&) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t) const {
    return hn::Div(x, hn::Add(hn::Set(D(), 1.0F), hn::Abs(x)));
  }
};

/// Calls `use` with the functor that `activation` describes.
template <class D, class Use>
HWY_INLINE void with_activation(const Activation& activation, Use use) {
  switch (activation.kind) {
    case ActivationKind::tanh:
      return use(Tanh<D>(activation));
    case ActivationKind::fast_tanh:
      return use(FastTanh<D>(activation));
    case ActivationKind::hard_tanh:
      return use(HardTanh<D>(activation));
    case ActivationKind::relu:
      return use(Relu<D>(activation));
    case ActivationKind::leaky_relu:
      return use(LeakyRelu<D>(activation));
    case ActivationKind::prelu:
      return use(Prelu<D>(activation));
    case ActivationKind::sigmoid:
      return use(Sigmoid<D>(activation));
    case ActivationKind::silu:
      return use(Silu<D>(activation));
    case ActivationKind::hard_swish:
      return use(HardSwish<D>(activation));
    case ActivationKind::leaky_hard_tanh:
      return use(LeakyHardTanh<D>(activation));
    case ActivationKind::softsign:
      return use(Softsign<D>(activation));
  }
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_ACTIVATIONS_INL_H_

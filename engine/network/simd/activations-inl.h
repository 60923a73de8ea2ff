// Activation functions on vectors, compiled once per SIMD target. Each functor takes a vector of frames of
// one channel and the channel's index. The gates of an LSTM are made of the same fractions, but put together
// where they are used.

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

/// The coefficients of Tanh, from engine/tools/fit_tanh.py: the bound, then P and Q in ascending powers of
/// x^2.
inline constexpr float kTanhCoefficients[] = {9.0F, 0.499999911F, 0.0135047976F,  2.75124639e-05F,
                                              1.0F, 0.11034175F,  0.000917707803F};

/// The same address, which the compiler takes for another one. Constants read through it are loaded where
/// they are used; otherwise GCC keeps all of them in registers through the loop around, and spills the loop's
/// sums instead.
HWY_INLINE const float* reread(const float* constants) {
  asm volatile("" : "+r"(constants));
  return constants;
}

/// c[0] + c[1] u + c[2] u^2
template <class D, class V = hn::Vec<D>>
HWY_INLINE V polynomial(D d, V u, const float* c) {
  const V y = hn::MulAdd(hn::Set(d, c[2]), u, hn::Set(d, c[1]));
  return hn::MulAdd(y, u, hn::Set(d, c[0]));
}

/// tanh(x / 2), about, as the fraction n / q.
template <class V>
struct HalfTanh {
  V n, q;
  /// q^2 + n^2: tanh(x) is 2 n q over it, and sigmoid(2 x) is (q + n)^2 over twice of it.
  HWY_INLINE V norm() const { return hn::MulAdd(n, n, hn::Mul(q, q)); }
  HWY_INLINE V product() const { return hn::Mul(n, q); }
  HWY_INLINE V square_of_sum() const { return hn::Mul(hn::Add(q, n), hn::Add(q, n)); }
};

/// tanh with an absolute error below 4e-7: 2 n q / (q^2 + n^2), n = x P(x^2), q = Q(x^2), where n / q is
/// about tanh(x / 2); |x| clamped to 9.
template <class D>
struct Tanh {
  explicit Tanh(const Activation& = {}) : c(reread(kTanhCoefficients)) {}
  static bool fits(const Activation& a) { return a.kind == ActivationKind::tanh; }
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t = 0) const {
    const HalfTanh<V> t = half_argument(x);
    return hn::Div(hn::Mul(t.n, hn::Add(t.q, t.q)), t.norm());
  }
  template <class V>
  HWY_INLINE HalfTanh<V> half_argument(V x) const {
    const D d;
    const V bound = hn::Set(d, c[0]);
    x = hn::Min(hn::Max(x, hn::Neg(bound)), bound);
    const V u = hn::Mul(x, x);
    return {hn::Mul(x, polynomial(d, u, c + 1)), polynomial(d, u, c + 4)};
  }
  const float* c;
};

/// 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2, with an absolute error below 2e-7.
template <class D>
struct Sigmoid {
  explicit Sigmoid(const Activation& = {}) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t = 0) const {
    const D d;
    const HalfTanh<V> t = tanh.half_argument(hn::Mul(hn::Set(d, 0.5F), x));
    return hn::Add(hn::Set(d, 0.5F), hn::Div(t.product(), t.norm()));
  }
  Tanh<D> tanh;
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

/// x above 0, slope x below, for slopes of up to 1: the larger one of the two.
template <class D>
struct GentleLeakyRelu {
  explicit GentleLeakyRelu(const Activation& a) : slope(a.slope) {}
  static bool fits(const Activation& a) { return a.kind == ActivationKind::leaky_relu && a.slope <= 1.0F; }
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t) const {
    return hn::Max(x, hn::Mul(hn::Set(D(), slope), x));
  }
  float slope;
};

/// The same for any slope; above 1 it is the smaller one.
template <class D, class V>
HWY_INLINE V leaky(D d, V x, float slope) {
  const V scaled = hn::Mul(hn::Set(d, slope), x);
  return slope <= 1.0F ? hn::Max(x, scaled) : hn::Min(x, scaled);
}

template <class D>
struct LeakyRelu {
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
    return hn::Mul(x, sigmoid(x));
  }
  Sigmoid<D> sigmoid;
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

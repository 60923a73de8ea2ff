// Activation functions on vectors, compiled once per SIMD target. Each functor takes a vector of frames of
// one channel and the channel's index. The gates of an LSTM are made of the same fractions, but put together
// where they are used.

#include "engine/network/description/activation.h"
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

/// The coefficients of Tanh, from engine/tools/fit_tanh.py: the bound, then P in ascending powers of x^2,
/// then Q without its last one, which is 1.
inline constexpr float kTanhCoefficients[] = {7.8F,        3958451.75F, 512347.094F, 11756.1689F, 46.0594864F,
                                              3958452.25F, 1831827.38F, 94576.9375F, 955.391357F};

/// The same P and Q as products: the last coefficient of P, -x^2 of one of its zeros; then pairs a, b of
/// factors x^4 + a x^2 + b, one of P and two of Q.
inline constexpr float kTanhFactors[] = {46.0594864F, 42.9891815F, 212.249634F, 1999.15796F,
                                         86.7141342F, 207.874954F, 868.677185F, 19042.4668F};

/// The same address, which the compiler takes for another one. Constants read through it are loaded where
/// they are used; otherwise GCC keeps all of them in registers through the loop around, and spills the loop's
/// sums instead.
HWY_INLINE const float* reread(const float* constants) {
  asm volatile("" : "+r"(constants));
  return constants;
}

/// The nearest to x in [-bound, bound].
template <class D, class V = hn::Vec<D>>
HWY_INLINE V clamp_to(D d, V x, float bound) {
#if HWY_TARGET <= HWY_AVX3
  // The lesser magnitude, with the sign of x: one operation instead of two.
  constexpr int kLesserMagnitude = 2;
  if constexpr (hn::MaxLanes(D()) == 16) {
    return V{_mm512_range_ps(x.raw, hn::Set(d, bound).raw, kLesserMagnitude)};
  } else if constexpr (hn::MaxLanes(D()) == 8) {
    return V{_mm256_range_ps(x.raw, hn::Set(d, bound).raw, kLesserMagnitude)};
  } else {
    return V{_mm_range_ps(x.raw, hn::Set(d, bound).raw, kLesserMagnitude)};
  }
#else
  return hn::Clamp(x, hn::Set(d, -bound), hn::Set(d, bound));
#endif
}

/// tanh(x), about, as the fraction n / d; sigmoid(2 x) is (d + n) / 2 d.
template <class V>
struct TanhFraction {
  V n, d;
};

/// tanh: x P(x^2) / Q(x^2), |x| clamped to 7.8.
template <class D>
struct Tanh {
  explicit Tanh(const Activation& = {}) : c(reread(kTanhCoefficients)) {}
  static bool fits(const Activation& a) { return a.kind == ActivationKind::tanh; }
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t = 0) const {
    const TanhFraction<V> t = fraction(x);
    return hn::Div(t.n, t.d);
  }
  /// In few operations, with an absolute error below 5e-7.
  template <class V>
  HWY_INLINE TanhFraction<V> fraction(V x) const {
    const D d;
    x = clamp_to(d, x, c[0]);
    const V u = hn::Mul(x, x);
    V p = hn::MulAdd(hn::Set(d, c[4]), u, hn::Set(d, c[3]));
    V q = hn::Add(u, hn::Set(d, c[8]));
    for (std::size_t i = 3; i-- > 1;) p = hn::MulAdd(p, u, hn::Set(d, c[i]));
    for (std::size_t i = 8; i-- > 5;) q = hn::MulAdd(q, u, hn::Set(d, c[i]));
    return {hn::Mul(x, p), q};
  }
  /// By Estrin's scheme, in one operation more and with less latency; as exact.
  template <class V>
  HWY_INLINE TanhFraction<V> fraction_estrin(V x) const {
    const D d;
    x = clamp_to(d, x, c[0]);
    const V u = hn::Mul(x, x);
    const V square = hn::Mul(u, u);
    const V p_low = hn::MulAdd(hn::Set(d, c[2]), u, hn::Set(d, c[1]));
    const V p_high = hn::MulAdd(hn::Set(d, c[4]), u, hn::Set(d, c[3]));
    const V q_low = hn::MulAdd(hn::Set(d, c[6]), u, hn::Set(d, c[5]));
    const V q_high = hn::MulAdd(hn::Add(u, hn::Set(d, c[8])), u, hn::Set(d, c[7]));
    return {hn::Mul(x, hn::MulAdd(p_high, square, p_low)), hn::MulAdd(q_high, square, q_low)};
  }
  /// With little latency, where nothing else is done beside it; absolute error below 6e-7.
  template <class V>
  HWY_INLINE TanhFraction<V> fraction_soon(V x) const {
    const D d;
    const float* const f = reread(kTanhFactors);
    x = clamp_to(d, x, c[0]);
    const V u = hn::Mul(x, x);
    const V line = hn::Mul(hn::Mul(x, hn::Set(d, f[0])), hn::Add(u, hn::Set(d, f[1])));
    return {hn::Mul(line, factor(f + 2, u)), hn::Mul(factor(f + 4, u), factor(f + 6, u))};
  }
  /// The same times `scale`, which is known before x: what waits for x takes as long as without.
  template <class V>
  HWY_INLINE TanhFraction<V> fraction_soon(V x, TanhFraction<V> scale) const {
    const D d;
    const float* const f = reread(kTanhFactors);
    x = clamp_to(d, x, c[0]);
    const V u = hn::Mul(x, x);
    const V line = hn::Mul(hn::Mul(x, hn::Mul(scale.n, hn::Set(d, f[0]))), hn::Add(u, hn::Set(d, f[1])));
    const V scaled =
        hn::MulAdd(hn::Add(u, hn::Set(d, f[4])), hn::Mul(u, scale.d), hn::Mul(scale.d, hn::Set(d, f[5])));
    return {hn::Mul(line, factor(f + 2, u)), hn::Mul(scaled, factor(f + 6, u))};
  }
  /// u^2 + a u + b, of the pair a, b.
  template <class V>
  HWY_INLINE static V factor(const float* pair, V u) {
    const D d;
    return hn::MulAdd(hn::Add(u, hn::Set(d, pair[0])), u, hn::Set(d, pair[1]));
  }
  const float* c;
};

/// The same with less latency, for vectors that have little to do beside them.
template <class D>
struct TanhEstrin : Tanh<D> {
  using Tanh<D>::Tanh;
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t = 0) const {
    const TanhFraction<V> t = this->fraction_estrin(x);
    return hn::Div(t.n, t.d);
  }
};

/// 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2, with an absolute error below 3e-7.
template <class D>
struct Sigmoid {
  explicit Sigmoid(const Activation& = {}) {}
  template <class V>
  HWY_INLINE V operator()(V x, std::size_t = 0) const {
    const D d;
    const V half = hn::Set(d, 0.5F);
    const TanhFraction<V> t = tanh.fraction(hn::Mul(half, x));
    return hn::MulAdd(half, hn::Div(t.n, t.d), half);
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

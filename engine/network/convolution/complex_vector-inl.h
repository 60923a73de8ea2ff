// Vectors of complex numbers, real and imaginary parts apart, compiled once per SIMD target.

#include <cstddef>

#include "hwy/highway.h"

#if defined(NAMRACK_CONVOLUTION_COMPLEX_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_CONVOLUTION_COMPLEX_VECTOR_INL_H_
#undef NAMRACK_CONVOLUTION_COMPLEX_VECTOR_INL_H_
#else
#define NAMRACK_CONVOLUTION_COMPLEX_VECTOR_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using ComplexTag = hn::ScalableTag<float>;
/// Complex numbers in a vector.
inline constexpr std::size_t kComplexLanes = hn::MaxLanes(ComplexTag());

struct ComplexVec {
  hn::Vec<ComplexTag> re, im;
};

HWY_INLINE ComplexVec load(const float* re, const float* im) {
  const ComplexTag d;
  return {hn::Load(d, re), hn::Load(d, im)};
}
HWY_INLINE void store(ComplexVec a, float* re, float* im) {
  const ComplexTag d;
  hn::Store(a.re, d, re);
  hn::Store(a.im, d, im);
}
/// The same number, re and im side by side, in all lanes.
HWY_INLINE ComplexVec broadcast(const float* number) {
  const ComplexTag d;
  return {hn::Set(d, number[0]), hn::Set(d, number[1])};
}
HWY_INLINE ComplexVec operator+(ComplexVec a, ComplexVec b) {
  return {hn::Add(a.re, b.re), hn::Add(a.im, b.im)};
}
HWY_INLINE ComplexVec operator-(ComplexVec a, ComplexVec b) {
  return {hn::Sub(a.re, b.re), hn::Sub(a.im, b.im)};
}
HWY_INLINE ComplexVec operator*(ComplexVec a, ComplexVec b) {
  return {hn::NegMulAdd(a.im, b.im, hn::Mul(a.re, b.re)), hn::MulAdd(a.im, b.re, hn::Mul(a.re, b.im))};
}
/// a times the conjugate of b.
HWY_INLINE ComplexVec times_conjugate(ComplexVec a, ComplexVec b) {
  return {hn::MulAdd(a.im, b.im, hn::Mul(a.re, b.re)), hn::NegMulAdd(a.re, b.im, hn::Mul(a.im, b.re))};
}
/// a + i b
HWY_INLINE ComplexVec add_turned(ComplexVec a, ComplexVec b) {
  return {hn::Sub(a.re, b.im), hn::Add(a.im, b.re)};
}
/// a - i b
HWY_INLINE ComplexVec subtract_turned(ComplexVec a, ComplexVec b) {
  return {hn::Add(a.re, b.im), hn::Sub(a.im, b.re)};
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_CONVOLUTION_COMPLEX_VECTOR_INL_H_

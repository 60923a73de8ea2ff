#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace namrack::engine {

/// The right-angle transform: 2n real numbers, read as n complex ones (the first half the real parts, the
/// second half the imaginary parts) and as the coefficients of a polynomial, are evaluated at the n roots of
/// z^n = i. Products of such values belong to products of the real polynomials modulo z^2n + 1. So it
/// convolves as well as a real transform of 2n points, but all its values are alike: there are no special
/// bins, and no pass that splits or joins halves.
///
/// Its algorithm: z^n - c is split into (z^(n/2) - w)(z^(n/2) + w), w = sqrt(c), and each factor in turn,
/// down to single roots. The values stand in the order in which that finds them.

/// The splits of one level: entry j is the argument of w when the j-th of 2^level polynomials is split.
std::vector<double> split_angles(std::size_t level);

/// The transform in double precision, in place, without any finesse: it makes the spectra of responses. `re`
/// and `im` have the same size, a power of two.
void right_angle_transform(std::span<double> re, std::span<double> im);

}  // namespace namrack::engine

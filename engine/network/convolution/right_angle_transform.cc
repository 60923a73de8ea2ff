#include "engine/network/convolution/right_angle_transform.h"

#include <cmath>
#include <numbers>

namespace namrack::engine {

std::vector<double> split_angles(std::size_t level) {
  std::vector<double> angles{std::numbers::pi / 4};  // of sqrt(i)
  for (std::size_t l = 0; l < level; ++l) {
    std::vector<double> next;
    next.reserve(2 * angles.size());
    for (const double angle : angles) {
      next.push_back(angle / 2);                         // of sqrt(w)
      next.push_back(angle / 2 + std::numbers::pi / 2);  // of sqrt(-w)
    }
    angles = std::move(next);
  }
  return angles;
}

void right_angle_transform(std::span<double> re, std::span<double> im) {
  std::size_t level = 0;
  for (std::size_t half = re.size() / 2; half > 0; half /= 2, ++level) {
    const std::vector<double> angles = split_angles(level);
    for (std::size_t j = 0; j < angles.size(); ++j) {
      const double w_re = std::cos(angles[j]);
      const double w_im = std::sin(angles[j]);
      for (std::size_t a = j * 2 * half; a < j * 2 * half + half; ++a) {
        const std::size_t b = a + half;
        const double t_re = w_re * re[b] - w_im * im[b];
        const double t_im = w_re * im[b] + w_im * re[b];
        re[b] = re[a] - t_re;
        im[b] = im[a] - t_im;
        re[a] += t_re;
        im[a] += t_im;
      }
    }
  }
}

}  // namespace namrack::engine

#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace namrack::engine {

/// Noise at the level of a guitar, so that the activations work and nothing becomes denormal.
inline std::vector<float> guitar_like_noise(std::size_t frames) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-0.3F, 0.3F);
  std::vector<float> noise(frames);
  float smooth = 0.0F;
  for (float& sample : noise) sample = smooth = 0.7F * smooth + 0.5F * uniform(random);
  return noise;
}

}  // namespace namrack::engine

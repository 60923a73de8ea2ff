#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/offline/wav_file.h"

namespace namrack::engine::testing {

inline std::filesystem::path fixtures() {
  return NAMRACK_FIXTURES;
}
/// Public models of others, where the machine has them; else empty.
inline std::filesystem::path reference_dir() {
  const char* from_environment = std::getenv("NAMRACK_REFERENCE_DIR");  // NOLINT: single-threaded
  const std::string built_in = NAMRACK_REFERENCE_DIR;
  return from_environment != nullptr ? from_environment : built_in;
}
inline std::filesystem::path random_model(const std::string& name) {
  return fixtures() / "models" / "random" / (name + ".nam");
}
inline std::vector<float> stimulus() {
  return read_sound(fixtures() / "audio" / "stimulus.wav").samples;
}
inline std::vector<float> expected_output(const std::string& name) {
  return read_sound(fixtures() / "expected" / (name + ".wav")).samples;
}

/// Largest difference between two signals relative to the peak of the second.
inline double worst_error(const std::vector<float>& actual, const std::vector<float>& expected) {
  if (actual.size() != expected.size()) return 1e9;
  double peak = 1e-12;
  double worst = 0.0;
  for (std::size_t t = 0; t < expected.size(); ++t) {
    peak = std::max(peak, std::abs(static_cast<double>(expected[t])));
    const double error = std::abs(static_cast<double>(actual[t]) - static_cast<double>(expected[t]));
    worst = error >= worst ? error : worst;
    if (!(error == error)) return 1e9;
  }
  return worst / peak;
}

}  // namespace namrack::engine::testing

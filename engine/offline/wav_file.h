#pragma once

#include <filesystem>
#include <span>
#include <stdexcept>
#include <vector>

namespace namrack::engine {

/// A sound file that cannot be read or written; what() is one line that names the file and the reason.
class SoundFileError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One channel of sound; samples are linear, 1.0 = 0 dBFS.
struct Sound {
  double sample_rate = 48000.0;  ///< Hz
  int file_channels = 1;         ///< how many the file had; only the first is kept
  std::vector<float> samples;
};

/// Reads the first channel of a WAV (or any other file libsndfile knows).
Sound read_sound(const std::filesystem::path& path);
/// Writes a mono 32-bit float WAV.
void write_wav(const std::filesystem::path& path, std::span<const float> samples, double sample_rate);

}  // namespace namrack::engine

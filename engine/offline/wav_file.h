#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
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
  /// How many frames the file's header promises, where the file was cut and holds fewer.
  std::optional<std::uint64_t> promised_frames = std::nullopt;
  std::vector<float> samples;
};

/// 93 minutes at 48 kHz, 1 GB in memory.
inline constexpr std::uint64_t kLongestSoundFrames = std::uint64_t{1} << 28;

/// Reads the first channel of a WAV (or any other file libsndfile knows). A file without a single frame, or
/// that is no sound, is refused, and so is a longer sound: a small compressed file can hold hours of silence.
Sound read_sound(const std::filesystem::path& path, std::uint64_t most_frames = kLongestSoundFrames);
/// Writes a mono 32-bit float WAV.
void write_wav(const std::filesystem::path& path, std::span<const float> samples, double sample_rate);

}  // namespace namrack::engine

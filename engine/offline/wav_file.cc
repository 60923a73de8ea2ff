#include "engine/offline/wav_file.h"

#include <sndfile.h>

#include <memory>
#include <string>

namespace namrack::engine {
namespace {

struct Close {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, Close>;

File open(const std::filesystem::path& path, int mode, SF_INFO& info) {
  File file(sf_open(path.c_str(), mode, &info));
  if (!file) throw SoundFileError(path.string() + ": " + sf_strerror(nullptr));
  return file;
}

}  // namespace

Sound read_sound(const std::filesystem::path& path, std::uint64_t most_frames) {
  SF_INFO info{};
  const File file = open(path, SFM_READ, info);
  const auto channels = static_cast<std::size_t>(info.channels);
  Sound sound{
      .sample_rate = static_cast<double>(info.samplerate), .file_channels = info.channels, .samples = {}};
  // The header's length is only a promise: read piece by piece, and keep what is really there.
  constexpr std::size_t kPieceSamples = 65536;  // a file may have 1024 channels
  const std::size_t piece = kPieceSamples / channels;
  std::vector<float> frames(piece * channels);
  while (const sf_count_t got = sf_readf_float(file.get(), frames.data(), static_cast<sf_count_t>(piece))) {
    for (std::size_t t = 0; t < static_cast<std::size_t>(got); ++t)
      sound.samples.push_back(frames[t * channels]);
    if (sound.samples.size() > most_frames) {
      throw SoundFileError(path.string() + ": longer than " + std::to_string(most_frames) + " frames");
    }
  }
  if (sf_error(file.get()) != SF_ERR_NO_ERROR) {
    throw SoundFileError(path.string() + ": " + sf_strerror(file.get()));
  }
  return sound;
}

void write_wav(const std::filesystem::path& path, std::span<const float> samples, double sample_rate) {
  SF_INFO info{};
  info.samplerate = static_cast<int>(sample_rate);
  info.channels = 1;
  info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  const File file = open(path, SFM_WRITE, info);
  const auto frames = static_cast<sf_count_t>(samples.size());
  if (sf_writef_float(file.get(), samples.data(), frames) != frames) {
    throw SoundFileError(path.string() + ": " + sf_strerror(file.get()));
  }
}

}  // namespace namrack::engine

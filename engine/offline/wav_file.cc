#include "engine/offline/wav_file.h"

#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "engine/format/foreign_file.h"

namespace namrack::engine {
namespace {

struct Close {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, Close>;

SoundFileError error(const std::filesystem::path& path, std::string reason) {
  // As libsndfile says what the system said.
  constexpr std::string_view kSystem = "System error : ";
  if (reason.starts_with(kSystem)) reason.erase(0, kSystem.size());
  if (reason.ends_with('.')) reason.pop_back();
  return SoundFileError(path.string() + ": " + reason);
}

File open(const std::filesystem::path& path, int mode, SF_INFO& info) {
  File file(sf_open(path.c_str(), mode, &info));
  if (!file) throw error(path, sf_strerror(nullptr));
  return file;
}

constexpr const char* kExpected = "expected a sound file (WAV, AIFF, FLAC, Ogg or MP3), found ";

/// Names a file that libsndfile cannot open, by its first bytes.
std::string found_instead(const std::string& bytes, const std::string& otherwise) {
  if (bytes.starts_with("RIFF") || bytes.starts_with("FORM")) return "one that was cut within its header";
  // Behind the colon stands what to do if it were to be a model.
  if (const std::optional<ForeignFile> foreign = foreign_bytes(bytes))
    return std::string(foreign->what.substr(0, foreign->what.find(':')));
  const std::size_t begin = bytes.find_first_not_of(" \t\r\n");
  if (begin != std::string::npos && bytes[begin] == '{') return "text in JSON, as models are";
  return "something else (" + otherwise + ')';
}

/// Refuses what cannot be a sound, so that libsndfile is asked about files only.
void require_file(const std::filesystem::path& path) {
  std::error_code code;
  const std::filesystem::file_status status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status))
    throw error(path, code && code != std::errc::no_such_file_or_directory ? code.message()
                                                                           : "there is no such file");
  if (std::filesystem::is_directory(status)) throw error(path, std::string(kExpected) + "a folder");
}

File open_sound(const std::filesystem::path& path, SF_INFO& info) {
  require_file(path);
  File file(sf_open(path.c_str(), SFM_READ, &info));
  if (file) return file;
  const std::string reason = sf_strerror(nullptr);
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw error(path, std::generic_category().message(errno));
  std::string bytes(512, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  throw error(path, kExpected + found_instead(bytes, reason));
}

/// The size that the header of a RIFF (WAV) or FORM (AIFF) file gives its sound, in bytes, and where that
/// begins; libsndfile quietly takes what is there. Sizes of 0 and of all ones mean that the length was not
/// known when the header was written.
struct Extent {
  std::uint64_t begin, size;
};

std::optional<Extent> extent_of_sound(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::array<unsigned char, 12> head{};
  const auto read = [&](std::size_t count) {
    return static_cast<bool>(
        stream.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(count)));
  };
  if (!read(12)) return std::nullopt;
  const std::string_view kind(reinterpret_cast<const char*>(head.data()), 4);
  const bool is_little = kind == "RIFF";
  if (!is_little && kind != "FORM" && kind != "RIFX") return std::nullopt;
  for (std::uint64_t place = 12; stream.seekg(static_cast<std::streamoff>(place)) && read(8);) {
    const std::string_view name(reinterpret_cast<const char*>(head.data()), 4);
    std::uint64_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size = (size << 8U) | head.at(is_little ? 7 - i : 4 + i);
    if (name == "data" || name == "SSND") {
      if (size == 0 || size == 0xFFFFFFFFU) return std::nullopt;
      return Extent{place + 8, size};
    }
    place += 8 + size + size % 2;
  }
  return std::nullopt;
}

/// As many frames as the header promises, if that is more than there are.
std::optional<std::uint64_t> promised_frames(const std::filesystem::path& path, const SF_INFO& info,
                                             std::uint64_t frames) {
  std::error_code code;
  if (!std::filesystem::is_regular_file(path, code)) return std::nullopt;
  const std::optional<Extent> extent = extent_of_sound(path);
  const std::uint64_t bytes = std::filesystem::file_size(path, code);
  if (extent && !code && extent->begin + extent->size > bytes && bytes > extent->begin) {
    const std::uint64_t frame_bytes = (bytes - extent->begin) / std::max<std::uint64_t>(frames, 1);
    return extent->size / std::max<std::uint64_t>(frame_bytes, 1);
  }
  // For other kinds libsndfile tells what their headers say; the length of a stream is not known.
  const bool is_known = info.frames > 0 && info.frames < SF_COUNT_MAX;
  const auto promised = static_cast<std::uint64_t>(is_known ? info.frames : 0);
  return promised > frames ? std::optional(promised) : std::nullopt;
}

}  // namespace

Sound read_sound(const std::filesystem::path& path, std::uint64_t most_frames) {
  SF_INFO info{};
  const File file = open_sound(path, info);
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
    if (sound.samples.size() > most_frames)
      throw error(path, "longer than " + std::to_string(most_frames) + " frames");
  }
  // A compressed file that was cut ends in an error; what came before it is sound all the same.
  if (sf_error(file.get()) != SF_ERR_NO_ERROR && sound.samples.empty())
    throw error(path, sf_strerror(file.get()));
  sound.promised_frames = promised_frames(path, info, sound.samples.size());
  if (sound.samples.empty())
    throw error(path, std::string(kExpected) + "one without a single frame of sound");
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
    throw error(path, sf_strerror(file.get()));
  }
}

}  // namespace namrack::engine

// Writes a short sound in every format and encoding that libsndfile can write: what the fuzzer of sound files
// starts from. usage: sound_seeds FOLDER

#include <sndfile.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace {

constexpr int kFrames = 64;

/// The `index`th entry of one of libsndfile's lists.
int listed_format(int command, int index) {
  SF_FORMAT_INFO entry{};
  entry.format = index;
  sf_command(nullptr, command, &entry, sizeof(entry));
  return entry.format;
}

int list_length(int command) {
  int length = 0;
  sf_command(nullptr, command, &length, sizeof(length));
  return length;
}

bool write_seed(const std::filesystem::path& path, int format, int channels) {
  SF_INFO info{};
  info.samplerate = 8000;
  info.channels = channels;
  info.format = format;
  if (sf_format_check(&info) == 0) return false;
  SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) return false;
  std::vector<float> frames(static_cast<std::size_t>(kFrames * channels));
  for (std::size_t i = 0; i < frames.size(); ++i) frames[i] = static_cast<float>(i % 17) / 20.0F - 0.4F;
  sf_writef_float(file, frames.data(), kFrames);
  return sf_close(file) == 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const std::filesystem::path folder = arguments[1];
  int written = 0;
  for (int major = 0; major < list_length(SFC_GET_FORMAT_MAJOR_COUNT); ++major) {
    for (int minor = 0; minor < list_length(SFC_GET_FORMAT_SUBTYPE_COUNT); ++minor) {
      for (const int channels : {1, 2}) {
        const int format =
            listed_format(SFC_GET_FORMAT_MAJOR, major) | listed_format(SFC_GET_FORMAT_SUBTYPE, minor);
        const std::string name = std::to_string(format) + "x" + std::to_string(channels);
        written += write_seed(folder / name, format, channels) ? 1 : 0;
      }
    }
  }
  std::printf("%d sounds\n", written);
  return written > 0 ? 0 : 1;
}

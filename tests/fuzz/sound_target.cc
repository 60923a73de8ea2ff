#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "engine/offline/wav_file.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace namrack::fuzz {
namespace {

constexpr std::uint64_t kMostFrames = std::uint64_t{1} << 22;

/// A file in memory, with a path of its own.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("sound", 0)) {
    require(::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
            "there is memory for the input");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

void read_sound(std::string_view bytes) {
  const MemoryFile file(bytes);
  try {
    const engine::Sound sound = engine::read_sound(file.path(), kMostFrames);
    require(sound.samples.size() <= kMostFrames, "no sound is longer than asked for");
    require(sound.file_channels > 0, "a sound has channels");
    require(std::isfinite(sound.sample_rate) && sound.sample_rate > 0.0, "a sound has a sample rate");
  } catch (const engine::SoundFileError& error) {
    const std::string_view text = error.what();
    require(text.starts_with(file.path() + ": "), "a complaint names the file", text);
    require(text.find('\n') == std::string_view::npos, "a complaint is one line", text);
  }
}

}  // namespace namrack::fuzz

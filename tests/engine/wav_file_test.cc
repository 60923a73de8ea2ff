#include "engine/offline/wav_file.h"

#include <gtest/gtest.h>

#include "tests/common/temporary_folder.h"

namespace namrack::engine {
namespace {

TEST(WavFile, FloatSamplesSurviveARoundTripBitForBit) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("x.wav");
  const std::vector<float> samples{0.0F, 1.5F, -0.1F, 1e-20F};
  write_wav(file, samples, 44100.0);
  const Sound sound = read_sound(file);
  EXPECT_EQ(sound.samples, samples);
  EXPECT_EQ(sound.sample_rate, 44100.0);
  EXPECT_EQ(sound.file_channels, 1);
}

TEST(WavFile, ASoundThatIsTooLongIsRefused) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("x.wav");
  write_wav(file, std::vector<float>(1000), 48000.0);
  EXPECT_EQ(read_sound(file, 1000).samples.size(), 1000U);
  try {
    read_sound(file, 999);
    FAIL();
  } catch (const SoundFileError& error) {
    EXPECT_EQ(error.what(), file + ": longer than 999 frames");
  }
}

TEST(WavFile, ComplaintsNameTheFile) {
  const test::TemporaryFolder folder;
  for (const std::string& path : {folder.write("x.wav", "no sound"), std::string("/nowhere/x.wav")}) {
    try {
      read_sound(path);
      FAIL();
    } catch (const SoundFileError& error) {
      EXPECT_EQ(std::string(error.what()).find(path + ": "), 0U) << error.what();
    }
  }
  EXPECT_THROW(write_wav("/nowhere/x.wav", std::vector<float>{0.0F}, 48000.0), SoundFileError);
}

}  // namespace
}  // namespace namrack::engine

#include "engine/audio/recent_input.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace namrack::engine {
namespace {

/// The value of frame `t`: exact in a float, and another one in each of the frames that share a place.
float value_at(std::uint64_t t) {
  return static_cast<float>(t % (4 * RecentInput::kFrames));
}

void append_count(RecentInput& input, std::size_t frames) {
  std::vector<float> block(100);
  for (std::size_t done = 0; done < frames; done += block.size()) {
    for (std::size_t i = 0; i < block.size(); ++i) block[i] = value_at(input.end() + i);
    input.append(std::span(block).first(std::min(block.size(), frames - done)));
  }
}

TEST(RecentInput, GivesBackWhatWasAppended) {
  RecentInput input;
  append_count(input, 1234);
  ASSERT_EQ(input.end(), 1234U);
  std::vector<float> frames(34);
  ASSERT_TRUE(input.read(1200, frames));
  EXPECT_EQ(frames.front(), 1200.0F);
  EXPECT_EQ(frames.back(), 1233.0F);
}

TEST(RecentInput, RefusesWhatIsNotThereYetAndWhatIsThereNoMore) {
  RecentInput input;
  append_count(input, RecentInput::kFrames + 5000);
  const std::uint64_t oldest = input.end() - RecentInput::kReadable;
  std::vector<float> frames(200);
  EXPECT_TRUE(input.read(oldest, frames));
  EXPECT_EQ(frames.front(), static_cast<float>(oldest));
  EXPECT_FALSE(input.read(oldest - 1, frames));
  EXPECT_TRUE(input.read(input.end() - 200, frames));
  EXPECT_FALSE(input.read(input.end() - 199, frames));
}

TEST(RecentInput, SilenceKeepsTheCount) {
  RecentInput input;
  append_count(input, 500);
  input.silence();
  std::vector<float> frames(500, 1.0F);
  ASSERT_TRUE(input.read(0, frames));
  EXPECT_EQ(frames, std::vector<float>(500, 0.0F));
}

TEST(RecentInput, AReaderNeverTakesOverwrittenFramesForTheOnesItAskedFor) {
  RecentInput input;
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    while (!stop) append_count(input, 10000);
  });
  std::vector<float> frames(RecentInput::kFrames / 8);
  // The oldest are overwritten before or while they are copied, unless the writer happens to rest; the newer
  // ones are there for as long as any reader needs.
  constexpr std::size_t kAges[] = {RecentInput::kReadable - 2000, RecentInput::kReadable - 20000,
                                   RecentInput::kFrames / 4};
  int read = 0;
  for (int attempt = 0; attempt < 300 || read < 20; ++attempt) {
    const std::uint64_t end = input.end();
    std::this_thread::yield();
    const std::uint64_t age = std::min<std::uint64_t>(end, kAges[attempt % std::size(kAges)]);
    const std::uint64_t from = end - age;
    const std::size_t count = std::min<std::size_t>(frames.size(), age);
    if (count == 0 || !input.read(from, std::span(frames).first(count))) continue;
    ++read;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < count; ++i) wrong += frames[i] == value_at(from + i) ? 0 : 1;
    EXPECT_EQ(wrong, 0U) << "of " << count << " frames from " << from << " on";
  }
  stop = true;
  writer.join();
}

}  // namespace
}  // namespace namrack::engine

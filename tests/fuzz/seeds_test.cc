// What the fuzzers check holds for what they start from: so the checks are built and run where no fuzzer is.
// A violation ends the program and names the check.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/targets.h"

namespace namrack::fuzz {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Calls use(file) for every small file with this extension; returns how many there were.
template <class Use>
int for_each_file(const fs::path& folder, const std::string& extension, const Use& use) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(NAMRACK_FIXTURES) / folder)) {
    if (entry.path().extension() != extension || entry.file_size() > 32'000) continue;
    SCOPED_TRACE(entry.path());
    use(entry.path());
    ++files;
  }
  return files;
}

TEST(FuzzSeeds, EverySmallModelPlays) {
  const auto play = [](const fs::path& path) { play_model(read(path)); };
  EXPECT_GE(for_each_file("fuzz", ".nam", play), 10);
  EXPECT_GE(for_each_file("models", ".nam", play), 30);
}

TEST(FuzzSeeds, EveryLineOfTheTranscriptsIsRead) {
  int lines = 0;
  for_each_file("protocol", ".jsonl", [&](const fs::path& path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line); ++lines)
      read_line(line.size() > 2 ? line.substr(2) : line);
  });
  EXPECT_GE(lines, 100);
}

TEST(FuzzSeeds, EverySoundIsRead) {
  EXPECT_GE(for_each_file("expected", ".wav", [](const fs::path& path) { read_sound(read(path)); }), 30);
}

// The fuzzers come here without this test; it shows that the targets themselves can bear it.
TEST(FuzzSeeds, WhatIsNothingAtAllIsRefusedAndNotViolated) {
  for (const std::string& text :
       {std::string(), std::string("\0\xFF", 2), std::string("{"), std::string("RIFF")}) {
    play_model(text);
    read_line(text);
    read_sound(text);
  }
}

}  // namespace
}  // namespace namrack::fuzz

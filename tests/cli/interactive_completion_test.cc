// Completion as a player meets it: a real bash, a terminal, and names as they are on TONE3000.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "cli/commands/arguments.h"
#include "tests/common/interactive_bash.h"
#include "tests/common/temporary_folder.h"

namespace namrack::cli {
namespace {

namespace fs = std::filesystem;

class InteractiveCompletion : public testing::Test {
 protected:
  InteractiveCompletion() {
    script_ = std::get<PrintText>(parse_arguments({"completion", "bash"}).action).text;
    script_ += "namrack() { if [[ $1 == --json ]]; then echo \"$NAMES\"; else show \"$@\"; fi; }\n";
  }

  std::string typed(const std::string& line) const {
    return test::arguments_typed(folder_.path(), script_, line);
  }

  test::TemporaryFolder folder_;
  std::string script_;
};

TEST_F(InteractiveCompletion, OfFilesWithBlanksBracketsQuotesDollarsAndAmpersands) {
  for (const std::string name :
       {"Fender Twin.nam", "Twin [Bright] (1965).nam", "Marshall's $5 & \"hot\" #2; `x` !.nam",
        "a*b?c{d,e}.nam", "~tilde <&> | \\back.nam", "Größe ü.nam", "Mesa: Rect = 3.nam"}) {
    folder_.write(name, "");
    const std::string begin =
        name.substr(0, 1) == "~" || name.substr(0, 1) == "a" ? "\\" + name.substr(0, 1) : name.substr(0, 2);
    EXPECT_EQ(typed("namrack inspect " + begin + "\t"), "inspect\n" + name + '\n');
    fs::remove(folder_.path() / name);
  }
}

TEST_F(InteractiveCompletion, GoesOnBehindWhatIsQuotedAlready) {
  const std::string name = "Twin [Bright] $5 & Co's.nam";
  folder_.write(name, "");
  folder_.write("Twin reverb.nam", "");
  for (const char* const begin : {"Twin\\ \\[", "'Twin [", "\"Twin [", "Twin' '\\[Br"})
    EXPECT_EQ(typed("namrack load lead " + std::string(begin) + "\t"), "load\nlead\n" + name + '\n') << begin;
}

TEST_F(InteractiveCompletion, GoesIntoFoldersAndExpandsNothing) {
  fs::create_directories(folder_.path() / "my amps $(touch pwned)");
  folder_.write("my amps $(touch pwned)/hot one.nam", "");
  EXPECT_EQ(typed("namrack inspect my\th\t"), "inspect\nmy amps $(touch pwned)/hot one.nam\n");
  EXPECT_FALSE(fs::exists(folder_.path() / "pwned"));
}

TEST_F(InteractiveCompletion, OfNamesWithBlanksAndQuotes) {
  script_ = "NAMES='{\"models\":[{\"name\":\"clean & \\\"hot\\\" $5\"},{\"name\":\"lead\"}]}'\n" + script_;
  EXPECT_EQ(typed("namrack swap cl\t"), "swap\nclean & \"hot\" $5\n");
  EXPECT_EQ(typed("namrack swap 'clean &\t"), "swap\nclean & \"hot\" $5\n");
  EXPECT_EQ(typed("namrack swap \"clean &\t"), "swap\nclean & \"hot\" $5\n");
  EXPECT_EQ(typed("namrack swap clean\\ \t"), "swap\nclean & \"hot\" $5\n");
}

TEST_F(InteractiveCompletion, OfSettingsBehindTheirEqualsSign) {
  EXPECT_EQ(typed("namrack set level_mode=n\t"), "set\nlevel_mode=normalized\n");
  EXPECT_EQ(typed("namrack set output\t-3"), "set\noutput_db=-3\n");
}

}  // namespace
}  // namespace namrack::cli

#include "shell/display_text.h"

#include <gtest/gtest.h>

namespace namrack::shell {
namespace {

TEST(DisplayText, KnowsWideAndCombiningCharacters) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("äöü"), 3U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("🎸"), 2U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);
}

TEST(DisplayText, ReplacesControlCharactersAndInvalidBytes) {
  EXPECT_EQ(printable("a\n\tb"), "a??b");
  EXPECT_EQ(printable("a\xC2\x9Bz"), "a?z");
  EXPECT_EQ(printable("a\xFFz"), "a?z");
  EXPECT_EQ(printable("a\xE2\x80\xAEz"), "a?z");  // right-to-left override
  EXPECT_EQ(printable("a\xC3"), "a?");
  EXPECT_EQ(printable("größe 音 🎸"), "größe 音 🎸");
}

TEST(DisplayText, ShortensNamesAtTheirEndAndPathsAtTheirBeginning) {
  EXPECT_EQ(shortened("lead", 4), "lead");
  EXPECT_EQ(shortened("crunch", 4), "cru…");
  EXPECT_EQ(shortened("/a/b/crunch.nam", 11, Keep::end), "…crunch.nam");
  EXPECT_EQ(shortened("日本語", 5), "日本…");
  EXPECT_EQ(shortened("日本語", 4), "日…") << "half a character is none";
  EXPECT_EQ(shortened("日本語", 4, Keep::end), "…語");
  EXPECT_EQ(shortened("abc", 1), "…");
  EXPECT_EQ(shortened("abc", 0), "");
}

TEST(DisplayText, BreaksLinesAtSpaces) {
  EXPECT_EQ(wrapped("one two three\nfour\n", 9, 2), "one two\n  three\nfour\n");
  EXPECT_EQ(wrapped("  a  bb ccc", 7, 4), "  a  bb\n    ccc");
  EXPECT_EQ(wrapped("a /long/path/without/spaces b", 8, 1), "a\n /long/path/without/spaces\n b");
  EXPECT_EQ(wrapped("\x1b[1mone\x1b[0m two", 7, 2), "\x1b[1mone\x1b[0m two") << "colours take no columns";
  EXPECT_EQ(wrapped("größe größe", 11, 2), "größe größe");
  EXPECT_EQ(wrapped("took 12 ms, load 3 %", 16, 2), "took 12 ms, load\n  3 %");
  EXPECT_EQ(wrapped("takes about 12 ms", 14, 2), "takes about\n  12 ms");
  EXPECT_EQ(wrapped("", 8, 2), "");
}

}  // namespace
}  // namespace namrack::shell

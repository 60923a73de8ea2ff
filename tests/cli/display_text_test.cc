#include "cli/display_text.h"

#include <gtest/gtest.h>

#include "cli/progress_bar.h"

namespace namrack::cli {
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

TEST(BarText, FillsInEighths) {
  EXPECT_EQ(bar_text(0.0, 4), "    ");
  EXPECT_EQ(bar_text(0.5, 4), "██  ");
  EXPECT_EQ(bar_text(0.53, 4), "██▏ ");
  EXPECT_EQ(bar_text(1.0, 4), "████");
  EXPECT_EQ(bar_text(7.0, 4), "████");
  EXPECT_EQ(bar_text(-1.0, 4), "    ");
}

}  // namespace
}  // namespace namrack::cli

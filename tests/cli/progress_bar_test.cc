#include "cli/offline/progress_bar.h"

#include <gtest/gtest.h>

namespace namrack::cli {
namespace {

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

#include "cli/text/table.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace namrack::cli {
namespace {

using enum Table::Align;

TEST(Table, AlignsColumnsLeftAndRight) {
  Table table({{"NAME", left}, {"RATE", right}});
  table.add_row({"a", "48 kHz"});
  table.add_row({"longer", "96 kHz"});
  EXPECT_EQ(table.text(),
            "NAME      RATE\n"
            "a       48 kHz\n"
            "longer  96 kHz\n");
}

TEST(Table, CountsColumnsOfTheTerminalNotBytes) {
  Table table({{"N", left}, {"X", left}});
  table.add_row({"größe", "1"});
  table.add_row({"音量", "2"});
  table.add_row({"e\xCC\x81", "3"});
  EXPECT_EQ(table.text(),
            "N      X\n"
            "größe  1\n"
            "音量   2\n"
            "e\xCC\x81      3\n");
}

TEST(Table, LeavesOutTitlesThatAreEmptyAndTrailingSpaces) {
  Table table({{"", left}, {"", left}});
  table.add_row({"key", ""});
  table.add_row({"k", "v"});
  EXPECT_EQ(table.text(), "key\nk    v\n");
}

TEST(Table, MakesControlCharactersHarmless) {
  Table table({{"", left}});
  table.add_row({"a\x1b[31mb"});
  EXPECT_EQ(table.text(), "a?[31mb\n");
}

TEST(Table, RefusesARowOfAnotherLength) {
  Table table({{"A", left}});
  EXPECT_THROW(table.add_row({"1", "2"}), std::invalid_argument);
}

}  // namespace
}  // namespace namrack::cli

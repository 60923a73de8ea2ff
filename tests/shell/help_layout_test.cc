#include "shell/help_layout.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace namrack::shell {
namespace {

std::string footer_of(const std::string& text) {
  CLI::App app;
  app.footer(text);
  return HelpLayout().make_footer(&app);
}

TEST(HelpLayout, WrapsAParagraphAsAWholeWhereverItsLinesEnd) {
  const std::string text =
      "It was broken in the source at a width that is just a little more than the terminal has,\n"
      "and goes on.\n";
  EXPECT_EQ(footer_of(text),
            "It was broken in the source at a width that is just a little more than the\n"
            "terminal has, and goes on.\n");
}

TEST(HelpLayout, KeepsParagraphsAndIndentedLinesApart) {
  const std::string text = "One.\n\nExamples:\n  program a\n  program b\n\nTwo.\n";
  EXPECT_EQ(footer_of(text), text);
}

}  // namespace
}  // namespace namrack::shell

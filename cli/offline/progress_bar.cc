#include "cli/offline/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "shell/display_text.h"

namespace namrack::cli {
namespace {

constexpr auto kFirst = std::chrono::milliseconds(500);
constexpr auto kInterval = std::chrono::milliseconds(100);
constexpr int kWidth = 30;

}  // namespace

std::string bar_text(double fraction, int width) {
  constexpr std::array<const char*, 8> kEighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double clamped = std::isfinite(fraction) ? std::clamp(fraction, 0.0, 1.0) : 0.0;
  const auto eighths = static_cast<std::size_t>(std::lround(clamped * width * 8));
  std::string bar;
  for (std::size_t i = 0; i < eighths / 8; ++i) bar += "█";
  bar += kEighths.at(eighths % 8);
  bar.append(static_cast<std::size_t>(width) - (eighths + 7) / 8, ' ');
  return bar;
}

ProgressBar::ProgressBar(std::string label)
    : label_(shell::printable(std::move(label))),
      is_terminal_(::isatty(STDERR_FILENO) == 1),
      next_(Clock::now() + kFirst) {}

ProgressBar::~ProgressBar() {
  if (is_shown_) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::show(double fraction) {
  if (!is_terminal_ || Clock::now() < next_) return;
  const std::string line =
      fmt::format("\r{} {}▏{:3.0f} %", label_, bar_text(fraction, kWidth), fraction * 100.0);
  std::fputs(line.c_str(), stderr);
  is_shown_ = true;
  next_ = Clock::now() + kInterval;
}

}  // namespace namrack::cli

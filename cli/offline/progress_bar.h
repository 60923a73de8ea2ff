#pragma once

#include <chrono>
#include <string>

namespace namrack::cli {

/// A bar of `width` columns that is filled to `fraction` (0..1, clamped), in eighths of a column.
std::string bar_text(double fraction, int width);

/// A progress bar on standard error, if that is a terminal and the work takes longer than half a second.
class ProgressBar {
 public:
  explicit ProgressBar(std::string label);
  /// Wipes the bar away.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(double fraction);

 private:
  using Clock = std::chrono::steady_clock;

  std::string label_;
  bool is_terminal_;
  bool is_shown_ = false;
  Clock::time_point next_;  // no earlier than this is it drawn again
};

}  // namespace namrack::cli

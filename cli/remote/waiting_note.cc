#include "cli/remote/waiting_note.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <utility>

#include "shell/display_text.h"

namespace namrack::cli {

WaitingNote::WaitingNote(std::string what) : what_(shell::printable(std::move(what))) {
  if (::isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { show(); });
}

WaitingNote::~WaitingNote() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void WaitingNote::show() {
  using namespace std::chrono_literals;
  const auto begin = std::chrono::steady_clock::now();
  bool is_shown = false;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, 500ms, [this] { return is_over_; })) {
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - begin;
    std::fputs(fmt::format("\r{} … {:.0f} s", what_, waited.count()).c_str(), stderr);
    is_shown = true;
  }
  if (is_shown) std::fputs("\r\x1b[K", stderr);
}

}  // namespace namrack::cli

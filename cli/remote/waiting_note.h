#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace namrack::cli {

/// While it lives, and once that has lasted half a second, a line on standard error says what is waited for
/// and how long already, if that is a terminal. Then the line goes.
class WaitingNote {
 public:
  explicit WaitingNote(std::string what);
  ~WaitingNote();
  WaitingNote(const WaitingNote&) = delete;
  WaitingNote& operator=(const WaitingNote&) = delete;

 private:
  void show();

  std::string what_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace namrack::cli

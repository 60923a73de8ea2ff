#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <vector>

#include "daemon/jack/jack_thread.h"

namespace namrack::daemon {

/// As many threads hang in libjack as may.
class TooManyHang : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The thread that calls libjack now, and those that were given up because a call of theirs hangs. A thread
/// that comes back is used again. Thread: control.
class JackThreads {
 public:
  /// So many may hang at a time; then no other is begun.
  static constexpr std::size_t kMaxHanging = 4;

  explicit JackThreads(boost::asio::io_context& control) : control_(control) {}

  /// Returns a thread that does not hang: the one of before, one that has come back, or a new one. When the
  /// one of before hangs, it is given up with its client, and the server is made to forget that client, so
  /// that our name is free. Throws TooManyHang with a sentence.
  const std::shared_ptr<JackThread>& take();
  /// The thread that take() returned last.
  const std::shared_ptr<JackThread>& current() const { return current_; }
  /// Ends the current one, waiting at most `patience`. False: a call hangs, there or on a thread that was
  /// given up, and is left to the system.
  bool stop(std::chrono::milliseconds patience);

 private:
  void give_up();

  boost::asio::io_context& control_;
  std::shared_ptr<JackThread> current_;
  std::vector<std::shared_ptr<JackThread>> hanging_;
};

}  // namespace namrack::daemon

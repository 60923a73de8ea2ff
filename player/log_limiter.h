#pragma once

namespace namrack::player {

/// Lets at most `messages` of a noisy source through in any window of `seconds`, and says how many it held
/// back. Thread: one.
class LogLimiter {
 public:
  LogLimiter(unsigned messages, double seconds) : messages_(messages), seconds_(seconds) {}

  /// True when the message may be logged at time `now_seconds` (any clock that only goes forward).
  bool admit(double now_seconds);
  /// Messages held back since the last admitted one; reading restarts the count.
  unsigned take_held_back();

 private:
  unsigned messages_;
  double seconds_;
  double window_start_ = -1.0e9;
  unsigned in_window_ = 0;
  unsigned held_back_ = 0;
};

}  // namespace namrack::player

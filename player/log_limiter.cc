#include "player/log_limiter.h"

namespace namrack::player {

bool LogLimiter::admit(double now_seconds) {
  if (now_seconds - window_start_ >= seconds_) {
    window_start_ = now_seconds;
    in_window_ = 0;
  }
  if (in_window_ >= messages_) {
    ++held_back_;
    return false;
  }
  ++in_window_;
  return true;
}

unsigned LogLimiter::take_held_back() {
  const unsigned count = held_back_;
  held_back_ = 0;
  return count;
}

}  // namespace namrack::player

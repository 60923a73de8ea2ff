#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace namrack::daemon {

/// Tells systemd how the service is (sd_notify); does nothing when systemd did not start us. Control thread.
class Notifier {
 public:
  void ready(const std::string& status) const;
  void status(const std::string& status) const;
  void stopping() const;
  /// Sign of life of the control loop.
  void alive() const;
  /// How often alive() must be called (half of WatchdogSec), or nullopt when no watchdog is set.
  static std::optional<std::chrono::microseconds> watchdog_interval();
};

}  // namespace namrack::daemon

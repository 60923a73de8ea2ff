#include "daemon/notifier.h"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace namrack::daemon {

void Notifier::ready(const std::string& status) const {
  ::sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void Notifier::status(const std::string& status) const {
  ::sd_notify(0, ("STATUS=" + status).c_str());
}

void Notifier::stopping() const {
  ::sd_notify(0, "STOPPING=1\nSTATUS=stopping");
}

void Notifier::alive() const {
  ::sd_notify(0, "WATCHDOG=1");
}

std::optional<std::chrono::microseconds> Notifier::watchdog_interval() {
  std::uint64_t limit = 0;
  if (::sd_watchdog_enabled(0, &limit) <= 0) return std::nullopt;
  return std::chrono::microseconds(limit / 2);
}

}  // namespace namrack::daemon

#include "daemon/jack/connections.h"

namespace namrack::daemon {

void ConnectionMemory::want(const Connection& connection) {
  remembered_.insert(connection);
  wanted_.insert(connection);
}

void ConnectionMemory::observe(const ConnectionSet& existing, Clock::time_point now) {
  for (const Connection& connection : existing) {
    remembered_.insert(connection);
    wanted_.erase(connection);
    missing_since_.erase(connection);
  }
  for (auto it = remembered_.begin(); it != remembered_.end();) {
    // Wanted ones have not come back yet: their other end may appear much later.
    if (existing.contains(*it) || wanted_.contains(*it)) {
      ++it;
      continue;
    }
    const auto since = missing_since_.try_emplace(*it, now).first->second;
    if (now - since >= kGrace) {
      missing_since_.erase(*it);
      it = remembered_.erase(it);
    } else {
      ++it;
    }
  }
}

void ConnectionMemory::lose() {
  wanted_ = remembered_;
  missing_since_.clear();
}

}  // namespace namrack::daemon

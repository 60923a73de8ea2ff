#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "player/library/bank.h"
#include "protocol/request.h"

namespace namrack::player {

/// Loads and unloads that take effect together with a change of the sound, or not at all
/// (make_group() in staging.h).
struct Group {
  struct Load {
    protocol::LoadRequest request;
    BankEntry entry;
    std::unique_ptr<Reservation> reservation;
  };
  std::map<std::string, Load> loads;
  std::set<std::string> unloads;
  std::vector<std::string> held;  ///< names that the bank holds on its behalf
};

}  // namespace namrack::player

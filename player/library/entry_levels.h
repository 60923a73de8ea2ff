#pragma once

#include <string>
#include <vector>

#include "engine/audio/levels.h"
#include "parameters/settings.h"
#include "player/library/bank.h"

namespace namrack::player {

/// The gains that the settings make of the levels of a model.
engine::LevelAdjustment level_adjustment(const BankEntry& entry, const Settings& settings);
/// Warnings about its levels with these settings, one sentence each.
std::vector<std::string> level_warnings(const BankEntry& entry, const Settings& settings);
/// Where the loudness comes from that it is matched by in level mode normalized.
engine::MatchSource match_source(const BankEntry& entry, const Settings& settings);

}  // namespace namrack::player

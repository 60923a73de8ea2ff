#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "daemon/bank.h"
#include "daemon/model_paths.h"

namespace namrack::daemon {

/// What a model is to be made ready for.
struct PlayingConditions {
  double sample_rate = 48000.0;  ///< Hz
  std::size_t block = 128;       ///< frames
};

// Throw ProtocolError (path) and ModelError; nothing is left behind when they do.

/// Finds, reads and packs a model file. A reader's work: it may wait for the file system as long as that
/// likes.
BankEntry read_model(const ModelPaths& paths, const std::string& path, double quality);
/// Gives the entry a prewarmed instance for these conditions and measures what it costs. The builder's work:
/// it needs nothing but memory.
void make_playable(BankEntry& entry, const PlayingConditions& conditions);

}  // namespace namrack::daemon

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/rack/recent_input.h"
#include "player/bank.h"
#include "player/model_paths.h"

namespace namrack::player {

/// What a model is to be made ready for.
struct PlayingConditions {
  double sample_rate = 48000.0;  ///< Hz
  std::size_t block = 128;       ///< frames
};

// Throw ProtocolError (path) and ModelError; nothing is left behind when they do.

/// A model that is in memory already, and what it was read from.
struct KnownModel {
  FileIdentity file;
  std::shared_ptr<const engine::Model> model;
  std::optional<float> measured_loudness_db;
};

/// What is at `path`; nothing that can be read: as of the default. A reader's work.
FileIdentity identity_at(const ModelPaths& paths, const std::string& path);
/// Finds, reads and packs a model file, unless it is one of the `known`, whose weights are then shared. A
/// reader's work: it may wait for the file system as long as that likes.
BankEntry read_model(const ModelPaths& paths, const std::string& path, double quality,
                     const std::vector<KnownModel>& known);
/// Gives the entry a prewarmed instance for these conditions and measures how loud it is, unless that is
/// known, and what it costs, unless `known_load` tells. The builder's work: it needs nothing but memory.
void make_playable(BankEntry& entry, const PlayingConditions& conditions, std::optional<double> known_load);
/// Fraction of a block's deadline that `model` takes, measured now. The builder's work.
double measure_load(const engine::Model& model, std::size_t block);

/// What a model hears of the rack's input before it is swapped in.
struct Listening {
  std::size_t frames = 0;  ///< the past that it is given; 0: none, it starts as after a silence
  float gain = 1.0F;       ///< before the model
};
/// Lets the model hear the past until it has caught up with the rack, or nearly. The listener's work.
void let_listen(engine::RackModel& model, const engine::RecentInput& input, const Listening& listening);

}  // namespace namrack::player

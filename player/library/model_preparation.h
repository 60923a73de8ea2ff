#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/audio/path.h"
#include "engine/audio/recent_input.h"
#include "player/library/bank.h"
#include "player/library/budgets.h"
#include "player/library/model_paths.h"

namespace namrack::player {

/// The conditions that a model is to be made ready for.
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
  bool is_measured = false;
};

/// The identity of the file at `path`; the default one when nothing can be read. A reader's work.
FileIdentity identity_at(const ModelPaths& paths, const std::string& path);
/// Finds, reads and packs a model file, unless it is one of the `known`, whose weights are then shared. A
/// reader's work: it may wait for the file system as long as that likes.
BankEntry read_model(const ModelPaths& paths, const std::string& path, double quality,
                     const std::vector<KnownModel>& known);
/// How much somebody is willing to wait for.
enum class Measuring {
  everything,
  loudness,  ///< which decides how it sounds, if that takes a fraction of a second
  nothing,   ///< the rest is measured later
};
/// Measures what the entry lacks: what it takes for a block of so many frames, and, unless that is more than
/// the budget, how loud it is. Where budgets know no measure, time does not matter. The builder's work.
void measure(BankEntry& entry, Measuring measuring, std::size_t block, const Budgets& budgets);
/// Gives the entry a prewarmed instance for this sample rate (Hz). The builder's work: it needs nothing but
/// memory.
void make_playable(BankEntry& entry, double sample_rate);
/// Keeps what was measured, for blocks of so many frames.
void adopt_load(BankEntry& entry, const MeasuredLoad& load, std::size_t block);

/// The part of the rig's input that a model hears before it is swapped in.
struct Listening {
  std::size_t frames = 0;  ///< the past that it is given; 0: none, it starts as after a silence
  Settings settings = {};
  double seconds = 0.0;  ///< that this may take; 0: there is no hope, it begins without its past
};
/// Lets the path hear the past until it has caught up with the rig, or nearly, or its time is over. Returns
/// how many frames it has heard. The listener's work.
std::size_t let_listen(engine::Path& path, const engine::RecentInput& input, const Listening& listening);

}  // namespace namrack::player

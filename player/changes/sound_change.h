#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/audio/rig.h"
#include "parameters/settings.h"
#include "protocol/request.h"

namespace namrack::player {

/// What one command asks of the sound, all of it audible from the same frame on.
struct SoundChange {
  struct Swap {
    std::optional<std::string> name = {};  ///< nullopt: the dry signal
    double fade_ms = 0.0;
    /// `name` cannot be played: what the setting on_missing says is heard in its place.
    bool is_missing = false;
  };
  std::string_view what = "set";  ///< the method that asked for it
  std::optional<Swap> swap = {};
  std::optional<protocol::Switch> bypass = {};
  SettingChanges settings = {};
  protocol::When when = {};
  protocol::IfRev if_rev = {};
  /// The scene that it makes audible, and its place in the setlist.
  struct SceneChoice {
    std::string name;
    std::optional<std::size_t> place = {};
  };
  std::optional<SceneChoice> scene = {};
  std::uint64_t order = 0;  ///< among all changes; 0: as it is asked for now
};

/// What became of a swap. Loads are fractions of the block's deadline.
struct SwapResult {
  std::optional<std::string> name, previous;
  std::optional<std::uint64_t> frame;  ///< nullopt: no audio runs, applied when it does
  std::uint32_t fade_frames = 0;
  std::optional<std::uint64_t> requested_frame;  ///< nullopt: at once
  std::size_t heard_frames = 0;      ///< live input that the model was given before it was faded in
  std::uint32_t skipped_frames = 0;  ///< of the newest live input, for which there was no time
  bool catches_up = true;            ///< on the audio thread, with what it lacks
  std::vector<std::string> warnings = {};
  engine::FadeKind fade_kind = engine::FadeKind::crossfade;
  std::optional<double> load_ms;
  double match_db = 0.0;
  float level_before = 0.0F, level_after = 0.0F;            ///< RMS, linear; 0: not known
  std::optional<double> predicted_load, predicted_overlap;  ///< nullopt: not measured yet
  std::optional<double> measured_load;
  std::uint64_t xruns = 0;
  double prepare_ms = 0.0;  ///< building, if it was not ready, and hearing
  std::uint64_t rev = 0;
  bool applied() const { return frame.has_value(); }
};

/// As replies and events show it.
boost::json::object swap_report(const SwapResult& result);

/// What became of a SoundChange.
struct SoundResult {
  std::optional<SwapResult> swap = {};  ///< when it changed what plays
  bool bypass = false;
  Settings settings = {};
  std::optional<std::uint64_t> frame = {};  ///< nullopt: no audio runs, applied when it does
  std::uint64_t rev = 0;
  bool applied() const { return frame.has_value(); }
};

/// The fields that replies to all changes have: frame, applied, rev.
void add_outcome(boost::json::object& reply, const SoundResult& result);

}  // namespace namrack::player

#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "player/measurements.h"
#include "player/midi_map.h"
#include "player/scene_book.h"
#include "protocol/settings.h"

namespace namrack::player {

/// What outlives the daemon: the bank, what plays, the settings, scenes, the MIDI map,
/// and what has been measured of models.
struct SavedState {
  struct Model {
    std::string name;
    std::string path;
    double quality = 1.0;
    friend bool operator==(const Model&, const Model&) = default;
  };
  std::vector<Model> bank = {};
  std::optional<std::string> current = {};
  bool bypass = false;
  protocol::Settings settings = {};
  SceneBook scenes = {};
  MidiMap midi = {};
  Measurements measurements = {};

  friend bool operator==(const SavedState&, const SavedState&) = default;
};

/// The state file. A reader sees either the old or the new state, also after a power cut. Thread: one at a
/// time.
class StateStore {
 public:
  explicit StateStore(std::filesystem::path file) : file_(std::move(file)) {}

  const std::filesystem::path& file() const { return file_; }
  /// nullopt when there is no file. A file that cannot be understood is renamed to *.corrupt, logged, and
  /// counts as absent; single values that are out of range keep their defaults.
  std::optional<SavedState> read() const;
  /// Writes a temporary file, syncs it and renames it into place. Makes the folder when it is missing. Throws
  /// std::system_error.
  void write(const SavedState& state) const;

 private:
  std::filesystem::path file_;
};

boost::json::object to_json(const SavedState& state);
/// Throws std::exception when `document` is no saved state.
SavedState saved_state_from_json(const boost::json::object& document);

}  // namespace namrack::player

#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "parameters/settings.h"
#include "player/library/measurements.h"
#include "player/midi/midi_map.h"
#include "player/show/scene_book.h"

namespace namrack::player {

/// The state that outlives the daemon: the bank, what plays, the settings, scenes, the MIDI map,
/// and what has been measured of models.
struct SavedState {
  std::vector<ModelFile> bank = {};
  std::optional<std::string> current = {};
  bool bypass = false;
  Settings settings = {};
  SceneBook scenes = {};
  MidiMap midi = {};
  Measurements measurements = {};

  friend bool operator==(const SavedState&, const SavedState&) = default;
};

/// The contents of a state file.
struct RestoredState {
  SavedState state;
  /// The parts that could not be used: a phrase each, such as "setting fade_ms: out of range".
  std::vector<std::string> lost;
  /// Where the damaged file is kept; empty when nothing is lost, or it could not be kept.
  std::filesystem::path aside;
  /// A newer version has written it: nothing of it is used.
  bool is_newer = false;
};

/// The state file. A reader sees either the old or the new state, also after a power cut. Thread: one at a
/// time; each call waits for the disk.
class StateStore {
 public:
  /// More than any state takes, in bytes.
  static constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;

  explicit StateStore(std::filesystem::path file) : file_(std::move(file)) {}

  const std::filesystem::path& file() const { return file_; }
  /// nullopt when there is no file. What is damaged in it is left out, and the file as it was is kept aside.
  /// Throws UnusableFile when it is no file that can be read.
  std::optional<RestoredState> read();
  /// False once read() has met a file that must stay as it is: a newer one, or a damaged one that could not
  /// be kept aside.
  bool may_write() const { return may_write_; }
  /// See replace_file(). Throws std::system_error.
  void write(const SavedState& state) const;

 private:
  std::filesystem::path file_;
  bool may_write_ = true;
};

boost::json::object to_json(const SavedState& state);
/// Reads a document of this version. Whatever is wrong with an element costs that element alone, and is told
/// to `lost`.
SavedState saved_state_from_json(const boost::json::object& document,
                                 const std::function<void(std::string)>& lost);

}  // namespace namrack::player

#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/audio/audio_state.h"
#include "player/changes/sound_change.h"
#include "player/changes/timing.h"
#include "player/library/library.h"
#include "player/worker.h"

namespace namrack::player {

/// A model on its way into the rig.
struct Joining {
  std::optional<std::string> name;
  std::unique_ptr<engine::Path> path = {};
  std::size_t heard_frames = 0;
  bool catches_up = true;  ///< with what it still lacks
  double prepare_ms = 0.0;
};

/// Has a model hear what came before it is heard, so that it sounds as if it had always played. Thread:
/// control; the listener does the work.
class Joiner {
 public:
  Joiner(engine::AudioState& audio, const Timing& timing, Worker& listener, PlayerState& state,
         Library& library)
      : audio_(audio), timing_(timing), listener_(listener), state_(state), library_(library) {}

  /// The spare instance of a model, or a new one while there is none. Throws ProtocolError.
  boost::asio::awaitable<Joining> prepare(std::string name, std::shared_ptr<Group> group, SoundChange change,
                                          std::optional<std::uint64_t> at_frame);

 private:
  class BusyListener;
  boost::asio::awaitable<std::unique_ptr<engine::ModelStage>> build_to_join(
      std::shared_ptr<const engine::Model> model);
  boost::asio::awaitable<Joining> hear(Joining joining, Listening listening);
  /// The entry that `path` can be played for at this sample rate; nullptr: there is none any more.
  const BankEntry* current_entry(const std::string& name, const Group* group, const engine::Path& path) const;
  Listening listening_of(const BankEntry& entry, const engine::Path& path, const SettingChanges& changes,
                         std::optional<std::uint64_t> at_frame) const;
  std::size_t frames_to_hear(const BankEntry& entry, const engine::Path& path, bool blocks_dc,
                             double seconds) const;

  engine::AudioState& audio_;
  const Timing& timing_;
  Worker& listener_;
  PlayerState& state_;
  Library& library_;
  std::size_t busy_listeners_ = 0;
};

}  // namespace namrack::player

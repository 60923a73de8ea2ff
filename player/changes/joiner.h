#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/audio/audio_state.h"
#include "player/changes/change.h"
#include "player/changes/timing.h"
#include "player/library/library.h"
#include "player/worker.h"

namespace namrack::player {

/// Has a model hear what came before it is heard, so that it sounds as if it had always played. Thread:
/// control; the listener does the work.
class Joiner {
 public:
  Joiner(engine::AudioState& audio, const Timing& timing, Worker& listener, PlayerState& state,
         Library& library)
      : audio_(audio), timing_(timing), listener_(listener), state_(state), library_(library) {}

  /// Gives the change the path of the model that it swaps to, around its spare instance, or a new one while
  /// there is none. Throws ProtocolError.
  boost::asio::awaitable<void> prepare(std::shared_ptr<Change> change);

 private:
  class BusyListener;
  boost::asio::awaitable<std::unique_ptr<engine::ModelStage>> build_to_join(
      std::shared_ptr<const engine::Model> model);
  boost::asio::awaitable<void> hear(std::shared_ptr<Change> change, Listening listening);
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

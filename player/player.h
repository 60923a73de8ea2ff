#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <utility>

#include "engine/audio/audio_state.h"
#include "parameters/settings.h"
#include "player/changes/changes.h"
#include "player/file_watch.h"
#include "player/library/library.h"
#include "player/loading.h"
#include "player/problems.h"
#include "player/pulse.h"
#include "player/show/show.h"
#include "player/state/player_state.h"
#include "player/state/state_store.h"
#include "player/worker.h"

namespace namrack::player {

/// The threads that work for a player.
struct PlayerWorkers {
  Worker& readers;   ///< may wait for files
  Worker& builder;   ///< needs memory only, but may take a while
  Worker& listener;  ///< for what a player who has stepped on a switch waits for
};

/// The whole of what the daemon plays: owns its parts, in the order of dependency, and passes requests on to
/// them. Nothing that fails changes anything. Thread: control.
class Player {
 public:
  Player(boost::asio::io_context& control, Pulse& pulse, engine::AudioState& audio, PlayerWorkers workers,
         EventHub& events, Problems& problems, ModelPaths paths, Budgets budgets = {});

  PlayerState& state() { return state_; }
  const PlayerState& state() const { return state_; }
  Library& library() { return library_; }
  const Library& library() const { return library_; }
  SoundChanges& changes() { return changes_; }
  const SoundChanges& changes() const { return changes_; }
  Show& show() { return show_; }
  const Show& show() const { return show_; }
  Loading& loading() { return loading_; }
  FileWatch& file_watch() { return file_watch_; }

  SavedState saved_state() const;
  /// At start: settings, bank and bypass as they were; the current model is left to the caller. Logs and
  /// skips what cannot be loaded. What has not been measured yet waits for Measurer::measure_later().
  boost::asio::awaitable<void> restore(SavedState state);

  /// Makes everything ready for a JACK server with these conditions, while no audio runs.
  boost::asio::awaitable<void> prepare_for(PlayingConditions conditions);
  /// A new block size: what the models take is measured again.
  void set_block(std::size_t frames);
  /// An audio thread may call the rig from now on, or (false) certainly does not any more.
  void set_running(bool running) { changes_.set_running(running); }
  bool is_running() const { return changes_.is_running(); }

 private:
  void report_rate();

  engine::AudioState& audio_;
  Problems& problems_;
  PlayerState state_;
  Library library_;
  SoundChanges changes_;
  Show show_;
  Loading loading_;
  FileWatch file_watch_;
};

}  // namespace namrack::player

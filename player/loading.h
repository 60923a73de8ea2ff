#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "player/changes/changes.h"
#include "player/library/library.h"
#include "player/state/player_state.h"

namespace namrack::player {

struct LoadResult {
  std::optional<SwapResult> swap = {};  ///< when it took the place of the audible model
  std::vector<std::string> warnings = {};
  std::uint64_t rev = 0;
};

struct TxResult {
  std::vector<std::string> loaded;
  SoundResult sound;
};

/// Requests that change the library, and what is heard where that plays one of its models. Thread: control.
/// All throw ProtocolError, and then nothing has changed.
class Loading {
 public:
  Loading(PlayerState& state, Library& library, SoundChanges& changes)
      : state_(state), library_(library), changes_(changes) {}

  /// Returns when the model is in the bank; if it replaces the audible one, when it is audible.
  boost::asio::awaitable<LoadResult> load(protocol::LoadRequest request, Origin origin,
                                          Measuring measuring = Measuring::everything);
  /// Loads the file of a model in the bank again, in another size, and then as load().
  boost::asio::awaitable<LoadResult> set_quality(protocol::QualityRequest request, Origin origin);
  void unload(const protocol::UnloadRequest& request, Origin origin);
  /// Several things, or none of them. Returns when they are audible.
  boost::asio::awaitable<TxResult> tx(protocol::TxRequest request, Origin origin);

  /// At start, which nothing must hold up: loads a model, whatever it takes, and leaves the measuring for
  /// later; or lists it as missing. Returns why it cannot be played.
  boost::asio::awaitable<std::optional<protocol::ProtocolError>> load_or_miss(protocol::LoadRequest request);
  /// At start: plays `name`, or is silent until it can be played.
  boost::asio::awaitable<void> want(std::optional<std::string> name);
  /// Tries to load a missing model, and crossfades to it if it should play.
  boost::asio::awaitable<void> try_again(std::string name);
  /// Builds the current model for the conditions of now, and puts it into the idle rig.
  boost::asio::awaitable<void> rebuild_current();

 private:
  boost::asio::awaitable<LoadResult> load_with_fade(protocol::LoadRequest request, double fade_ms,
                                                    Origin origin, Measuring measuring);
  boost::asio::awaitable<void> stage(protocol::TxOperation operation, std::shared_ptr<Group> group,
                                     SoundChange& change, double fade_ms);

  PlayerState& state_;
  Library& library_;
  SoundChanges& changes_;
};

}  // namespace namrack::player

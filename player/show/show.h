#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "player/changes/changes.h"
#include "player/library/library.h"
#include "player/show/scene_book.h"
#include "player/state/player_state.h"

namespace namrack::player {

struct SceneResult {
  std::string scene;
  std::vector<std::string> skipped = {};  ///< scenes on the way that cannot be played
  std::optional<std::string> next;        ///< the scene that comes after it
  SoundResult sound;
};

/// Scenes and setlists: keeps what is heard as a scene, makes scenes audible, and knows which one comes next.
/// Thread: control. Requests throw ProtocolError, and then nothing has changed.
class Show {
 public:
  Show(PlayerState& state, Library& library, SoundChanges& changes);

  const SceneBook& book() const { return book_; }
  /// At start.
  void restore(SceneBook book) { book_ = std::move(book); }

  /// Return when the scene is audible.
  boost::asio::awaitable<SceneResult> recall(protocol::SceneRecallRequest request, Origin origin);
  boost::asio::awaitable<SceneResult> step(protocol::SceneStepRequest request, Origin origin);
  /// The scene at this place of the setlist in use, counted from 0.
  boost::asio::awaitable<SceneResult> recall_place(std::size_t place, protocol::When when, Origin origin);

  /// True when it took the place of one of that name.
  bool save(const protocol::SceneSaveRequest& request, Origin origin);
  void remove(const protocol::SceneDeleteRequest& request, Origin origin);
  void rename(const protocol::SceneRenameRequest& request, Origin origin);
  void save_setlist(protocol::SetlistSaveRequest request, Origin origin);
  void remove_setlist(const protocol::SetlistDeleteRequest& request, Origin origin);
  void use_setlist(const protocol::SetlistUseRequest& request, Origin origin);

  /// The first playable scene `step` places on, or more steps of that kind, from where one is; nullptr: none.
  const Scene* next(int step) const;
  /// Whether the sound differs from the current scene as it was saved.
  bool is_edited() const;
  /// The files of scenes that would have to be loaded first.
  std::vector<std::string> files_not_ready() const;

 private:
  class Heading;
  boost::asio::awaitable<SceneResult> make_audible(Scene scene, SoundChange change, double fade_ms,
                                                   Origin origin);
  boost::asio::awaitable<SceneResult> try_step(Scene scene, std::size_t place,
                                               protocol::SceneStepRequest request,
                                               std::vector<std::string> skipped, Origin origin);
  boost::asio::awaitable<void> wait_until_free(std::string name, const Heading& heading);
  std::optional<ModelFile> current_model() const;
  void require_not_pending(const std::string& scene) const;
  void publish(std::string_view change, const std::string& name, Origin origin);

  PlayerState& state_;
  Library& library_;
  SoundChanges& changes_;
  SceneBook book_;
  std::size_t recalls_now_ = 0;
  /// Order and place of the newest scene that is to be audible at once, until it is.
  std::optional<std::pair<std::uint64_t, std::optional<std::size_t>>> heading_;
};

}  // namespace namrack::player

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "player/changes/sound_change.h"
#include "player/promise.h"
#include "player/state/player_state.h"

namespace namrack::player {

class OpenChanges;

/// A change of the sound from when it is asked for until it is audible or has failed. Lives in the coroutine
/// that carries it out. Thread: control.
class OpenChange {
 public:
  /// Throws ProtocolError(limit) when too many wait for their time already.
  OpenChange(OpenChanges& all, boost::asio::io_context& control, const SoundChange& change, Origin origin);
  ~OpenChange();
  OpenChange(const OpenChange&) = delete;
  OpenChange& operator=(const OpenChange&) = delete;

  std::uint64_t id() const { return id_; }
  std::string_view what() const { return what_; }
  const protocol::When& when() const { return when_; }
  Origin origin() const { return origin_; }
  /// Asked for at once, not for a time.
  bool is_now() const { return when_.is_now(); }

  /// At which frame it is to happen, once that is known.
  std::optional<std::uint64_t> frame = {};
  /// What the rig has of it, until that has begun.
  engine::Change* command = nullptr;

  /// Asks for its end. It ends as soon as it looks.
  void cancel();
  /// Throws ProtocolError(cancelled) when somebody has asked for its end.
  void require_wanted();
  /// Waits until the time is over, or cancel().
  boost::asio::awaitable<void> nap(std::chrono::steady_clock::duration duration);
  /// True when it has ended without having taken effect, because it was cancelled.
  Promise<bool> ended() const { return ended_; }

 private:
  friend class OpenChanges;

  OpenChanges& all_;
  std::uint64_t id_;
  std::string_view what_;
  protocol::When when_;
  Origin origin_;
  bool swaps_, sets_;
  std::optional<std::string> model_, scene_;
  bool cancelled_ = false, ended_cancelled_ = false;
  boost::asio::steady_timer wake_;
  Promise<bool> ended_;
};

/// All of them. Thread: control.
class OpenChanges {
 public:
  /// So many may wait for their time, whoever asked for them, also after they have gone.
  static constexpr std::size_t kMaxWaiting = 256;

  std::size_t size() const { return changes_.size(); }
  bool any_swap() const;
  bool any_settings() const;
  /// One that is not for a time; nullptr: there is none.
  const OpenChange* first_now() const;
  /// Whether one is still being made ready for the rig.
  bool any_outside_rig() const;
  /// Whether a change, and whether one for now, swaps to this model.
  bool swaps_to(const std::string& model) const;
  bool swaps_now_to(const std::string& model) const;
  bool recalls(const std::string& scene) const;
  /// Those that wait for their time, the oldest first.
  std::vector<OpenChange*> waiting() const;
  /// One that waits for its time and has not been cancelled; nullptr: there is none of that number.
  OpenChange* find_waiting(std::uint64_t id) const;
  /// Those in the rig that wait for their time and swap to this model.
  std::vector<engine::Change*> commands_to(const std::string& model) const;

 private:
  friend class OpenChange;

  template <typename Predicate>
  bool any(Predicate predicate) const;

  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, OpenChange*> changes_;
};

}  // namespace namrack::player

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "player/changes/change.h"

namespace namrack::player {

/// All changes that somebody works at: that wait for their time, are being made ready, or are in the rig and
/// have not begun. Thread: control.
class OpenChanges {
 public:
  /// So many may wait for their time, whoever asked for them, also after they have gone.
  static constexpr std::size_t kMaxWaiting = 256;

  /// A change is one of them, and has a number, for as long as this lives. Throws ProtocolError(limit) when
  /// too many wait for their time already.
  class Entry {
   public:
    Entry(OpenChanges& all, Change& change);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    OpenChanges& all_;
    Change& change_;
  };

  std::size_t size() const { return changes_.size(); }
  bool any_swap() const;
  bool any_settings() const;
  /// One that is not for a time; nullptr: there is none.
  const Change* first_now() const;
  /// Whether one is still being made ready for the rig.
  bool any_outside_rig() const;
  /// Whether a change, and whether one for now, swaps to this model.
  bool swaps_to(const std::string& model) const;
  bool swaps_now_to(const std::string& model) const;
  bool recalls(const std::string& scene) const;
  /// Those that wait for their time, the oldest first.
  std::vector<Change*> waiting() const;
  /// One that waits for its time and has not been cancelled; nullptr: there is none of that number.
  Change* find_waiting(std::uint64_t id) const;

 private:
  template <typename Predicate>
  bool any(Predicate predicate) const;

  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, Change*> changes_;
};

}  // namespace namrack::player

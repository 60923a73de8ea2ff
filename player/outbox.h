#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "protocol/wire/response.h"

namespace namrack::player {

/// Lines that wait to be sent to one client: bounded, however slowly the client reads. Thread: control.
///
/// Replies are never dropped; the session stops reading requests while too much waits. When too many events
/// wait, all of them make way for a single `lost` event, whose count and revision are those of the moment it
/// is sent. Only the latest `meters` event waits.
class Outbox {
 public:
  static constexpr std::size_t kMaxEvents = 256;
  static constexpr std::size_t kMaxBytes = std::size_t{4} << 20U;

  void add_reply(std::string line);
  /// Numbers the event; `origin` is the connection that caused it.
  void add_event(protocol::Event event, std::uint64_t origin);

  bool is_empty() const { return queue_.empty(); }
  /// No more requests should be read until some of this has been sent.
  bool is_full() const { return bytes_ >= kMaxBytes; }
  /// Everything that waits, in order, as text to send. `rev` is the current revision, for `lost`.
  std::string take(std::uint64_t rev);

 private:
  enum class Kind { reply, event, meters, lost };
  struct Item {
    Kind kind = Kind::reply;
    std::string line;
  };

  void add(Kind kind, std::string line);
  void drop_events();
  std::string lost_line(std::uint64_t rev) const;

  std::deque<Item> queue_;
  std::size_t bytes_ = 0;
  std::size_t events_ = 0;
  std::uint64_t seq_ = 0;
  std::uint64_t lost_ = 0;  // while a `lost` event waits: how many it stands for
  std::uint64_t lost_seq_ = 0;
};

}  // namespace namrack::player

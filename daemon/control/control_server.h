#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cstdint>
#include <map>
#include <memory>

#include "daemon/control/control_socket.h"
#include "daemon/control/session.h"
#include "player/changes/open_changes.h"
#include "player/commands/handlers.h"
#include "player/event_hub.h"
#include "player/library/bank.h"

namespace namrack::daemon {

/// Accepts clients and gives each a session. Thread: control.
class ControlServer {
 public:
  static constexpr std::size_t kMaxClients = 32;
  /// Room that is kept beside them for the daemon's own user and root.
  static constexpr std::size_t kKeptClients = 2;
  /// Those counted as well that have gone while a request of theirs is not done: as many as can wait for
  /// their time, and as many as can be loading.
  static constexpr std::size_t kMaxSessions =
      kMaxClients + kKeptClients + player::OpenChanges::kMaxWaiting + player::Bank::kMaxModels;

  ControlServer(boost::asio::io_context& control, player::Pulse& pulse, ControlSocket& socket,
                player::Handlers& handlers, player::EventHub& events);

  /// Accepts until stop().
  boost::asio::awaitable<void> run();
  /// Makes the socket again whenever its file has been deleted, until stop().
  boost::asio::awaitable<void> watch_socket();
  /// Accepts nobody any more and breaks off all connections.
  void stop();

 private:
  /// No more than `room` clients are to be connected.
  bool is_full(std::size_t room) const;
  boost::asio::awaitable<void> serve(std::shared_ptr<Session> session, std::uint64_t id);

  boost::asio::io_context& control_;
  player::Pulse& pulse_;
  ControlSocket& socket_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  player::Handlers& handlers_;
  player::EventHub& events_;
  std::map<std::uint64_t, std::shared_ptr<Session>> sessions_;
  std::uint64_t last_id_ = 0;
  bool stopped_ = false;
};

}  // namespace namrack::daemon

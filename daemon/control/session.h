#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "player/commands/handlers.h"
#include "player/event_hub.h"

namespace namrack::daemon {

/// One client's connection: reads requests, carries them out strictly one after the other, and sends replies
/// and events. Thread: control. Two coroutines, reader and writer, share it and keep it alive.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  Session(std::uint64_t id, boost::asio::io_context& control, Socket socket, player::Handlers& handlers,
          player::EventHub& events);

  /// Serves the client until it leaves; by-value so that the session lives as long.
  static boost::asio::awaitable<void> serve(std::shared_ptr<Session> self);
  /// Sends one error and hangs up: for a client too many.
  static boost::asio::awaitable<void> refuse(std::shared_ptr<Session> self, protocol::ProtocolError error);
  /// Breaks the connection off.
  void close();
  /// The client belongs to the daemon's own user or to root.
  bool is_of_owner() const;
  /// The client has closed its socket altogether, and reads no reply.
  bool is_abandoned() const;

 private:
  static boost::asio::awaitable<void> write(std::shared_ptr<Session> self);
  boost::asio::awaitable<void> read();
  boost::asio::awaitable<void> answer_line(std::string line);
  boost::asio::awaitable<boost::json::object> answer_call(protocol::Call call);
  boost::asio::awaitable<void> wait_for_room();
  boost::asio::awaitable<void> hang_up();
  void send_error(const protocol::ProtocolError& error);
  void log_peer();

  boost::asio::io_context& control_;
  mutable Socket socket_;
  player::Handlers& handlers_;
  player::EventHub& events_;
  player::Subscriber subscriber_;
  boost::asio::steady_timer wake_writer_, written_;
  bool finishing_ = false;  // nothing more will be queued
  bool writer_done_ = false;
};

}  // namespace namrack::daemon

#include "daemon/control/session.h"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <utility>

#include "player/error_map.h"
#include "player/spawn.h"
#include "protocol/wire/response.h"

namespace namrack::daemon {
namespace asio = boost::asio;
namespace json = boost::json;
using boost::system::error_code;
using protocol::ErrorCode;
using protocol::ProtocolError;
namespace {

// How long a client that has hung up may take to read what it asked for.
constexpr std::chrono::seconds kFlushPatience{5};
// A line, its carriage return and its line feed.
constexpr std::size_t kMaxRead = protocol::kMaxLine + 2;

std::optional<ucred> peer_of(int socket) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer;
}

constexpr auto never() {
  return std::chrono::steady_clock::time_point::max();
}

}  // namespace

Session::Session(std::uint64_t id, asio::io_context& control, Socket socket, player::Handlers& handlers,
                 player::EventHub& events)
    : control_(control),
      socket_(std::move(socket)),
      handlers_(handlers),
      events_(events),
      subscriber_(
          id, [this] { wake_writer_.cancel(); }, [this] { return is_abandoned(); }),
      wake_writer_(socket_.get_executor(), never()),
      written_(socket_.get_executor(), never()) {}

asio::awaitable<void> Session::serve(std::shared_ptr<Session> self) {
  self->log_peer();
  self->events_.add(self->subscriber_);
  player::spawn(self->control_, "writing to a client", write(self));
  try {
    co_await self->read();
  } catch (const std::exception& error) {
    spdlog::error("client {}: {}", self->subscriber_.id(), player::plain_words(error));
  }
  self->events_.remove(self->subscriber_);
  co_await self->hang_up();
}

asio::awaitable<void> Session::refuse(std::shared_ptr<Session> self, ProtocolError error) {
  player::spawn(self->control_, "writing to a client", write(self));
  self->send_error(error);
  co_await self->hang_up();
}

void Session::log_peer() {
  if (const auto peer = peer_of(socket_.native_handle()))
    spdlog::debug("client {}: process {} of user {}", subscriber_.id(), peer->pid, peer->uid);
}

bool Session::is_of_owner() const {
  const auto peer = peer_of(socket_.native_handle());
  return peer && (peer->uid == ::geteuid() || peer->uid == 0);
}

bool Session::is_abandoned() const {
  pollfd peer{.fd = socket_.native_handle(), .events = 0, .revents = 0};
  return ::poll(&peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)) != 0;
}

asio::awaitable<void> Session::read() {
  std::string buffer;
  for (;;) {
    error_code error;
    const std::size_t length =
        co_await asio::async_read_until(socket_, asio::dynamic_buffer(buffer, kMaxRead), '\n',
                                        asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::not_found) {
      send_error({ErrorCode::limit, "the line is longer than 1 MiB", {{"limit", protocol::kMaxLine}}});
      co_return;
    }
    if (error && error != asio::error::eof) co_return;  // the client is gone, or the daemon stops
    // At the end of the stream the last line may lack its line feed.
    std::string line = buffer.substr(0, error ? buffer.size() : length - 1);
    buffer.erase(0, error ? buffer.size() : length);
    if (line.find_first_not_of(" \t\r") != std::string::npos) co_await answer_line(std::move(line));
    if (error) co_return;
    co_await wait_for_room();
  }
}

asio::awaitable<void> Session::answer_line(std::string line) {
  protocol::ParsedLine parsed = protocol::parse_line(line);
  line = {};
  json::array replies;
  for (protocol::Call& call : parsed.calls) {
    const bool silent = call.is_notification;
    json::object reply = co_await answer_call(std::move(call));
    if (!silent) replies.push_back(std::move(reply));
  }
  if (replies.empty()) co_return;
  subscriber_.outbox().add_reply(
      protocol::message_line(parsed.is_batch ? json::value(std::move(replies)) : std::move(replies.front())));
  subscriber_.wake();
}

asio::awaitable<json::object> Session::answer_call(protocol::Call call) {
  std::exception_ptr failure;
  try {
    if (const auto* error = std::get_if<ProtocolError>(&call.request)) throw ProtocolError(*error);
    auto request = std::get<protocol::Request>(std::move(call.request));
    json::object result = co_await handlers_.handle(std::move(request), subscriber_);
    co_return protocol::result_message(call.id, std::move(result));
  } catch (...) {
    failure = std::current_exception();
  }
  co_return protocol::error_message(call.id, player::to_protocol_error(failure));
}

void Session::send_error(const ProtocolError& error) {
  subscriber_.outbox().add_reply(protocol::message_line(protocol::error_message(nullptr, error)));
  subscriber_.wake();
}

asio::awaitable<void> Session::wait_for_room() {
  error_code cancelled;
  while (subscriber_.outbox().is_full() && !writer_done_)
    co_await written_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

asio::awaitable<void> Session::write(std::shared_ptr<Session> self) {
  error_code error;
  while (!error) {
    if (self->subscriber_.outbox().is_empty()) {
      if (self->finishing_) break;
      error_code woken;
      co_await self->wake_writer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
      continue;
    }
    const std::string text = self->subscriber_.outbox().take(self->handlers_.rev());
    co_await asio::async_write(self->socket_, asio::buffer(text),
                               asio::redirect_error(asio::use_awaitable, error));
    self->written_.cancel();
  }
  self->writer_done_ = true;
  self->written_.cancel();
  if (error) self->close();
}

// Lets the writer finish, then closes. What the client still sends is read and thrown away meanwhile: closing
// with unread input would make the system discard the replies on their way.
asio::awaitable<void> Session::hang_up() {
  finishing_ = true;
  wake_writer_.cancel();
  written_.expires_after(kFlushPatience);
  error_code ended;
  while (!writer_done_ && written_.expiry() > std::chrono::steady_clock::now())
    co_await written_.async_wait(asio::redirect_error(asio::use_awaitable, ended));
  error_code ignored;
  ignored = socket_.shutdown(Socket::shutdown_send, ignored);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  std::array<char, 65536> rest;
  ignored = socket_.non_blocking(true, ignored);
  while (socket_.is_open() && std::chrono::steady_clock::now() < deadline) {
    error_code error;
    socket_.read_some(asio::buffer(rest), error);
    if (error && error != asio::error::would_block) break;
    if (!error) continue;
    asio::steady_timer nap(socket_.get_executor(), std::chrono::milliseconds(10));
    co_await nap.async_wait(asio::use_awaitable);
  }
  close();
}

void Session::close() {
  error_code ignored;
  ignored = socket_.close(ignored);
  wake_writer_.cancel();
  written_.cancel();
}

}  // namespace namrack::daemon

#include "daemon/control/control_server.h"
#include "player/spawn.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>
#include <utility>

namespace namrack::daemon {
namespace asio = boost::asio;

ControlServer::ControlServer(asio::io_context& control, player::Pulse& pulse, ControlSocket& socket,
                             player::Handlers& handlers, player::EventHub& events)
    : control_(control),
      pulse_(pulse),
      socket_(socket),
      acceptor_(control, asio::local::stream_protocol(), socket.release()),
      handlers_(handlers),
      events_(events) {}

asio::awaitable<void> ControlServer::run() {
  while (!stopped_) {
    boost::system::error_code error;
    auto peer = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) continue;  // stopped, or listening anew
    if (error) {
      // Out of descriptors, most likely: clients that leave give some back.
      spdlog::error("no client can be accepted: {}", error.message());
      asio::steady_timer pause(control_, std::chrono::milliseconds(200));
      co_await pause.async_wait(asio::use_awaitable);
      continue;
    }
    const std::uint64_t id = ++last_id_;
    auto session = std::make_shared<Session>(id, control_, std::move(peer), handlers_, events_);
    const std::size_t room = kMaxClients + (session->is_of_owner() ? kKeptClients : 0);
    if (is_full(room)) {
      const protocol::ProtocolError full(
          protocol::ErrorCode::limit,
          "too many clients: " + std::to_string(room) + " are connected; close one of them",
          {{"limit", room}});
      player::spawn(control_, "refusing a client", Session::refuse(session, full));
      continue;
    }
    sessions_.emplace(id, session);
    player::spawn(control_, "serving a client", serve(session, id));
  }
}

asio::awaitable<void> ControlServer::watch_socket() {
  constexpr std::chrono::seconds kInterval{2};
  std::string told;
  for (;;) {
    co_await pulse_.wait(kInterval);
    if (stopped_) co_return;
    std::string fault;
    try {
      if (socket_.restore()) {
        acceptor_.close();
        acceptor_.assign(asio::local::stream_protocol(), socket_.release());
        spdlog::warn("{} was deleted and is there again", socket_.path().string());
      }
    } catch (const std::exception& error) {
      fault = player::plain_words(error);
    }
    if (!fault.empty() && fault != told) spdlog::error("new clients cannot connect: {}", fault);
    told = fault;
  }
}

// Clients that have gone while their requests wait for their time keep no others out.
bool ControlServer::is_full(std::size_t room) const {
  if (sessions_.size() < room) return false;
  const auto present =
      std::ranges::count_if(sessions_, [](const auto& entry) { return !entry.second->is_abandoned(); });
  return present >= static_cast<std::ptrdiff_t>(room) || sessions_.size() >= kMaxSessions;
}

asio::awaitable<void> ControlServer::serve(std::shared_ptr<Session> session, std::uint64_t id) {
  co_await Session::serve(std::move(session));
  sessions_.erase(id);
}

void ControlServer::stop() {
  stopped_ = true;
  boost::system::error_code ignored;
  ignored = acceptor_.close(ignored);
  for (const auto& [id, session] : sessions_) session->close();
}

}  // namespace namrack::daemon

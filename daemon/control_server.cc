#include "daemon/control_server.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace namrack::daemon {
namespace asio = boost::asio;

ControlServer::ControlServer(asio::io_context& control, ControlSocket& socket, player::Handlers& handlers,
                             player::EventHub& events)
    : control_(control),
      acceptor_(control, asio::local::stream_protocol(), socket.release()),
      handlers_(handlers),
      events_(events) {}

asio::awaitable<void> ControlServer::run() {
  while (acceptor_.is_open()) {
    boost::system::error_code error;
    auto peer = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of descriptors, most likely: clients that leave give some back.
      spdlog::error("no client can be accepted: {}", error.message());
      asio::steady_timer pause(control_, std::chrono::milliseconds(200));
      co_await pause.async_wait(asio::use_awaitable);
      continue;
    }
    const std::uint64_t id = ++last_id_;
    auto session = std::make_shared<Session>(id, std::move(peer), handlers_, events_);
    if (is_full()) {
      const protocol::ProtocolError full(protocol::ErrorCode::limit, "too many clients",
                                         {{"limit", kMaxClients}});
      asio::co_spawn(control_, Session::refuse(session, full), asio::detached);
      continue;
    }
    sessions_.emplace(id, session);
    asio::co_spawn(control_, serve(session, id), asio::detached);
  }
}

// Clients that have gone while their requests wait for their time keep no others out.
bool ControlServer::is_full() const {
  if (sessions_.size() < kMaxClients) return false;
  const auto present =
      std::ranges::count_if(sessions_, [](const auto& entry) { return !entry.second->is_abandoned(); });
  return present >= static_cast<std::ptrdiff_t>(kMaxClients) || sessions_.size() >= kMaxSessions;
}

asio::awaitable<void> ControlServer::serve(std::shared_ptr<Session> session, std::uint64_t id) {
  co_await Session::serve(std::move(session));
  sessions_.erase(id);
}

void ControlServer::stop() {
  boost::system::error_code ignored;
  ignored = acceptor_.close(ignored);
  for (const auto& [id, session] : sessions_) session->close();
}

}  // namespace namrack::daemon

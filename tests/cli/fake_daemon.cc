#include "tests/cli/fake_daemon.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace namrack::cli {
namespace {

/// Waits until `fd` is readable; false when `stop` is.
bool wait_for(int fd, int stop) {
  std::array<pollfd, 2> fds{pollfd{fd, POLLIN, 0}, pollfd{stop, POLLIN, 0}};
  ::poll(fds.data(), fds.size(), -1);
  return fds[1].revents == 0;
}

}  // namespace

FakeDaemon::FakeDaemon(Answer answer) : answer_(std::move(answer)) {
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(socket(), std::begin(address.sun_path));
  const bool is_bound = ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (!is_bound || ::listen(listener_, 8) != 0) throw std::runtime_error("cannot listen at " + socket());
  thread_ = std::thread([this] { serve(); });
}

FakeDaemon::~FakeDaemon() {
  ::eventfd_write(stop_, 1);
  thread_.join();
  ::close(listener_);
  ::close(stop_);
}

void FakeDaemon::serve() {
  while (wait_for(listener_, stop_)) {
    const int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) continue;
    clients_.emplace_back([this, fd] {
      serve_client(fd);
      ::close(fd);
    });
  }
  for (std::thread& client : clients_) client.join();
}

void FakeDaemon::serve_client(int fd) {
  std::string received;
  std::array<char, 4096> buffer;
  while (wait_for(fd, stop_)) {
    const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (count <= 0) return;
    received.append(buffer.data(), static_cast<std::size_t>(count));
    for (std::size_t end = received.find('\n'); end != std::string::npos; end = received.find('\n')) {
      std::optional<std::string> reply;
      {
        const std::lock_guard lock(mutex_);
        reply = answer_(received.substr(0, end));
      }
      received.erase(0, end + 1);
      if (reply) ::send(fd, reply->data(), reply->size(), MSG_NOSIGNAL);
    }
  }
}

}  // namespace namrack::cli

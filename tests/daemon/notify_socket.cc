#include "tests/daemon/notify_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace namrack::test {

NotifySocket::NotifySocket(std::filesystem::path path) : path_(std::move(path)) {
  fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    throw std::runtime_error("cannot bind " + path_.string());
}

NotifySocket::~NotifySocket() {
  ::close(fd_);
}

NotifySocket::Message NotifySocket::next() const {
  constexpr int kPatience_ms = 60000;
  pollfd ready{fd_, POLLIN, 0};
  if (::poll(&ready, 1, kPatience_ms) <= 0) throw std::runtime_error("no notification");
  std::array<char, 4096> text{};
  const ssize_t size = ::recv(fd_, text.data(), text.size(), 0);
  if (size < 0) throw std::runtime_error("no notification");
  Message message;
  std::istringstream lines(std::string(text.data(), static_cast<std::size_t>(size)));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    message[line.substr(0, equals)] = equals == std::string::npos ? "" : line.substr(equals + 1);
  }
  return message;
}

NotifySocket::Message NotifySocket::next_with(const std::string& field) const {
  for (;;)
    if (Message message = next(); message.contains(field)) return message;
}

}  // namespace namrack::test

#include "tests/daemon/held_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace namrack::test {

HeldFile::HeldFile(const std::filesystem::path& file) : fd_(::open(file.c_str(), O_RDWR | O_CLOEXEC)) {
  // Of an opener the holder is told by a signal: one that is ignored unless somebody asks for it.
  if (fd_ < 0 || ::fcntl(fd_, F_SETSIG, SIGURG) != 0 || ::fcntl(fd_, F_SETLEASE, F_WRLCK) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot hold " + file.string());
}

HeldFile::~HeldFile() {
  let_go();
  ::close(fd_);
}

void HeldFile::let_go() {
  ::fcntl(fd_, F_SETLEASE, F_UNLCK);
}

void HeldFile::wait_for_opener() const {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  // While somebody waits, the system names the kind of lease that would let him in.
  while (::fcntl(fd_, F_GETLEASE) == F_WRLCK) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("nobody opens the file");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace namrack::test

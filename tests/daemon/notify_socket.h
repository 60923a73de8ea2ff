#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "tests/daemon/child_process.h"

namespace namrack::test {

/// What a service manager listens at: the socket of sd_notify(3).
class NotifySocket {
 public:
  using Message = std::map<std::string, std::string>;

  explicit NotifySocket(std::filesystem::path path);
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  /// Tells a process where it is.
  ChildProcess::Environment environment() const { return {{"NOTIFY_SOCKET", path_.string()}}; }
  /// The next message. Throws when none comes within a minute.
  Message next() const;
  /// The next message that has this field.
  Message next_with(const std::string& field) const;

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

}  // namespace namrack::test

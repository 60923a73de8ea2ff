#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace namrack::test {

/// A program that the test started. Killed, by its own process id, when the test forgets it.
class ChildProcess {
 public:
  using Environment = std::map<std::string, std::string>;

  /// Its standard error and output go to `log`.
  ChildProcess(const std::vector<std::string>& command, const Environment& environment,
               const std::filesystem::path& log);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t id() const { return id_; }
  void signal(int number) const;
  /// Stops it, and returns when not one of its threads runs any more.
  void suspend() const;
  void resume() const;
  /// The exit code, or 128 + the signal that ended it; nullopt when it still runs after `patience`.
  std::optional<int> wait(std::chrono::seconds patience = std::chrono::seconds(60));
  /// What it has written so far.
  std::string log() const;

 private:
  std::filesystem::path log_;
  pid_t id_ = -1;
  std::optional<int> code_;
};

}  // namespace namrack::test

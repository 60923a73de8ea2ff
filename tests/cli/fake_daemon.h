#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/common/temporary_folder.h"

namespace namrack::cli {

/// Listens on a Unix socket like the daemon and answers each line by what `answer` returns: the bytes to
/// send, or nullopt to say nothing. Serves all connections until destroyed; `answer` is asked by one at a
/// time.
class FakeDaemon {
 public:
  using Answer = std::function<std::optional<std::string>(const std::string& line)>;

  explicit FakeDaemon(Answer answer);
  ~FakeDaemon();
  FakeDaemon(const FakeDaemon&) = delete;
  FakeDaemon& operator=(const FakeDaemon&) = delete;

  std::string socket() const { return folder_.file("control.sock"); }

 private:
  void serve();
  void serve_client(int fd);

  test::TemporaryFolder folder_;
  Answer answer_;
  int listener_ = -1;
  int stop_ = -1;  // an eventfd that is readable once the server is to end
  std::mutex mutex_;
  std::vector<std::thread> clients_;
  std::thread thread_;
};

}  // namespace namrack::cli

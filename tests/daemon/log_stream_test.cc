// Where namrackd's log goes, and what happens when it goes nowhere.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <csignal>
#include <string>
#include <vector>

#include "tests/daemon/running_daemon.h"

namespace namrack::test {
namespace {

// A pipe that is read only when a test wants to.
class StuckPipe {
 public:
  explicit StuckPipe(const std::string& path) : path_(path) {
    ::mkfifo(path.c_str(), 0600);
    fd_ = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  }
  ~StuckPipe() { ::close(fd_); }
  StuckPipe(const StuckPipe&) = delete;
  StuckPipe& operator=(const StuckPipe&) = delete;

  /// Executes the rest of a command line with this as stderr.
  std::vector<std::string> as_stderr() const { return {"sh", "-c", R"(exec "$@" 2>"$0")", path_}; }
  /// Reads until `text` has come.
  bool has_said(const std::string& text) {
    while (said_.find(text) == std::string::npos) {
      pollfd ready{fd_, POLLIN, 0};
      if (::poll(&ready, 1, 60000) <= 0) return false;
      char chunk[65536];
      const ssize_t count = ::read(fd_, chunk, sizeof(chunk));
      if (count > 0) said_.append(chunk, static_cast<std::size_t>(count));
    }
    return true;
  }

 private:
  std::string path_, said_;
  int fd_ = -1;
};

// Far more than a pipe takes: each is a line of the debug log.
void say_much(ControlClient& client) {
  for (int i = 0; i < 3000; ++i) client.call("hello", {{"client", std::string(200, 'x')}});
}

TEST(LogStream, AReaderWhoStopsReadingDelaysNothingAndIsToldWhatItMissed) {
  const TemporaryFolder folder;
  StuckPipe pipe(folder.file("pipe"));
  RunningDaemon daemon({}, "", {.by = pipe.as_stderr()});
  const auto client = daemon.connect();
  say_much(*client);
  EXPECT_EQ(client->call("set", {{"output_db", -3.0}}).at("params").at("output_db").to_number<double>(),
            -3.0);
  EXPECT_TRUE(pipe.has_said(" lines of the log were dropped"));
  client->call("hello", {{"client", "somebody new"}});
  EXPECT_TRUE(pipe.has_said("is somebody new")) << "what is logged later arrives";

  say_much(*client);
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.process().wait(std::chrono::seconds(30)), 0) << "it waits for ever at its end";
}

TEST(LogStream, AReaderWhoHasGoneDelaysNothingEither) {
  RunningDaemon daemon({}, "", {.by = {"bash", "-c", R"(exec "$@" 2> >(head -n 1 >/dev/null))", "bash"}});
  const auto client = daemon.connect();
  say_much(*client);
  EXPECT_NO_THROW(client->call("ping"));
}

TEST(LogStream, NoFileOrSocketTakesTheNumberOfAClosedStandardStream) {
  const TemporaryFolder folder;
  RunningDaemon daemon({"--state=" + folder.file("state.json")}, "",
                       {.by = {"sh", "-c", R"(exec "$@" <&- >&- 2>&-)", "sh"}});
  const auto client = daemon.connect();
  client->call("hello", {{"client", "precious"}});
  client->call("scene.save", {{"name", "one"}});
  const std::string process = "/proc/" + std::to_string(daemon.process().id()) + "/fd/";
  for (const char* stream : {"0", "1", "2"})
    EXPECT_EQ(std::filesystem::read_symlink(process + stream), "/dev/null") << stream;
}

}  // namespace
}  // namespace namrack::test

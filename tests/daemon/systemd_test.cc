// What namrackd and systemd owe each other, with a service manager of the test's own.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/daemon/notify_socket.h"
#include "tests/daemon/running_daemon.h"

namespace namrack::test {
namespace {

const ChildProcess::Environment kNoJack{{"JACK_DEFAULT_SERVER", "namrack-no-such-server"}};

std::vector<std::string> namrackd(const std::string& socket, std::vector<std::string> more = {}) {
  std::vector<std::string> command{NAMRACK_BUILD_DIR "/namrackd", "--no-state", "--socket", socket};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

// A socket that a child process inherits.
class PassedSocket {
 public:
  PassedSocket(const std::string& path, bool listens) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listens ? ::listen(fd_, 8) : 0, 0);
  }
  ~PassedSocket() { ::close(fd_); }
  PassedSocket(const PassedSocket&) = delete;
  PassedSocket& operator=(const PassedSocket&) = delete;

  /// `command` with the socket as its descriptor 3 and the environment that sd_listen_fds(3) wants.
  std::vector<std::string> passed_to(const std::vector<std::string>& command) const {
    std::vector<std::string> all{
        "sh", "-c", "exec env LISTEN_PID=$$ LISTEN_FDS=1 \"$@\" 3<&" + std::to_string(fd_), "sh"};
    all.insert(all.end(), command.begin(), command.end());
    return all;
  }

 private:
  int fd_;
};

TEST(SocketActivation, TheSocketThatIsPassedIsServedAndLeftInPlace) {
  const TemporaryFolder folder;
  const PassedSocket socket(folder.file("passed"), true);
  ChildProcess daemon(socket.passed_to(namrackd(folder.file("own"))), kNoJack, folder.file("log"));
  // Whoever connects before the daemon is there waits for it.
  ControlClient client(folder.file("passed"));
  EXPECT_EQ(client.call("hello").at("name"), "namrackd");
  EXPECT_FALSE(std::filesystem::exists(folder.file("own")));
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  EXPECT_TRUE(std::filesystem::exists(folder.file("passed")));
}

TEST(SocketActivation, AnythingButAListeningSocketIsABadConfiguration) {
  const TemporaryFolder folder;
  const PassedSocket socket(folder.file("passed"), false);
  ChildProcess daemon(socket.passed_to(namrackd(folder.file("own"))), kNoJack, folder.file("log"));
  EXPECT_EQ(daemon.wait(), 78);
  EXPECT_NE(daemon.log().find("listening Unix stream socket"), std::string::npos);
}

struct Service {
  explicit Service(const ChildProcess::Environment& more = {}) {
    ChildProcess::Environment environment = more;
    environment.merge(notifications.environment());
    environment.merge(ChildProcess::Environment(kNoJack));
    daemon = std::make_unique<ChildProcess>(
        namrackd(folder.file("s"), {load_option("a", "a1_standard"), "--swap=a"}), environment,
        folder.file("log"));
  }

  TemporaryFolder folder;
  NotifySocket notifications{folder.file("notify")};
  std::unique_ptr<ChildProcess> daemon;
};

TEST(Notifications, TheServiceIsReadyWhenItsSocketAnswersAlthoughJackIsAbsent) {
  Service service;
  const NotifySocket::Message ready = service.notifications.next();
  EXPECT_EQ(ready, (NotifySocket::Message{{"READY", "1"}, {"STATUS", "waiting for JACK"}}));
  EXPECT_EQ(ControlClient(service.folder.file("s")).call("status").at("current"), "a");
}

TEST(Notifications, StoppingIsAnnouncedBeforeTheEnd) {
  Service service;
  service.notifications.next_with("READY");
  service.daemon->signal(SIGTERM);
  EXPECT_EQ(service.notifications.next_with("STOPPING"),
            (NotifySocket::Message{{"STOPPING", "1"}, {"STATUS", "stopping"}}));
  EXPECT_EQ(service.daemon->wait(), 0);
}

TEST(Notifications, TheWatchdogIsFedAtHalfItsTimeAndNotMoreOften) {
  const auto begin = std::chrono::steady_clock::now();
  Service service(ChildProcess::Environment{{"WATCHDOG_USEC", "400000"}});
  constexpr int kSigns = 6;
  for (int i = 0; i < kSigns; ++i) EXPECT_EQ(service.notifications.next_with("WATCHDOG").at("WATCHDOG"), "1");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, (kSigns - 1) * std::chrono::milliseconds(200));
}

}  // namespace
}  // namespace namrack::test

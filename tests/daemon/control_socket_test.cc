#include "daemon/control/control_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "daemon/exit_code.h"
#include "tests/common/temporary_folder.h"

namespace namrack::daemon {
namespace {

namespace fs = std::filesystem;

ExitCode refusal(const fs::path& path) {
  try {
    const ControlSocket socket(path);
  } catch (const StartupError& error) {
    return error.code();
  }
  return ExitCode::ok;
}

bool connects(const fs::path& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  ::close(fd);
  return connected;
}

TEST(ControlSocket, IsMadeWithItsFolderAndRemovedWithItself) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "a" / "b" / "control.sock";
  {
    const ControlSocket socket(path);
    EXPECT_TRUE(connects(path));
    EXPECT_EQ(std::distance(fs::directory_iterator(path.parent_path()), {}), 2)
        << "something is there beside the socket and its lock";
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(ControlSocket, ALiveOneIsLeftAlone) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "s";
  const ControlSocket first(path);
  EXPECT_EQ(refusal(path), ExitCode::socket_taken);
  EXPECT_TRUE(connects(path));
}

TEST(ControlSocket, AStaleOneIsReplaced) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "s";
  {
    ControlSocket first(path);
    fs::create_hard_link(path, folder.path() / "kept");
  }
  fs::rename(folder.path() / "kept", path);
  ASSERT_TRUE(fs::exists(path));
  EXPECT_FALSE(connects(path));
  const ControlSocket second(path);
  EXPECT_TRUE(connects(path));
}

TEST(ControlSocket, AFileThatIsNoSocketIsNeverRemoved) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.write("precious", "text");
  EXPECT_EQ(refusal(path), ExitCode::socket_taken);
  EXPECT_TRUE(fs::is_regular_file(path));
}

TEST(ControlSocket, AnothersFileIsNotRemovedAtTheEnd) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "s";
  {
    const ControlSocket socket(path);
    fs::remove(path);
    folder.write("s", "another's");
  }
  EXPECT_TRUE(fs::exists(path));
}

// Between the moment in which a daemon looks and that in which it listens, another one cannot begin.
TEST(ControlSocket, ItsLockKeepsOthersOutWhateverTheFileIs) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "s";
  {
    const ControlSocket first(path);
    fs::remove(path);
    EXPECT_EQ(refusal(path), ExitCode::socket_taken);
    EXPECT_FALSE(fs::exists(path));
  }
  EXPECT_EQ(refusal(path), ExitCode::ok) << "the lock ends with its owner, though its file stays";
}

TEST(ControlSocket, ALockThatIsNoFileIsNeitherFollowedNorWaitedFor) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "s", lock = folder.path() / "s.lock";
  const std::string precious = folder.write("precious", "text");
  fs::create_symlink(precious, lock);
  EXPECT_EQ(refusal(path), ExitCode::socket_taken);
  fs::remove(lock);
  ASSERT_EQ(::mkfifo(lock.c_str(), 0600), 0);
  EXPECT_EQ(refusal(path), ExitCode::socket_taken);
  EXPECT_EQ(test::read_file(precious), "text");
}

TEST(ControlSocket, IsMadeAgainAfterItsFileOrItsFolderHasBeenDeleted) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "run" / "s";
  ControlSocket socket(path);
  EXPECT_FALSE(socket.restore());
  for (const fs::path& victim : {path, path.parent_path()}) {
    ::close(socket.release());
    fs::remove_all(victim);
    EXPECT_TRUE(socket.restore());
    EXPECT_TRUE(connects(path));
    EXPECT_FALSE(socket.restore());
    EXPECT_EQ(refusal(path), ExitCode::socket_taken);
  }
}

TEST(ControlSocket, IsNotMadeAgainWhereSomethingElseIsNow) {
  const test::TemporaryFolder folder;
  const fs::path path = folder.path() / "s";
  ControlSocket socket(path);
  fs::remove(path);
  folder.write("s", "precious");
  EXPECT_THROW(socket.restore(), StartupError);
  EXPECT_EQ(test::read_file(path), "precious");
}

TEST(ControlSocket, APathThatIsTooLongIsRefused) {
  EXPECT_EQ(refusal("/tmp/" + std::string(120, 'x')), ExitCode::socket_taken);
}

}  // namespace
}  // namespace namrack::daemon

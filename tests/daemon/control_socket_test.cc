#include "daemon/control_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
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
    EXPECT_EQ(std::distance(fs::directory_iterator(path.parent_path()), {}), 1)
        << "something was left behind";
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

TEST(ControlSocket, APathThatIsTooLongIsRefused) {
  EXPECT_EQ(refusal("/tmp/" + std::string(120, 'x')), ExitCode::socket_taken);
}

}  // namespace
}  // namespace namrack::daemon

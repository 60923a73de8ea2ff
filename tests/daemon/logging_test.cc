#include "daemon/logging.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace namrack::daemon {
namespace {

TEST(Logging, OnlyTheStreamThatSystemdNamedIsTheJournal) {
  const int fd = ::open("/dev/null", O_WRONLY);
  struct stat status{};
  ASSERT_EQ(::fstat(fd, &status), 0);
  const std::string name = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  EXPECT_TRUE(is_journal(fd, name.c_str()));
  EXPECT_FALSE(is_journal(fd, (name + "0").c_str()));
  EXPECT_FALSE(is_journal(fd, nullptr));
  ::close(fd);
}

}  // namespace
}  // namespace namrack::daemon

#include "cli/offline/atomic_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/common/temporary_folder.h"

namespace namrack::cli {
namespace {

namespace fs = std::filesystem;

void write(const AtomicFile& file, const std::string& text) {
  std::ofstream(file.temporary_path()) << text;
}

std::ptrdiff_t files_in(const test::TemporaryFolder& folder) {
  return std::distance(fs::directory_iterator(folder.path()), {});
}

TEST(AtomicFile, AppearsOnlyWhenCommitted) {
  const test::TemporaryFolder folder;
  {
    AtomicFile file(folder.file("x"));
    write(file, "new");
    EXPECT_FALSE(fs::exists(folder.file("x")));
    file.commit();
  }
  EXPECT_EQ(test::read_file(folder.file("x")), "new");
  EXPECT_EQ(files_in(folder), 1);
}

TEST(AtomicFile, LeavesNothingBehindWhenItIsGivenUp) {
  const test::TemporaryFolder folder;
  folder.write("x", "old");
  {
    write(AtomicFile(folder.file("x")), "new");
  }
  EXPECT_EQ(test::read_file(folder.file("x")), "old");
  EXPECT_EQ(files_in(folder), 1);
}

TEST(AtomicFile, KeepsPermissionsAndLinks) {
  const test::TemporaryFolder folder;
  const fs::path target = folder.write("x", "old");
  fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink(target, folder.file("link"));
  AtomicFile file(folder.file("link"));
  write(file, "new");
  file.commit();
  EXPECT_TRUE(fs::is_symlink(folder.file("link")));
  EXPECT_EQ(test::read_file(target), "new");
  EXPECT_EQ(fs::status(target).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(AtomicFile, RefusesWhatIsNoRegularFile) {
  EXPECT_THROW(AtomicFile("/dev/null"), std::runtime_error);
  EXPECT_THROW(AtomicFile("/nowhere/x"), std::runtime_error);
}

}  // namespace
}  // namespace namrack::cli

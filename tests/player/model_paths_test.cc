#include "player/library/model_paths.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "protocol/error.h"
#include "tests/common/temporary_folder.h"

namespace namrack::player {
namespace {

namespace fs = std::filesystem;
using protocol::ErrorCode;

struct Folders {
  Folders() {
    fs::create_directories(folder.path() / "one");
    fs::create_directories(folder.path() / "two");
    for (const char* file : {"one/a.nam", "two/a.nam", "two/b.nam", "secret.nam"}) folder.write(file, "{}");
  }
  ModelPaths paths(bool restricted) const {
    return {{folder.path() / "one", folder.path() / "two"}, restricted};
  }
  test::TemporaryFolder folder;
};

ErrorCode refusal(const ModelPaths& paths, const std::string& path) {
  try {
    paths.resolve(path);
  } catch (const protocol::ProtocolError& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

TEST(ModelPaths, ARelativePathMeansTheFirstFolderThatHasIt) {
  const Folders f;
  EXPECT_EQ(f.paths(false).resolve("a.nam"), f.folder.path() / "one/a.nam");
  EXPECT_EQ(f.paths(false).resolve("b.nam"), f.folder.path() / "two/b.nam");
  EXPECT_EQ(refusal(f.paths(false), "c.nam"), ErrorCode::not_found);
}

TEST(ModelPaths, OutsideTheFoldersIsForbiddenOnlyWhenRestricted) {
  const Folders f;
  const std::string secret = (f.folder.path() / "secret.nam").string();
  EXPECT_EQ(f.paths(false).resolve(secret), secret);
  EXPECT_EQ(refusal(f.paths(true), secret), ErrorCode::permission);
  EXPECT_EQ(refusal(f.paths(true), "../secret.nam"), ErrorCode::permission);
  fs::create_symlink(secret, f.folder.path() / "one/link.nam");
  EXPECT_EQ(refusal(f.paths(true), "link.nam"), ErrorCode::permission);
  EXPECT_EQ(f.paths(true).resolve("b.nam"), f.folder.path() / "two/b.nam");
  fs::create_directories(f.folder.path() / "one-more");
  f.folder.write("one-more/x.nam", "{}");
  EXPECT_EQ(refusal(f.paths(true), (f.folder.path() / "one-more/x.nam").string()), ErrorCode::permission);
}

TEST(ModelPaths, APipeIsRefusedBecauseReadingItWouldNeverEnd) {
  const Folders f;
  ASSERT_EQ(::mkfifo((f.folder.path() / "one/pipe.nam").c_str(), 0600), 0);
  EXPECT_EQ(refusal(f.paths(false), "pipe.nam"), ErrorCode::io);
  EXPECT_EQ(refusal(f.paths(false), f.folder.path().string()), ErrorCode::io);
}

TEST(ModelPaths, TheEndOfANameMayBeLeftOut) {
  const Folders f;
  for (const char* file : {"one/x.json", "two/x.nam", "one/cab.wav", "one/exact", "two/exact.nam"})
    f.folder.write(file, "{}");
  fs::create_directory(f.folder.path() / "one/b");
  EXPECT_EQ(f.paths(false).resolve("a"), f.folder.path() / "one/a.nam");
  EXPECT_EQ(f.paths(true).resolve("x"), f.folder.path() / "one/x.json") << "the first folder counts more";
  EXPECT_EQ(f.paths(false).resolve("cab"), f.folder.path() / "one/cab.wav");
  EXPECT_EQ(f.paths(false).resolve("exact"), f.folder.path() / "one/exact");
  EXPECT_EQ(f.paths(false).resolve("b"), f.folder.path() / "two/b.nam") << "a folder is no model";
  EXPECT_EQ(f.paths(false).resolve((f.folder.path() / "secret").string()), f.folder.path() / "secret.nam");
  EXPECT_EQ(refusal(f.paths(false), "on"), ErrorCode::not_found);
}

TEST(ModelPaths, AnotherFolderIsSearchedOnlyWhereItIsAllowed) {
  const Folders f;
  fs::create_directory(f.folder.path() / "two/amps");
  EXPECT_EQ(f.paths(true).folders(std::nullopt).size(), 2U);
  EXPECT_EQ(f.paths(true).folders("amps"), std::vector<fs::path>{f.folder.path() / "two/amps"});
  EXPECT_EQ(f.paths(false).folders(f.folder.path().string()).size(), 1U);
  for (const std::string& dir : {f.folder.path().string(), std::string("..")})
    EXPECT_THROW(f.paths(true).folders(dir), protocol::ProtocolError) << dir;
  for (const char* dir : {"none", "a.nam"})
    EXPECT_THROW(f.paths(false).folders(dir), protocol::ProtocolError);
}

TEST(ModelPaths, APathThatIsNotUtf8IsRefusedWithItsByte) {
  const Folders f;
  const std::string path = f.folder.write("one/caf\xE9.nam", "{}");
  try {
    f.paths(false).resolve(path);
    ADD_FAILURE();
  } catch (const protocol::ProtocolError& error) {
    EXPECT_EQ(error.code(), ErrorCode::params);
    EXPECT_NE(error.message().find("byte 0xE9 at position"), std::string::npos) << error.message();
  }
}

}  // namespace
}  // namespace namrack::player

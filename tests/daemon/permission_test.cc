// Files that namrackd may not read, with a daemon that cannot overrule that even when it runs as root.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/daemon/running_daemon.h"

namespace namrack::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> without_privileges() {
  if (::geteuid() != 0) return {};
  return {"setpriv", "--bounding-set=-dac_override,-dac_read_search"};
}

// Nobody may read, search or write it for as long as this lives.
class Locked {
 public:
  explicit Locked(fs::path path) : path_(std::move(path)), former_(fs::status(path_).permissions()) {
    fs::permissions(path_, fs::perms::none);
  }
  ~Locked() { fs::permissions(path_, former_); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  fs::path path_;
  fs::perms former_;
};

struct Models {
  Models() {
    fs::create_directory(folder.path() / "sub");
    file = folder.write("sub/m.nam", read_file(model_path("a1_nano")));
  }
  TemporaryFolder folder;
  std::string file;
};

void expect_refusal(ControlClient& client, const std::string& path) {
  const auto rev = client.call("status").at("rev");
  EXPECT_EQ(client.call_error("load", {{"name", "m"}, {"path", path}}).at("code"), "E_PERMISSION");
  EXPECT_EQ(client.call_error("inspect", {{"path", path}}).at("code"), "E_PERMISSION");
  EXPECT_EQ(client.call("status").at("rev"), rev);
}

TEST(Permission, AFileOrFolderThatMayNotBeReadIsRefused) {
  const Models models;
  RunningDaemon daemon({"--model-dir=" + models.folder.file("sub")}, "", {.by = without_privileges()});
  const auto client = daemon.connect();
  for (const fs::path& locked : {fs::path(models.file), models.folder.path() / "sub"}) {
    const Locked lock(locked);
    expect_refusal(*client, models.file);
    expect_refusal(*client, "m.nam");
  }
  EXPECT_EQ(client->call("load", {{"name", "m"}, {"path", "m.nam"}}).at("path"), models.file.c_str());
}

TEST(Permission, AModelOfTheCommandLineThatMayNotBeReadEndsAStrictDaemon) {
  const Models models;
  const Locked lock(models.file);
  std::vector<std::string> command = without_privileges();
  for (const std::string& word :
       {std::string(NAMRACK_BUILD_DIR "/namrackd"), std::string("--no-state"), std::string("--strict"),
        "--socket=" + models.folder.file("s"), "--load=m=" + models.file})
    command.push_back(word);
  ChildProcess daemon(command, {{"JACK_DEFAULT_SERVER", "namrack-no-such-server"}},
                      models.folder.file("log"));
  EXPECT_EQ(daemon.wait(), 77);
}

}  // namespace
}  // namespace namrack::test

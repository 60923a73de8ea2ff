#include "daemon/state_keeper.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "daemon/exit_code.h"
#include "tests/common/temporary_folder.h"

namespace namrack::daemon {
namespace {

namespace fs = std::filesystem;
using protocol::ProblemCode;
using std::chrono::milliseconds;

// A keeper whose disk the test can have hang or fail.
struct Rig {
  Rig() { boost::asio::co_spawn(io, keeper.run(), boost::asio::detached); }
  ~Rig() { writer.stop(milliseconds(10000)); }

  template <typename Condition>
  bool wait_for(const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition() && std::chrono::steady_clock::now() < deadline) io.run_for(milliseconds(1));
    return condition();
  }
  std::future<std::optional<bool>> save() {
    return boost::asio::co_spawn(io, keeper.save(), boost::asio::use_future);
  }
  std::optional<bool> result(std::future<std::optional<bool>> saved) {
    wait_for([&] { return saved.wait_for(milliseconds(0)) == std::future_status::ready; });
    return saved.get();
  }
  bool is_unsaved() const { return problems.lasts(ProblemCode::state_unsaved, file.string()); }
  double on_disk() const {
    return player::StateStore(file)
        .read()
        .value_or(player::RestoredState{})
        .state.settings[Setting::output_db];
  }
  /// Nothing can be written while this is there.
  fs::path obstacle() const { return file.string() + ".new"; }

  test::TemporaryFolder folder;
  fs::path file = folder.path() / "state.json";
  boost::asio::io_context io;
  player::Worker writer{io, "writer", 0};
  player::EventHub events;
  player::Problems problems{events, [] { return 0U; }};
  player::SavedState state;
  int snapshots = 0;
  StateKeeper keeper{io, writer, problems, file, [this] {
                       ++snapshots;
                       return state;
                     }};
};

TEST(StateKeeper, WhatIsAnsweredIsOnDisk) {
  Rig rig;
  rig.state.settings.set(Setting::output_db, -3.0);
  EXPECT_EQ(rig.result(rig.save()), true);
  EXPECT_EQ(rig.on_disk(), -3.0);
}

TEST(StateKeeper, WhatIsAskedForWhileOneFileIsWrittenSharesTheNext) {
  Rig rig;
  std::promise<void> go_on;
  rig.writer.post([&] { go_on.get_future().wait(); });
  std::vector<std::future<std::optional<bool>>> waiting;
  waiting.push_back(rig.save());
  rig.wait_for([&] { return rig.snapshots == 1; });
  rig.state.settings.set(Setting::output_db, -4.0);
  for (int i = 0; i < 20; ++i) waiting.push_back(rig.save());
  rig.io.run_for(milliseconds(20));
  go_on.set_value();
  for (auto& saved : waiting) EXPECT_EQ(rig.result(std::move(saved)), true);
  EXPECT_EQ(rig.on_disk(), -4.0);
  EXPECT_EQ(rig.snapshots, 2);
}

// Each change comes before the last one is written; that they never stop delays nothing.
TEST(StateKeeper, ASteadyStreamOfChangesIsWrittenAllTheSame) {
  Rig rig;
  double db = 0.0;
  EXPECT_TRUE(rig.wait_for([&] {
    rig.state.settings.set(Setting::output_db, db -= 0.001);
    rig.keeper.note_change();
    return fs::exists(rig.file);
  }));
  rig.keeper.note_change();
  EXPECT_TRUE(rig.wait_for([&] { return rig.on_disk() == db; }));
}

TEST(StateKeeper, WhatCannotBeWrittenIsAProblemAndIsTriedUntilItSucceeds) {
  Rig rig;
  fs::create_directory(rig.obstacle());
  rig.state.settings.set(Setting::output_db, -5.0);
  EXPECT_EQ(rig.result(rig.save()), false);
  EXPECT_TRUE(rig.is_unsaved());
  fs::remove(rig.obstacle());
  EXPECT_TRUE(rig.wait_for([&] { return !rig.is_unsaved(); })) << "without another change";
  EXPECT_EQ(rig.on_disk(), -5.0);
  EXPECT_EQ(rig.result(rig.save()), true);
}

TEST(StateKeeper, ADiskThatHangsIsNotWaitedForForEver) {
  Rig rig;
  std::promise<void> go_on;
  rig.writer.post([&] { go_on.get_future().wait(); });
  EXPECT_EQ(rig.result(rig.save()), false);
  EXPECT_TRUE(rig.is_unsaved());
  go_on.set_value();
  EXPECT_TRUE(rig.wait_for([&] { return !rig.is_unsaved(); }));
  EXPECT_TRUE(fs::exists(rig.file));
}

TEST(StateKeeper, NothingIsSavedOverANewerFileAndAnswersSaySo) {
  Rig rig;
  const std::string newer = R"({"format":99})";
  rig.folder.write("state.json", newer);
  auto read = boost::asio::co_spawn(rig.io, rig.keeper.read(), boost::asio::use_future);
  rig.wait_for([&] { return read.wait_for(milliseconds(0)) == std::future_status::ready; });
  EXPECT_TRUE(rig.problems.lasts(ProblemCode::state_newer, rig.file.string()));
  rig.keeper.note_change();
  EXPECT_EQ(rig.result(rig.save()), false);
  rig.keeper.finish();
  rig.io.run_for(StateKeeper::kDelay + milliseconds(100));
  EXPECT_EQ(test::read_file(rig.file), newer);
}

}  // namespace
}  // namespace namrack::daemon

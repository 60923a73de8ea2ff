// Files that are gone or broken, and come back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "player/player.h"
#include "tests/common/model_path.h"
#include "tests/common/temporary_folder.h"
#include "tests/player/error_of.h"
#include "tests/player/player_rig.h"

namespace namrack::player {
namespace {

namespace fs = std::filesystem;
using protocol::ErrorCode;
using protocol::ProblemCode;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A player that a former one has left its state to.
struct FilesRig : PlayerRig {
  FilesRig() { is_tone = true; }

  std::string write(const std::string& name, const std::string& model = "a1_nano") {
    return folder.write(name, test::read_file(test::model_path(model)));
  }
  ModelFile file(const std::string& name) { return {.name = name, .path = folder.path() / (name + ".nam")}; }
  void start_with(SavedState state) {
    const std::optional<std::string> current = state.current;
    run(player.restore(std::move(state)));
    run(player.loading().want(current));
    player.set_running(true);
    play(4800);
  }
  void look() { run(player.file_watch().look()); }
  /// Changes that the player makes by itself are over then.
  void settle() {
    while (player.changes().open().size() > 0) {
      io.run_for(std::chrono::milliseconds(1));
      io.restart();
      play(kBlock);
    }
    play(4800);
  }
  bool is_silent() {
    settle();
    const std::vector<float> heard = play(960);
    return std::ranges::all_of(heard, [](float x) { return x == 0.0F; });
  }
  bool lasts(ProblemCode code, const std::string& what) { return problems.lasts(code, what); }

  test::TemporaryFolder folder;
};

TEST(PlayerFiles, WhatShouldPlayAndIsGoneIsSilentAndSaidSo) {
  FilesRig rig;
  rig.start_with({.bank = {rig.file("lead")}, .current = "lead"});
  EXPECT_TRUE(rig.is_silent()) << "the dry guitar must not go out to the audience";
  EXPECT_EQ(rig.player.state().current(), "lead") << "it stays wanted";
  EXPECT_TRUE(rig.player.library().is_current_missing());
  EXPECT_TRUE(rig.lasts(ProblemCode::missing_model, "lead"));
  EXPECT_TRUE(rig.player.library().missing().models().contains("lead"));
}

TEST(PlayerFiles, BypassPassesTheInputAllTheSame) {
  FilesRig rig;
  rig.start_with({.bank = {rig.file("lead")}, .current = "lead"});
  rig.run(rig.player.changes().bypass({.to = protocol::Switch::on}, 0));
  rig.play(960);
  EXPECT_FALSE(rig.is_silent());
}

TEST(PlayerFiles, ItPlaysAsSoonAsItIsBack) {
  FilesRig rig;
  rig.start_with({.bank = {rig.file("lead")}, .current = "lead"});
  rig.look();
  EXPECT_TRUE(rig.is_silent());
  rig.write("lead.nam");
  rig.look();
  rig.play(4800);
  EXPECT_FALSE(rig.is_silent());
  EXPECT_FALSE(rig.player.library().is_current_missing());
  EXPECT_TRUE(rig.player.library().missing().models().empty());
  EXPECT_TRUE(rig.problems.to_json().empty());
}

TEST(PlayerFiles, ABrokenFileIsTriedAgainWhenItHasChanged) {
  FilesRig rig;
  rig.folder.write("lead.nam", "no model");
  rig.start_with({.bank = {rig.file("lead")}, .current = "lead"});
  EXPECT_TRUE(rig.is_silent());
  EXPECT_TRUE(rig.lasts(ProblemCode::broken_model, "lead"));
  rig.look();
  EXPECT_TRUE(rig.lasts(ProblemCode::broken_model, "lead"));
  rig.write("lead.nam");
  rig.look();
  rig.play(4800);
  EXPECT_FALSE(rig.is_silent());
  EXPECT_TRUE(rig.problems.to_json().empty());
}

TEST(PlayerFiles, WithOnMissingDryTheInputPassesAtOnce) {
  FilesRig rig;
  rig.start_with({.bank = {rig.file("lead")}, .current = "lead"});
  rig.run(rig.player.changes().set({.changes = {{Setting::on_missing, OnMissing::dry}}}, 0));
  rig.play(9600);
  EXPECT_FALSE(rig.is_silent());
  rig.run(rig.player.changes().set({.changes = {{Setting::on_missing, OnMissing::mute}}}, 0));
  rig.play(9600);
  EXPECT_TRUE(rig.is_silent());
}

TEST(PlayerFiles, OneBootWithoutThemForgetsNothing) {
  FilesRig rig;
  SavedState state{.bank = {rig.file("lead"), rig.file("clean")}, .current = "lead"};
  rig.start_with(state);
  const SavedState saved = rig.player.saved_state();
  EXPECT_EQ(saved.current, "lead");
  EXPECT_THAT(saved.bank, ::testing::UnorderedElementsAreArray(state.bank));
}

TEST(PlayerFiles, ASwapToOneIsRefusedAndTheOldSoundStays) {
  FilesRig rig;
  rig.write("clean.nam");
  rig.start_with({.bank = {rig.file("lead"), rig.file("clean")}, .current = "clean"});
  EXPECT_EQ(error_of([&] { rig.run(rig.player.changes().swap({.name = "lead"}, 0)); }), ErrorCode::not_found);
  EXPECT_EQ(rig.player.state().current(), "clean");
  EXPECT_FALSE(rig.is_silent());
}

TEST(PlayerFiles, AnotherFileUnderItsNameTakesItsPlace) {
  FilesRig rig;
  rig.start_with({.bank = {rig.file("lead")}, .current = "lead"});
  rig.run(rig.player.loading().load({.name = "lead", .path = rig.write("other.nam")}, 0));
  rig.play(4800);
  EXPECT_FALSE(rig.is_silent());
  EXPECT_TRUE(rig.problems.to_json().empty());
}

TEST(PlayerFiles, OneThatIsNotWantedCanBeUnloaded) {
  FilesRig rig;
  rig.start_with({.bank = {rig.file("lead"), rig.file("old")}, .current = "lead"});
  rig.player.loading().unload({.name = "old"}, 0);
  EXPECT_FALSE(rig.lasts(ProblemCode::missing_model, "old"));
  EXPECT_EQ(error_of([&] { rig.player.loading().unload({.name = "lead"}, 0); }), ErrorCode::busy);
}

TEST(PlayerFiles, ANameThatNobodyHasLoadedIsSilentUntilSomebodyDoes) {
  FilesRig rig;
  rig.start_with({.current = "lead"});
  EXPECT_TRUE(rig.is_silent());
  EXPECT_TRUE(rig.lasts(ProblemCode::missing_model, "lead"));
  rig.run(rig.player.loading().load({.name = "lead", .path = rig.write("lead.nam")}, 0));
  rig.play(4800);
  EXPECT_FALSE(rig.is_silent());
  EXPECT_TRUE(rig.problems.to_json().empty());
}

TEST(PlayerFiles, AModelThatCannotBePlayedAtTheServersRateIsSilentNotDry) {
  FilesRig rig;
  rig.start_with({});
  rig.run(rig.player.loading().load({.name = "lead", .path = rig.write("lead.nam")}, 0));
  rig.run(rig.player.changes().swap({.name = "lead"}, 0));
  rig.player.set_running(false);
  rig.run(rig.player.prepare_for({.sample_rate = 47999.0, .block = 64}));
  rig.player.set_running(true);
  rig.play(4800);
  EXPECT_TRUE(rig.is_silent());
  EXPECT_EQ(rig.player.state().current(), "lead");
  EXPECT_TRUE(rig.lasts(ProblemCode::broken_model, "lead"));
  rig.player.set_running(false);
  rig.run(rig.player.prepare_for({.sample_rate = 48000.0, .block = 64}));
  rig.player.set_running(true);
  rig.play(4800);
  EXPECT_FALSE(rig.is_silent());
  EXPECT_TRUE(rig.problems.to_json().empty());
}

/// Scenes a, b and c, each with a model of its own that is not loaded any more; a is current.
struct SetlistRig : FilesRig {
  SetlistRig() {
    player.set_running(true);
    for (const std::string name : {"a", "b", "c"}) {
      run(player.loading().load({.name = name, .path = write(name + ".nam")}, 0));
      run(player.changes().swap({.name = name}, 0));
      player.show().save({.name = name}, 0);
    }
    run(player.show().recall({.name = "a"}, 0));
    player.loading().unload({.name = "b"}, 0);
    player.loading().unload({.name = "c"}, 0);
    for (int i = 0; i < 12000 && !player.library().is_ready(player.show().book().require("b").model); ++i) {
      io.run_for(std::chrono::milliseconds(5));
      io.restart();
    }
  }
  void remove(const std::string& name) { fs::remove(folder.path() / (name + ".nam")); }
  SceneResult step(int by) { return run(player.show().step({.step = by}, 0)); }
};

TEST(PlayerFiles, NextGoesOnToTheSceneThatCanBePlayedAndSaysWhatItLeftOut) {
  SetlistRig rig;
  rig.remove("c");
  EXPECT_EQ(rig.step(1).scene, "b");
  const SceneResult result = rig.step(1);
  EXPECT_EQ(result.scene, "a");
  EXPECT_THAT(result.skipped, ElementsAre("c"));
  const SceneResult back = rig.step(-1);
  EXPECT_EQ(back.scene, "b");
  EXPECT_THAT(back.skipped, ElementsAre("c"));
}

TEST(PlayerFiles, ASceneWhoseFileIsGoneIsAProblemUntilItIsBack) {
  SetlistRig rig;
  rig.remove("c");
  rig.look();
  EXPECT_TRUE(rig.lasts(ProblemCode::scene_incomplete, "c"));
  EXPECT_TRUE(rig.lasts(ProblemCode::missing_model, "c"));
  EXPECT_FALSE(rig.player.library().is_playable(rig.player.show().book().require("c").model));
  rig.write("c.nam");
  rig.look();
  EXPECT_TRUE(rig.problems.to_json().empty());
  rig.run(rig.player.show().recall({.name = "c"}, 0));
}

TEST(PlayerFiles, WhatNextWouldRecallIsTheSceneThatCanBePlayed) {
  SetlistRig rig;
  rig.remove("c");
  rig.look();
  EXPECT_EQ(rig.player.show().next(-1)->name, "b");
  EXPECT_EQ(rig.player.show().next(1)->name, "b");
}

TEST(PlayerFiles, WhenNoSceneCanBePlayedTheOldSoundStays) {
  SetlistRig rig;
  rig.run(rig.player.changes().swap({.name = std::nullopt}, 0));
  rig.player.loading().unload({.name = "a"}, 0);
  rig.run(rig.player.changes().set({.changes = {{Setting::input_db, 3.0}}}, 0));
  for (const char* name : {"a", "b", "c"}) rig.remove(name);
  rig.look();
  // The model of the next scene was kept ready.
  EXPECT_EQ(rig.step(1).scene, "b");
  rig.run(rig.player.changes().swap({.name = std::nullopt}, 0));
  rig.player.loading().unload({.name = "b"}, 0);
  EXPECT_EQ(error_of([&] { rig.step(1); }), ErrorCode::not_found);
  EXPECT_EQ(rig.player.state().current(), std::nullopt);
}

TEST(PlayerFiles, ASceneIsEditedWhenItsSoundIsAnotherOne) {
  SetlistRig rig;
  EXPECT_FALSE(rig.player.show().is_edited());
  rig.run(rig.player.changes().set({.changes = {{Setting::fade_ms, 77.0}}}, 0));
  EXPECT_FALSE(rig.player.show().is_edited()) << "how one changes is not what one hears";
  rig.run(rig.player.changes().set({.changes = {{Setting::input_db, 1.0}}}, 0));
  EXPECT_TRUE(rig.player.show().is_edited());
  rig.run(rig.player.changes().set({.changes = {{Setting::input_db, 0.0}}}, 0));
  EXPECT_FALSE(rig.player.show().is_edited());
  rig.run(rig.player.changes().bypass({.to = protocol::Switch::on}, 0));
  EXPECT_TRUE(rig.player.show().is_edited());
  rig.run(rig.player.changes().bypass({.to = protocol::Switch::off}, 0));
  rig.run(rig.player.changes().swap({.name = std::nullopt}, 0));
  EXPECT_TRUE(rig.player.show().is_edited());
}

TEST(PlayerFiles, ALoadOfTheSameNameAndFileCountsAsDone) {
  FilesRig rig;
  rig.player.set_running(true);
  const std::string path = rig.write("lead.nam");
  rig.run(rig.player.loading().load({.name = "lead", .path = path}, 0));
  const std::uint64_t rev = rig.player.state().rev();
  rig.run(rig.player.loading().load({.name = "lead", .path = path}, 0));
  EXPECT_EQ(rig.player.state().rev(), rev);
  EXPECT_EQ(
      error_of([&] { rig.run(rig.player.loading().load({.name = "lead", .path = rig.write("b.nam")}, 0)); }),
      ErrorCode::busy);
  rig.write("lead.nam", "lstm_1x8");
  EXPECT_EQ(error_of([&] { rig.run(rig.player.loading().load({.name = "lead", .path = path}, 0)); }),
            ErrorCode::busy)
      << "it is another file by now";
}

TEST(PlayerFiles, AModelOfAnotherRateThanTheServersIsSaidToBeResampled) {
  FilesRig rig;
  rig.player.set_running(true);
  rig.run(rig.player.loading().load({.name = "lead", .path = rig.write("lead.nam", "a1_nano_44100")}, 0));
  rig.run(rig.player.changes().swap({.name = "lead"}, 0));
  EXPECT_TRUE(rig.lasts(ProblemCode::rate, "lead"));
  rig.run(rig.player.changes().swap({.name = std::nullopt}, 0));
  EXPECT_TRUE(rig.problems.to_json().empty());
}

TEST(PlayerFiles, AModelOfOneSizeHasNoQuality) {
  FilesRig rig;
  rig.player.set_running(true);
  rig.run(rig.player.loading().load({.name = "lead", .path = rig.write("lead.nam"), .quality = 0.3}, 0));
  EXPECT_EQ(rig.player.library().bank().find("lead")->quality, 1.0);
  rig.run(rig.player.changes().swap({.name = "lead"}, 0));
  const LoadResult result = rig.run(rig.player.loading().set_quality({.name = "lead", .quality = 0.5}, 0));
  EXPECT_FALSE(result.swap) << "there is nothing to crossfade to";
  EXPECT_EQ(result.warnings.size(), 1U);
  EXPECT_EQ(rig.player.library().bank().find("lead")->quality, 1.0);
}

TEST(PlayerFiles, AQualityThatChoosesTheSameSizeChangesNothingThatIsHeard) {
  FilesRig rig;
  rig.player.set_running(true);
  rig.run(rig.player.loading().load({.name = "amp", .path = test::model_path("a2_container")}, 0));
  rig.run(rig.player.changes().swap({.name = "amp"}, 0));
  const double last = rig.player.library().bank().find("amp")->model->info().quality_steps.back().from;
  const LoadResult same =
      rig.run(rig.player.loading().set_quality({.name = "amp", .quality = 0.5 * (1.0 + last)}, 0));
  EXPECT_FALSE(same.swap);
  EXPECT_TRUE(same.warnings.empty());
  EXPECT_TRUE(rig.run(rig.player.loading().set_quality({.name = "amp", .quality = 0.0}, 0)).swap);
}

}  // namespace
}  // namespace namrack::player

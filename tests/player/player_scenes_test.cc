#include <gtest/gtest.h>

#include <filesystem>

#include "player/player.h"
#include "tests/common/model_path.h"
#include "tests/common/temporary_folder.h"
#include "tests/player/error_of.h"
#include "tests/player/player_rig.h"

namespace namrack::player {
namespace {

struct SceneRig : PlayerRig {
  using PlayerRig::PlayerRig;

  void load(const std::string& name, const std::string& model, double quality = 1.0) {
    run(player.loading().load({.name = name, .path = test::model_path(model), .quality = quality}, 0));
  }
  void swap(const std::optional<std::string>& name) { run(player.changes().swap({.name = name}, 0)); }
  void set(const SettingChanges& changes) { run(player.changes().set({.changes = changes}, 0)); }
  void bypass(protocol::Switch to) { run(player.changes().bypass({.to = to}, 0)); }
  void save(const std::string& name) { player.show().save({.name = name}, 0); }
  SceneResult recall(const std::string& name) { return run(player.show().recall({.name = name}, 0)); }
  SceneResult step(int by) { return run(player.show().step({.step = by}, 0)); }
  /// Lets the workers do what they have been given.
  void settle() {
    for (int i = 0; i < 12000 && !player.library().is_ready(player.show().book().neighbour(1)->model); ++i) {
      io.run_for(std::chrono::milliseconds(5));
      io.restart();
    }
  }
};

/// Scenes "clean": a_nano, 3 dB; "dry": bypassed, no model, raw.
void save_two(SceneRig& rig) {
  rig.player.set_running(true);
  rig.load("amp", "a1_nano");
  rig.swap("amp");
  rig.set({{Setting::input_db, 3.0}});
  rig.save("clean");
  rig.swap(std::nullopt);
  rig.bypass(protocol::Switch::on);
  rig.set({{Setting::input_db, -2.0}, {Setting::level_mode, LevelMode::raw}, {Setting::fade_ms, 7.0}});
  rig.save("dry");
}

TEST(PlayerScenes, AReturnsWithEverythingThatIsHeardAtOneFrame) {
  SceneRig rig;
  save_two(rig);
  const SceneResult clean = rig.recall("clean");
  EXPECT_EQ(clean.scene, "clean");
  EXPECT_EQ(clean.next, "dry");
  ASSERT_TRUE(clean.sound.swap);
  EXPECT_EQ(clean.sound.swap->name, "amp");
  EXPECT_EQ(clean.sound.swap->frame, clean.sound.frame);
  EXPECT_FALSE(clean.sound.bypass);
  EXPECT_EQ(clean.sound.settings[Setting::input_db], 3.0);
  EXPECT_EQ(clean.sound.settings.as<LevelMode>(Setting::level_mode), LevelMode::normalized);
  EXPECT_EQ(clean.sound.settings[Setting::fade_ms], 7.0) << "how one changes is no part of a scene";
  const SceneResult dry = rig.recall("dry");
  EXPECT_EQ(dry.sound.swap->name, std::nullopt);
  EXPECT_TRUE(dry.sound.bypass);
  EXPECT_EQ(rig.player.state().settings()[Setting::input_db], -2.0);
  EXPECT_FALSE(rig.player.state().current());
}

TEST(PlayerScenes, WithTheSameModelOnlyTheRestChanges) {
  SceneRig rig;
  save_two(rig);
  rig.recall("clean");
  rig.set({{Setting::input_db, 9.0}});
  rig.save("hot");
  const SceneResult result = rig.recall("clean");
  EXPECT_FALSE(result.sound.swap);
  EXPECT_EQ(rig.player.state().settings()[Setting::input_db], 3.0);
}

TEST(PlayerScenes, AModelThatIsNotLoadedAnyMoreIsLoadedAgain) {
  SceneRig rig;
  save_two(rig);
  rig.player.loading().unload({.name = "amp"}, 0);
  rig.settle();
  EXPECT_TRUE(rig.player.library().is_ready(rig.player.show().book().require("clean").model))
      << "it comes next, so it is kept ready";
  EXPECT_EQ(rig.player.library().bank().find("amp"), nullptr);
  EXPECT_EQ(rig.recall("clean").sound.swap->name, "amp");
  EXPECT_EQ(rig.player.state().current(), "amp");
  EXPECT_EQ(rig.player.library().bank().find("amp")->path, test::model_path("a1_nano"));
}

TEST(PlayerScenes, TheNextModelIsKeptReadyAlsoWhenItIsUnloadedLater) {
  SceneRig rig;
  save_two(rig);
  rig.settle();
  ASSERT_TRUE(rig.player.library().is_ready(rig.player.show().book().neighbour(1)->model));
  rig.player.loading().unload({.name = "amp"}, 0);
  EXPECT_FALSE(rig.player.library().is_ready(rig.player.show().book().neighbour(1)->model));
  rig.settle();
  EXPECT_TRUE(rig.player.library().is_ready(rig.player.show().book().neighbour(1)->model));
}

TEST(PlayerScenes, OneThatIsAboutToBeRecalledIsNotDeletedOrRenamed) {
  SceneRig rig;
  save_two(rig);
  auto recall = boost::asio::co_spawn(
      rig.io, rig.player.show().recall({.name = "clean", .when = {.at_frame = rig.frame + 48000}}, 0),
      boost::asio::use_future);
  rig.io.run_for(std::chrono::milliseconds(20));
  rig.io.restart();
  EXPECT_EQ(error_of([&] { rig.player.show().remove({.name = "clean"}, 0); }), protocol::ErrorCode::busy);
  EXPECT_EQ(error_of([&] { rig.player.show().rename({.name = "clean", .to = "b"}, 0); }),
            protocol::ErrorCode::busy);
  rig.finish(std::move(recall));
  rig.player.show().rename({.name = "clean", .to = "b"}, 0);
  EXPECT_EQ(rig.player.show().book().current(), "b");
}

TEST(PlayerScenes, AnotherQualityOfTheSameFileIsAnotherSound) {
  SceneRig rig;
  rig.player.set_running(true);
  rig.load("amp", "a2_container", 1.0);
  rig.swap("amp");
  rig.save("full");
  rig.run(rig.player.loading().set_quality({.name = "amp", .quality = 0.2}, 0));
  rig.save("small");
  rig.recall("full");
  EXPECT_EQ(rig.player.library().bank().find("amp")->quality, 1.0);
  rig.recall("small");
  EXPECT_EQ(rig.player.library().bank().find("amp")->quality, 0.2);
}

TEST(PlayerScenes, NextAndPreviousFollowTheSetlist) {
  SceneRig rig;
  save_two(rig);
  rig.player.show().save_setlist({.name = "gig", .scenes = {"clean", "dry", "dry"}}, 0);
  rig.player.show().use_setlist({.name = "gig"}, 0);
  rig.recall("clean");
  EXPECT_EQ(rig.step(1).scene, "dry");
  EXPECT_EQ(rig.step(1).scene, "dry");
  EXPECT_EQ(rig.step(1).scene, "clean");
  EXPECT_EQ(rig.step(-1).scene, "dry");
}

TEST(PlayerScenes, WhatCannotBeRecalledChangesNothing) {
  SceneRig rig;
  test::TemporaryFolder folder;
  const std::string path = folder.write("m.nam", test::read_file(test::model_path("a1_nano")));
  rig.player.set_running(true);
  rig.run(rig.player.loading().load({.name = "amp", .path = path}, 0));
  rig.swap("amp");
  rig.set({{Setting::input_db, 3.0}});
  rig.save("gone");
  rig.swap(std::nullopt);
  rig.player.loading().unload({.name = "amp"}, 0);
  std::filesystem::remove(path);
  rig.set({{Setting::input_db, 0.0}});
  rig.save("here");
  const std::uint64_t rev = rig.player.state().rev();
  EXPECT_EQ(error_of([&] { rig.recall("gone"); }), protocol::ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { rig.recall("never saved"); }), protocol::ErrorCode::not_found);
  EXPECT_EQ(rig.player.state().rev(), rev);
  EXPECT_EQ(rig.player.state().settings()[Setting::input_db], 0.0);
  EXPECT_EQ(rig.player.show().book().current(), "here");
  EXPECT_FALSE(rig.player.state().current());
}

TEST(PlayerScenes, NothingIsKeptWarmBeyondTheMemoryBudget) {
  SceneRig rig(Budgets{.memory = 600000, .cpu = 1000.0});
  rig.player.set_running(true);
  rig.load("amp", "a1_nano");
  rig.swap("amp");
  rig.save("one");
  rig.swap(std::nullopt);
  rig.player.loading().unload({.name = "amp"}, 0);
  rig.save("two");
  rig.settle();
  ASSERT_TRUE(rig.player.library().is_ready(rig.player.show().book().require("one").model));
  rig.recall("one");
  rig.load("other", "lstm_1x8");
  EXPECT_LE(rig.player.library().bank().bytes(), 600000U);
}

TEST(PlayerScenes, ScenesAndSetlistsOutliveTheDaemon) {
  SceneRig rig;
  save_two(rig);
  rig.player.show().save_setlist({.name = "gig", .scenes = {"dry", "clean"}}, 0);
  SceneRig other;
  other.run(other.player.restore(rig.player.saved_state()));
  EXPECT_EQ(other.player.show().book(), rig.player.show().book());
  other.player.set_running(true);
  EXPECT_EQ(other.recall("clean").sound.swap->name, "amp");
}

TEST(PlayerScenes, WithoutAudioASceneIsStoredAndAppliedWhenThereIsSome) {
  SceneRig rig;
  save_two(rig);
  rig.player.set_running(false);
  const SceneResult result = rig.recall("clean");
  EXPECT_FALSE(result.sound.applied());
  EXPECT_EQ(rig.player.state().current(), "amp");
  EXPECT_EQ(rig.player.show().book().current(), "clean");
}

}  // namespace
}  // namespace namrack::player

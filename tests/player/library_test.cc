#include "player/library/library.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>

#include "engine/audio/paths.h"
#include "player/library/staging.h"
#include "tests/common/model_path.h"
#include "tests/player/error_of.h"

namespace namrack::player {
namespace {

using protocol::ErrorCode;

/// A library of its own, without a rig.
struct LibraryRig {
  explicit LibraryRig(Budgets limits = {.cpu = 1000.0, .measure = {}})
      : library(io, readers, builder, state, ModelPaths({}, false), std::move(limits),
                {.changed = [this] { ++changes; },
                 .put = [this](const std::string& name) { put.push_back(name); },
                 .swaps_to = [this](const std::string& name) { return wanted == name; },
                 .swaps_now = [this](const std::string& name) { return wanted == name; }}) {}

  template <typename Result>
  Result run(boost::asio::awaitable<Result> work) {
    std::future<Result> result = boost::asio::co_spawn(io, std::move(work), boost::asio::use_future);
    while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      io.restart();
      io.run_one();
    }
    return result.get();
  }
  protocol::LoadRequest request(const std::string& name, const std::string& model = "a1_nano") const {
    return {.name = name, .path = test::model_path(model), .replace = true};
  }
  void load(const std::string& name, const std::string& model = "a1_nano") {
    std::optional<Group::Load> load = run(library.prepare(request(name, model), Measuring::nothing));
    library.put(load->request, std::move(load->entry), 0);
  }

  boost::asio::io_context io;
  Worker readers{io, "readers", 0}, builder{io, "builder", 0};
  EventHub events;
  PlayerState state{events};
  Library library;
  int changes = 0;
  std::string wanted;  ///< a swap to it is under way
  std::vector<std::string> put;
};

TEST(Library, WhatIsPutIntoItCanBePlayedAtOnce) {
  LibraryRig rig;
  rig.load("a");
  ASSERT_NE(rig.library.find("a"), nullptr);
  EXPECT_NE(rig.library.find("a")->spare, nullptr);
  EXPECT_TRUE(rig.library.is_ready(ModelFile{.name = "a", .path = test::model_path("a1_nano")}));
  EXPECT_FALSE(rig.library.is_ready(ModelFile{.name = "a", .path = test::model_path("lstm_1x8")}));
  EXPECT_TRUE(rig.library.is_ready(std::nullopt));
  EXPECT_EQ(rig.changes, 1);
  EXPECT_EQ(rig.put, std::vector<std::string>{"a"});
}

TEST(Library, TheSameFileOnceMoreIsThereAlreadyAndAnotherOneIsRefused) {
  LibraryRig rig;
  rig.load("a");
  protocol::LoadRequest again = rig.request("a");
  again.replace = false;
  EXPECT_FALSE(rig.run(rig.library.prepare(again, Measuring::nothing)));
  protocol::LoadRequest other = rig.request("a", "lstm_1x8");
  other.replace = false;
  EXPECT_EQ(error_of([&] { rig.run(rig.library.prepare(other, Measuring::nothing)); }), ErrorCode::busy);
}

TEST(Library, WhatAGroupHoldsIsNobodyElsesUntilItIsCommittedOrGivenUp) {
  LibraryRig rig;
  rig.load("a");
  rig.load("b");
  std::shared_ptr<Group> group = make_group(rig.library);
  rig.run(stage_load(rig.library, group, rig.request("a", "lstm_1x8"), Measuring::nothing));
  stage_unload(rig.library, *group, "b", std::nullopt);
  EXPECT_EQ(error_of([&] { rig.library.require_not_held("a"); }), ErrorCode::busy);
  EXPECT_NO_THROW(rig.library.require_not_held("a", group.get()));
  EXPECT_EQ(error_of([&] { rig.library.require_unloadable("b", std::nullopt); }), ErrorCode::busy);
  EXPECT_EQ(rig.library.find("b", group.get()), nullptr);
  ASSERT_NE(rig.library.find("b"), nullptr);
  commit(rig.library, *group, 0);
  EXPECT_EQ(rig.library.find("b"), nullptr);
  EXPECT_EQ(rig.library.find("a")->path, test::model_path("lstm_1x8"));
  group.reset();
  EXPECT_NO_THROW(rig.library.require_not_held("a"));
}

TEST(Library, AGroupThatIsGivenUpLeavesEverythingAsItWas) {
  LibraryRig rig;
  rig.load("a");
  std::shared_ptr<Group> group = make_group(rig.library);
  rig.run(stage_load(rig.library, group, rig.request("a", "lstm_1x8"), Measuring::nothing));
  group.reset();
  EXPECT_EQ(rig.library.find("a")->path, test::model_path("a1_nano"));
  EXPECT_NO_THROW(rig.library.require_unloadable("a", std::nullopt));
}

TEST(Library, WhatASwapWaitsForIsNeitherReplacedNorUnloaded) {
  LibraryRig rig;
  rig.load("a");
  rig.wanted = "a";
  EXPECT_EQ(error_of([&] { rig.library.require_unloadable("a", std::nullopt); }), ErrorCode::busy);
  EXPECT_EQ(error_of([&] { rig.load("a", "lstm_1x8"); }), ErrorCode::busy);
  EXPECT_EQ(rig.library.find("a")->path, test::model_path("a1_nano"));
}

TEST(Library, WhatPlaysIsNotUnloaded) {
  LibraryRig rig;
  rig.load("a");
  EXPECT_EQ(error_of([&] { rig.library.require_unloadable("a", "a"); }), ErrorCode::busy);
  EXPECT_NO_THROW(rig.library.require_unloadable("a", std::nullopt));
}

TEST(Library, OneThatIsMissingIsToldWithItsPathAndComesWithALoad) {
  LibraryRig rig;
  rig.library.miss({.name = "a", .path = "/nowhere/a.nam"});
  EXPECT_EQ(error_of([&] { rig.library.require("a"); }), ErrorCode::not_found);
  EXPECT_TRUE(rig.run(rig.library.missing().look({})).empty()) << "it is not there";
  ASSERT_NE(rig.library.missing().fault_of("/nowhere/a.nam"), nullptr);
  EXPECT_FALSE(rig.library.is_playable(ModelFile{.name = "a", .path = "/nowhere/a.nam"}));
  rig.load("a");
  EXPECT_FALSE(rig.library.missing().has("a"));
}

TEST(Library, WhatComesBackFromTheRigIsTheSpareOfItsModelUnlessThatHasGone) {
  LibraryRig rig;
  rig.load("a");
  BankEntry& first = rig.library.require("a");
  rig.library.take_back(engine::model_path(std::move(first.spare), first.levels()));
  for (int i = 0; i < 10000 && first.spare == nullptr; ++i) {
    rig.io.restart();
    rig.io.run_for(std::chrono::milliseconds(1));
  }
  ASSERT_NE(first.spare, nullptr);
  std::unique_ptr<engine::Path> played = engine::model_path(std::move(first.spare), first.levels());
  rig.load("a", "lstm_1x8");
  const engine::ModelStage* const spare = rig.library.find("a")->spare.get();
  rig.library.take_back(std::move(played));
  EXPECT_EQ(rig.library.find("a")->spare.get(), spare);
}

TEST(Library, ForAnotherRateItsSparesAreBuiltAnew) {
  LibraryRig rig;
  rig.load("a");
  rig.library.set_conditions({.sample_rate = 44100.0, .block = 128});
  rig.run(rig.library.rebuild_spares());
  EXPECT_EQ(rig.library.find("a")->spare->host_rate(), 44100.0);
}

}  // namespace
}  // namespace namrack::player

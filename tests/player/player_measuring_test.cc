// When what models take and how loud they are is measured, and what becomes of it.

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <cmath>
#include <future>

#include "engine/measure/loudness.h"
#include "player/offline_host.h"
#include "protocol/script.h"
#include "tests/common/model_path.h"
#include "tests/common/temporary_folder.h"
#include "tests/player/player_rig.h"

namespace namrack::player {
namespace {

namespace json = boost::json;
using protocol::ErrorCode;
using protocol::ProtocolError;

/// A measurement that counts, and may be held up.
struct Scale {
  std::atomic<int> measured{0};
  std::atomic<bool> held{false};
  MeasuredLoad load = {.fraction = 0.25};

  Budgets budgets(double cpu = 0.8) {
    return {.cpu = cpu, .measure = [this](const engine::Model&, std::size_t) {
              while (held) std::this_thread::sleep_for(std::chrono::milliseconds(1));
              ++measured;
              return load;
            }};
  }
};

protocol::LoadRequest request_of(const std::string& name, const std::string& path) {
  return {.name = name, .path = path};
}

void run_until(PlayerRig& rig, const std::function<bool()>& done) {
  for (int i = 0; i < 20000 && !done(); ++i) {
    rig.io.run_for(std::chrono::milliseconds(1));
    rig.io.restart();
    if (rig.player.is_running()) rig.play(PlayerRig::kBlock);
  }
  ASSERT_TRUE(done());
}

SavedState saved_with(const std::string& model) {
  PlayerRig rig;
  rig.run(rig.player.loading().load(request_of("a", test::model_path(model)), 0));
  SavedState state = rig.player.saved_state();
  state.measurements = {};
  return state;
}

TEST(Measuring, ALoadIsMeasuredBeforeItIsAnswered) {
  Scale scale;
  PlayerRig rig(scale.budgets());
  rig.run(rig.player.loading().load(request_of("a", test::model_path("a1_nano")), 0));
  EXPECT_EQ(scale.measured, 1);
  EXPECT_EQ(rig.player.library().bank().find("a")->predicted_load, 0.25);
}

TEST(Measuring, TheStartDoesNotWaitForAnyMeasurement) {
  const SavedState saved = saved_with("lstm_1x8");
  Scale scale;
  scale.held = true;
  PlayerRig rig(scale.budgets());
  rig.run(rig.player.restore(saved));
  rig.run(rig.player.loading().load(request_of("b", test::model_path("a1_nano")), 0, Measuring::nothing));
  rig.run(rig.player.changes().swap({.name = "a"}, 0));
  EXPECT_EQ(scale.measured, 0);
  const BankEntry* const entry = rig.player.library().bank().find("a");
  ASSERT_NE(entry, nullptr);
  EXPECT_FALSE(entry->predicted_load);
  EXPECT_FALSE(entry->is_measured);
  EXPECT_FALSE(rig.player.library().predicted_load());
  // And while it is measured afterwards, everything goes on.
  rig.player.library().measurer().measure_later();
  rig.run(rig.player.changes().swap({.name = "b"}, 0));
  EXPECT_EQ(rig.player.state().current(), "b");
  scale.held = false;
  run_until(rig, [&] { return entry->predicted_load && rig.player.library().bank().find("b")->is_measured; });
  EXPECT_EQ(*entry->predicted_load, 0.25);
  EXPECT_EQ(scale.measured, 2);
}

TEST(Measuring, AfterTheStartWhatAllTakeIsKnownBeforeTheDearestOnesLoudness) {
  Scale scale;
  PlayerRig rig(scale.budgets());
  rig.run(rig.player.loading().load(request_of("a", test::model_path("a1_complex")), 0, Measuring::nothing));
  rig.run(rig.player.loading().load(request_of("b", test::model_path("a1_nano")), 0, Measuring::nothing));
  rig.player.library().measurer().measure_later();
  const auto entry = [&](const char* name) -> const BankEntry& {
    return *rig.player.library().bank().find(name);
  };
  run_until(rig, [&] { return entry("a").is_measured || entry("b").is_measured; });
  EXPECT_EQ(scale.measured, 2);
  EXPECT_TRUE(entry("b").is_measured) << "the cheap one first";
  run_until(rig, [&] { return entry("a").is_measured; });
}

TEST(Measuring, WhatIsKnownFromTheLastRunIsUsedAtOnceAndNotMeasuredAgain) {
  Scale scale;
  PlayerRig first(scale.budgets());
  first.run(first.player.loading().load(request_of("a", test::model_path("a1_nano")), 0));
  const SavedState saved = first.player.saved_state();
  PlayerRig second(scale.budgets());
  second.run(second.player.restore(saved));
  EXPECT_EQ(second.player.library().bank().find("a")->predicted_load, 0.25);
  second.player.library().measurer().measure_later();
  second.run(second.player.changes().bypass({.to = protocol::Switch::on}, 0));
  EXPECT_EQ(scale.measured, 1);
}

TEST(Measuring, AnUncertainMeasurementSaysSoAndIsMadeAgain) {
  Scale scale;
  scale.load = {.fraction = 0.9, .spread = 0.6, .is_certain = false};
  PlayerRig rig(scale.budgets());
  try {
    rig.run(rig.player.loading().load(request_of("a", test::model_path("a1_nano")), 0));
    ADD_FAILURE() << "it was loaded";
  } catch (const ProtocolError& error) {
    EXPECT_EQ(error.code(), ErrorCode::cpu_budget);
    EXPECT_NE(std::string(error.message()).find("uncertain"), std::string::npos) << error.message();
    EXPECT_EQ(error.data().at("load_spread"), 0.6);
  }
  scale.load.fraction = 0.5;
  rig.run(rig.player.loading().load(request_of("a", test::model_path("a1_nano")), 0));
  EXPECT_FALSE(rig.player.library().bank().find("a")->is_load_certain);
  rig.run(rig.player.loading().load(request_of("b", test::model_path("a1_nano")), 0));
  EXPECT_EQ(scale.measured, 3) << "nothing uncertain is kept";
  scale.load.is_certain = true;
  rig.run(rig.player.loading().load(request_of("c", test::model_path("a1_nano")), 0));
  rig.run(rig.player.loading().load(request_of("d", test::model_path("a1_nano")), 0));
  EXPECT_EQ(scale.measured, 4);
}

TEST(Measuring, AModelThatIsTooDearIsRefusedBeforeItsLoudnessIsMeasuredAndForcedItIsMeasuredLater) {
  Scale scale;
  scale.load.fraction = 6.0;
  PlayerRig rig(scale.budgets());
  auto request = request_of("a", test::model_path("lstm_1x8"));
  request.if_over = protocol::IfOver::force;
  rig.run(rig.player.loading().load(request, 0));
  const BankEntry* const entry = rig.player.library().bank().find("a");
  EXPECT_FALSE(entry->is_measured);
  run_until(rig, [&] { return entry->is_measured; });
  EXPECT_TRUE(entry->measured_loudness_db);
}

TEST(Measuring, AModelThatPlaysIsMatchedAnewWhenItsLoudnessIsKnown) {
  const SavedState saved = saved_with("lstm_1x8");
  Scale scale;
  PlayerRig rig(scale.budgets());
  rig.run(rig.player.restore(saved));
  rig.player.set_running(true);
  EXPECT_EQ(rig.run(rig.player.changes().swap({.name = "a"}, 0)).match_db, 0.0);
  const std::uint64_t rev = rig.player.state().rev();
  rig.player.library().measurer().measure_later();
  run_until(rig, [&] { return rig.player.state().rev() > rev; });
  EXPECT_EQ(rig.player.state().current(), "a");
  const double expected = -18.0 - double{*rig.player.library().bank().find("a")->measured_loudness_db};
  EXPECT_GT(std::fabs(expected), 0.5) << "else nothing was to be matched";
  EXPECT_NEAR(rig.run(rig.player.changes().swap({.name = "a"}, 0)).match_db, expected, 1e-4);
}

TEST(Measuring, AScenesModelIsMatchedFromItsFirstFrameAndItsCostIsMeasuredLater) {
  Scale scale;
  SavedState saved;
  {
    PlayerRig rig(scale.budgets());
    rig.run(rig.player.loading().load(request_of("a", test::model_path("lstm_1x8")), 0));
    rig.run(rig.player.changes().swap({.name = "a"}, 0));
    rig.player.show().save({.name = "verse"}, 0);
    saved = rig.player.saved_state();
  }
  saved.bank.clear();
  saved.measurements = {};
  scale.measured = 0;
  PlayerRig rig(scale.budgets());
  rig.run(rig.player.restore(saved));
  scale.held = true;
  const SceneResult result = rig.run(rig.player.show().recall({.name = "verse"}, 0));
  EXPECT_EQ(scale.measured, 0);
  const BankEntry* const entry = rig.player.library().bank().find("a");
  ASSERT_TRUE(entry->measured_loudness_db);
  EXPECT_NEAR(result.sound.swap->match_db, -18.0 - double{*entry->measured_loudness_db}, 1e-4);
  scale.held = false;
  run_until(rig, [&] { return entry->predicted_load.has_value(); });
}

// ---- Levels that a file states
// -----------------------------------------------------------------------------

/// a1_nano, which states nothing by itself, with these metadata.
std::string nano_with(const test::TemporaryFolder& folder, json::object metadata) {
  json::object model = json::parse(test::read_file(test::model_path("a1_nano"))).as_object();
  model["metadata"] = std::move(metadata);
  return folder.write("stated.nam", json::serialize(model));
}

std::vector<json::object> replies_to(const std::vector<json::object>& requests) {
  std::string script;
  for (const json::object& request : requests) script += json::serialize(request) + "\n";
  std::vector<json::object> replies;
  OfflineHost host(48000.0, 64);
  host.play(
      protocol::read_script(script, 48000.0), std::vector<float>(64, 0.1F),
      [&](const protocol::ScriptLine& /*line*/, const json::object& reply) { replies.push_back(reply); }, {});
  return replies;
}

json::object load_line(const std::string& path) {
  return {{"method", "load"}, {"params", {{"name", "a"}, {"path", path}}}};
}
const json::object kSwapLine{{"method", "swap"}, {"params", {{"name", "a"}}}};

double measured_of_nano() {
  return *engine::measured_loudness_db(*engine::Model::load(test::model_path("a1_nano")));
}

TEST(StatedLevels, AnAbsurdLoudnessIsNotUsedAndAWarningSaysSo) {
  const test::TemporaryFolder folder;
  for (const double off : {-49.0, 29.0}) {
    const double stated = measured_of_nano() + off;
    const std::string path = nano_with(folder, {{"loudness", stated}});
    const auto replies = replies_to({load_line(path),
                                     kSwapLine,
                                     {{"method", "list"}},
                                     {{"method", "inspect"}, {"params", {{"path", path}}}}});
    ASSERT_EQ(replies.size(), 4U);
    EXPECT_NEAR(replies[1].at("match_db").as_double(), -18.0 - measured_of_nano(), 0.01);
    const json::object& listed = replies[2].at("models").as_array().at(0).as_object();
    for (const json::object* reply : {&replies[0], &listed, &replies[3]}) {
      EXPECT_EQ(reply->at("match_source"), "measured");
      EXPECT_EQ(reply->at("kind"), "model");
      ASSERT_EQ(reply->at("warnings").as_array().size(), 1U) << *reply;
      EXPECT_NE(reply->at("warnings").as_array()[0].as_string().find("the measured loudness is used"),
                json::string::npos);
    }
  }
}

TEST(StatedLevels, APlausibleLoudnessIsUsed) {
  const test::TemporaryFolder folder;
  const double stated = measured_of_nano() + 8.0;
  const auto replies = replies_to({load_line(nano_with(folder, {{"loudness", stated}})), kSwapLine});
  EXPECT_EQ(replies[0].at("match_source"), "metadata");
  EXPECT_TRUE(replies[0].at("warnings").as_array().empty());
  EXPECT_NEAR(replies[1].at("match_db").as_double(), -18.0 - stated, 0.01);
}

TEST(StatedLevels, CalibratedWithAModelThatStatesNoDbuSaysSo) {
  const json::object calibrated{{"method", "set"}, {"params", {{"level_mode", "calibrated"}}}};
  const json::object normalized{{"method", "set"}, {"params", {{"level_mode", "normalized"}}}};
  const auto replies = replies_to({load_line(test::model_path("a1_nano")),
                                   calibrated,
                                   kSwapLine,
                                   {{"method", "list"}},
                                   normalized,
                                   calibrated});
  ASSERT_EQ(replies.size(), 6U);
  EXPECT_TRUE(replies[0].at("warnings").as_array().empty()) << "nothing is calibrated yet";
  EXPECT_TRUE(replies[1].at("warnings").as_array().empty()) << "nothing plays yet";
  const auto says_so = [](const json::object& reply) {
    const json::array& warnings = reply.at("warnings").as_array();
    return warnings.size() == 1 && warnings[0].as_string().find("dbu") != json::string::npos;
  };
  EXPECT_TRUE(says_so(replies[2])) << "swap";
  EXPECT_TRUE(says_so(replies[3].at("models").as_array().at(0).as_object())) << "list";
  EXPECT_TRUE(replies[4].at("warnings").as_array().empty());
  EXPECT_TRUE(says_so(replies[5])) << "set";
}

TEST(StatedLevels, AnImpulseResponseIsOfItsKind) {
  EXPECT_EQ(replies_to({load_line(test::model_path("linear_64"))})[0].at("kind"), "ir");
}

}  // namespace
}  // namespace namrack::player

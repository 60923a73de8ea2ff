#include "daemon/monitor.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <boost/json.hpp>
#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "daemon/status_report.h"
#include "engine/audio/paths.h"
#include "engine/model/model.h"
#include "tests/daemon/running_daemon.h"
#include "tests/player/player_rig.h"

namespace namrack::daemon {
namespace {

namespace json = boost::json;

// At this rate a block's deadline is shorter than any clock can tell, at that one longer than any test.
constexpr double kAlwaysLate = 1e15;
constexpr double kNeverLate = 1e-3;

struct MonitorRig : player::PlayerRig {
  MonitorRig() {
    subscriber.subscribe({protocol::Topic::overload}, std::nullopt);
    events.add(subscriber);
    player.set_running(true);
  }
  ~MonitorRig() { events.remove(subscriber); }
  MonitorRig(const MonitorRig&) = delete;
  MonitorRig& operator=(const MonitorRig&) = delete;

  /// The event that a look brings about.
  std::optional<json::object> look() {
    monitor.look(now += std::chrono::milliseconds(50));
    const std::string line = subscriber.outbox().take(player.state().rev());
    if (line.empty()) return std::nullopt;
    return json::parse(line).at("params").as_object();
  }

  player::MidiControl midi{io, pulse, audio, player, events};
  JackSupervisor jack{io, pulse, audio, player, midi, problems, {}};
  Monitor monitor{pulse, audio, player, jack, events};
  player::Subscriber subscriber{1, [] {}};
  Monitor::Clock::time_point now;
};

TEST(Monitor, BlocksThatTakeLongerThanTheirDeadlineAreReportedOnce) {
  MonitorRig rig;
  rig.audio.recent_load.configure(kAlwaysLate);
  rig.play(3 * player::PlayerRig::kBlock);
  const auto event = rig.look();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->at("topic"), "overload");
  EXPECT_EQ(event->at("frame").to_number<std::uint64_t>(), rig.audio.frame.load());
  EXPECT_GT(event->at("data").at("load_max").to_number<double>(), 1.0);
  EXPECT_EQ(event->at("data").at("blocks").to_number<int>(), 3);
  EXPECT_FALSE(rig.look()) << "without a new block";
}

TEST(Monitor, BlocksInTimeAreNoOverload) {
  MonitorRig rig;
  rig.audio.recent_load.configure(kNeverLate);
  rig.play(3 * player::PlayerRig::kBlock);
  EXPECT_FALSE(rig.look());
}

int count_in_status(MonitorRig& rig, const char* what) {
  const json::object status = status_report(rig.player, rig.problems, rig.midi, rig.jack.status(), rig.audio,
                                            rig.monitor.levels(), std::chrono::seconds(1));
  return status.at("dsp").at(what).to_number<int>();
}

TEST(Monitor, AModelThatOverflowedIsCountedInTheStatus) {
  MonitorRig rig;
  const char* const overflowing =
      R"({"version":"0.5.0","architecture":"Linear","config":{"receptive_field":1,"bias":false},"weights":[1e30]})";
  auto model = engine::make_model_stage(*engine::Model::parse(overflowing, "linear"), 48000.0);
  engine::Change swap{.incoming = engine::model_path(std::move(model), {})};
  ASSERT_TRUE(rig.audio.rig.submit(swap));
  rig.play(10 * player::PlayerRig::kBlock, 0.0F);
  EXPECT_EQ(count_in_status(rig, "faults"), 0);
  rig.play(player::PlayerRig::kBlock, 0.5F);
  EXPECT_EQ(count_in_status(rig, "faults"), 1);
  EXPECT_EQ(count_in_status(rig, "input_faults"), 0);
  EXPECT_NO_THROW(rig.look());
}

TEST(Monitor, InputThatIsNoSoundIsCountedInTheStatusByBlocksAndToldOnceInTheLog) {
  MonitorRig rig;
  rig.play(2 * player::PlayerRig::kBlock);
  EXPECT_EQ(count_in_status(rig, "input_faults"), 0);
  ::testing::internal::CaptureStdout();
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e7F}) {
    rig.play(player::PlayerRig::kBlock, bad);
    rig.look();
  }
  spdlog::default_logger()->flush();
  const std::string log = ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(count_in_status(rig, "input_faults"), 3);
  EXPECT_EQ(count_in_status(rig, "faults"), 0);
  const std::string said = "is not finite or above 120 dBFS";
  ASSERT_NE(log.find(said), std::string::npos) << log;
  EXPECT_EQ(log.find(said), log.rfind(said)) << "more than once within ten seconds";
}

}  // namespace
}  // namespace namrack::daemon

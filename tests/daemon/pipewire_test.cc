// The daemon on a real PipeWire, which is a JACK server with habits of its own: its rate changes while it
// runs, and its library calls back from a loop that must not be entered again.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>

#include "tests/daemon/jack_rig.h"
#include "tests/daemon/pipewire_session.h"

namespace namrack::test {
namespace {

namespace json = boost::json;

// How often each thing is done at each rate. tests/daemon/pipewire.sh asks for more.
int rounds() {
  const char* const text = std::getenv("NAMRACK_PIPEWIRE_ROUNDS");
  return text != nullptr ? std::atoi(text) : 2;
}

std::uint64_t blocks(const json::object& status) {
  return status.at("dsp").at("blocks").to_number<std::uint64_t>();
}

// Returns when the daemon is connected at this rate and block follows block. Throws after a minute.
void expect_sound(ControlClient& control, unsigned rate) {
  control.wait_for_status([rate](const json::object& status) {
    const json::value& jack = status.at("jack");
    return jack.at("connected").as_bool() && !jack.at("sample_rate").is_null() &&
           jack.at("sample_rate").to_number<unsigned>() == rate;
  });
  const std::uint64_t before = blocks(control.call("status"));
  control.wait_for_status([&](const json::object& status) {
    const std::uint64_t now = blocks(status);
    return status.at("jack").at("connected").as_bool() && (now < before || now > before + 10);
  });
}

class PipeWire : public testing::Test {
 protected:
  void SetUp() override {
    if (!PipeWireSession::is_installed())
      GTEST_SKIP() << "PipeWire is not installed: pipewire, pipewire-jack, wireplumber, dbus";
  }
};

class PipeWireStart : public PipeWire, public testing::WithParamInterface<unsigned> {};

TEST_P(PipeWireStart, EveryStartPlaysAndEveryStopEnds) {
  const PipeWireSession session(GetParam());
  for (int round = 0; round < rounds(); ++round) {
    SCOPED_TRACE(round);
    const auto daemon = session.start_daemon({load_option("amp", "a1_nano"), "--swap=amp"});
    ASSERT_NO_THROW(expect_sound(*daemon->connect(), GetParam()));
    daemon->process().signal(SIGTERM);
    ASSERT_EQ(daemon->process().wait(), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(At, PipeWireStart, testing::Values(44100U, 48000U, 96000U),
                         [](const auto& parameter) { return std::to_string(parameter.param); });

TEST_F(PipeWire, EveryChangeOfRateIsFollowed) {
  PipeWireSession session(48000);
  const auto daemon = session.start_daemon({load_option("amp", "a1_nano"), "--swap=amp"});
  const auto control = daemon->connect();
  expect_sound(*control, 48000);
  for (int round = 0; round < rounds(); ++round) {
    SCOPED_TRACE(round);
    for (const unsigned rate : {44100U, 96000U, 48000U}) {
      session.set_rate(rate);
      ASSERT_NO_THROW(expect_sound(*control, rate)) << rate;
    }
  }
  daemon->process().signal(SIGTERM);
  EXPECT_EQ(daemon->process().wait(), 0);
}

class PipeWireRestart : public PipeWire, public testing::WithParamInterface<int> {};

TEST_P(PipeWireRestart, AServerThatEndsIsJoinedAgain) {
  PipeWireSession session(48000);
  const auto daemon = session.start_daemon({load_option("amp", "a1_nano"), "--swap=amp"});
  const auto control = daemon->connect();
  expect_sound(*control, 48000);
  for (int round = 0; round < rounds(); ++round) {
    SCOPED_TRACE(round);
    session.stop(GetParam());
    ASSERT_NO_THROW(wait_for_jack(*control, false));
    session.start();
    ASSERT_NO_THROW(expect_sound(*control, 48000));
  }
  daemon->process().signal(SIGTERM);
  EXPECT_EQ(daemon->process().wait(), 0);
}

INSTANTIATE_TEST_SUITE_P(By, PipeWireRestart, testing::Values(SIGTERM, SIGKILL),
                         [](const auto& parameter) { return parameter.param == SIGTERM ? "Term" : "Kill"; });

}  // namespace
}  // namespace namrack::test

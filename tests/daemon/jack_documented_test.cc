// What only a JACK server brings about, held to the tables that the documentation is made of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "tests/daemon/jack_rig.h"
#include "tests/protocol/wire_check.h"

namespace namrack::test {
namespace {

// A server that stands still for a moment is late then, and says so.
void make_it_late(JackServer& server) {
  server.process().suspend();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  server.process().resume();
}

TEST(DocumentedEvents, OfAnXrunAndOfTheServerItselfAreSentAsTheRowsSay) {
  JackServer server;
  RunningDaemon daemon({}, server.name());
  const auto control = daemon.connect();
  control->call("subscribe", {{"topics", boost::json::array{"xrun", "jack"}}});
  wait_for_jack(*control);
  protocol::Documented xrun = protocol::Documented::data_of(protocol::Topic::xrun);
  make_it_late(server);
  xrun.see(control->next_event("xrun").at("data").as_object());
  EXPECT_THAT(xrun.faults(), testing::IsEmpty());
  EXPECT_THAT(xrun.never_sent(), testing::IsEmpty());
  protocol::Documented jack = protocol::Documented::data_of(protocol::Topic::jack);
  server.stop(SIGTERM);
  jack.see(control->next_event("jack").at("data").as_object());
  EXPECT_THAT(jack.faults(), testing::IsEmpty());
}

}  // namespace
}  // namespace namrack::test

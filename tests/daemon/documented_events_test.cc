// What the events really carry, held to the tables that the documentation is made of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/monitor.h"
#include "daemon/status_report.h"
#include "player/commands/handlers.h"
#include "tests/player/midi_rig.h"
#include "tests/protocol/wire_check.h"

namespace namrack::daemon {
namespace {

using protocol::MidiAction;
using protocol::MidiTarget;
using protocol::Topic;

// At this rate a block's deadline is shorter than any clock can tell.
constexpr double kNoTime = 1e15;

struct EventRig : player::MidiSceneRig {
  EventRig() {
    client.subscribe(
        {Topic::swap, Topic::faded, Topic::bypass, Topic::bank, Topic::params, Topic::scene, Topic::midi,
         Topic::jack, Topic::problem, Topic::xrun, Topic::overload, Topic::meters, Topic::lost},
        100.0);
    events.add(client);
  }
  ~EventRig() {
    plays_until([&] { return midi.open_messages() == 0 && player.changes().open().size() == 0; });
    events.remove(client);
  }
  EventRig(const EventRig&) = delete;
  EventRig& operator=(const EventRig&) = delete;

  boost::json::object status() {
    return status_report(player, problems, midi, jack.status(), audio, monitor.levels(),
                         std::chrono::seconds(1));
  }
  void take() {
    std::istringstream lines(client.outbox().take(player.state().rev()));
    for (std::string line; std::getline(lines, line);) check.received(line);
  }

  JackSupervisor jack{io, pulse, audio, player, midi, problems, {}};
  Monitor monitor{pulse, audio, player, jack, events};
  player::Subscriber client{1, [] {}};
  protocol::WireCheck check;
};

void change_the_bank_and_the_sound(EventRig& rig) {
  rig.run(rig.player.loading().load({.name = "d", .path = test::model_path("a1_nano")}, 0));
  rig.player.loading().unload({.name = "d"}, 0);
  rig.run(rig.player.changes().swap({.name = "a"}, 0));
  rig.play_a_while();
  rig.run(rig.player.changes().bypass({.to = protocol::Switch::on}, 0));
  rig.run(rig.player.changes().set({.changes = {{Setting::output_db, -3.0}}}, 0));
  rig.run(rig.player.show().recall({.name = "scene b"}, 0));
  rig.play_a_while();
}

void play_with_the_feet(EventRig& rig) {
  rig.map(player::control(1), player::set_action(Setting::output_db, -20.0, 0.0));
  rig.send({0xB0, 1, 64});
  rig.midi.map({.source = player::control(1), .action = {.target = MidiTarget::bypass}, .add = true}, 0);
  rig.send({0xB0, 1, 0});  // does both
  rig.map({.kind = MidiKind::program, .number = 9}, MidiAction{.target = MidiTarget::swap, .name = "a"});
  rig.run(rig.player.changes().swap({.name = "b"}, 0));
  rig.player.loading().unload({.name = "a"}, 0);
  rig.send({0xC0, 9});  // fails: it has gone
  rig.send({0xC0, 2});  // not mapped: the scene of that number
  rig.play_a_while();
  rig.midi.unmap({.source = player::control(1)}, 0);
  rig.midi.set({.programs = false}, 0);
}

void fall_behind(EventRig& rig) {
  rig.audio.recent_load.configure(kNoTime);
  rig.play(3 * player::PlayerRig::kBlock);
  rig.monitor.look(Monitor::Clock::now());
  rig.take();
  for (std::size_t i = 0; i <= player::Outbox::kMaxEvents; ++i)
    rig.events.publish(Topic::xrun, rig.player.state().rev(), std::nullopt, {}, 0);
}

TEST(DocumentedEvents, EveryFieldThatEventsCarryHasARowAndEveryRowIsSent) {
  EventRig rig;
  change_the_bank_and_the_sound(rig);
  play_with_the_feet(rig);
  rig.take();
  rig.problems.raise(protocol::ProblemCode::no_port, "system:playback_9", "there is none");
  rig.take();
  fall_behind(rig);
  rig.take();
  EXPECT_THAT(rig.check.faults(), testing::IsEmpty()) << "mend its row in protocol/commands";
  EXPECT_THAT(rig.check.never_sent_in_events(),
              testing::ElementsAre("event jack", "event xrun", "event xrun: count", "event xrun: total"))
      << "the row is wrong, or nothing here brings the event about; the xruns of a real server are another "
         "test's";
}

TEST(DocumentedEvents, StatusWithAProblemSendsEveryRow) {
  EventRig rig;
  rig.problems.raise(protocol::ProblemCode::no_port, "system:playback_9", "there is none");
  protocol::Documented status = protocol::Documented::result_of("status");
  status.see(rig.status());
  EXPECT_THAT(status.faults(), testing::IsEmpty());
  EXPECT_THAT(status.never_sent(), testing::IsEmpty());
}

TEST(DocumentedEvents, WhatAPedalTeachesIsAnsweredAsTheRowsSay) {
  EventRig rig;
  player::Handlers handlers(rig.player, rig.midi, rig.readers, [&] { return rig.status(); });
  protocol::Documented learn = protocol::Documented::result_of("midi.learn");
  for (const Setting setting :
       {Setting::output_db, Setting::input_db}) {  // the second one replaces the first
    protocol::MidiLearnRequest request{.action = player::set_action(setting, -20.0, 0.0)};
    auto answer =
        boost::asio::co_spawn(rig.io, handlers.handle(request, rig.client), boost::asio::use_future);
    rig.run_control();
    rig.send({0xB0, 1, 64});
    learn.see(rig.finish(std::move(answer)));
  }
  EXPECT_THAT(learn.faults(), testing::IsEmpty());
  EXPECT_THAT(learn.never_sent(), testing::IsEmpty());
}

TEST(DocumentedEvents, WhatWaitsIsListedAsTheRowsSay) {
  EventRig rig;
  player::Handlers handlers(rig.player, rig.midi, rig.readers, [&] { return rig.status(); });
  auto swap = boost::asio::co_spawn(
      rig.io, rig.player.changes().swap({.name = "a", .when = {.at_frame = 100000000}}, 0),
      boost::asio::use_future);
  ASSERT_TRUE(rig.plays_until([&] { return rig.player.changes().open().waiting().size() == 1; }));
  protocol::Documented pending = protocol::Documented::result_of("pending");
  pending.see(rig.run(handlers.handle(protocol::PendingRequest{}, rig.client)));
  EXPECT_THAT(pending.faults(), testing::IsEmpty());
  EXPECT_THAT(pending.never_sent(), testing::IsEmpty());
  rig.run(rig.player.changes().cancel({}));
  EXPECT_THROW(rig.finish(std::move(swap)), protocol::ProtocolError);
}

}  // namespace
}  // namespace namrack::daemon

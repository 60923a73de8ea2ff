// Changes at bars and beats of a transport that rolls.
#include <gtest/gtest.h>
#include <jack/jack.h>
#include <jack/transport.h>

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "tests/daemon/jack_rig.h"

namespace namrack::test {
namespace {

namespace json = boost::json;

constexpr double kBeatsPerMinute = 400.0;
constexpr double kBeatsPerBar = 3.0;
constexpr double kTicksPerBeat = 1920.0;
constexpr double kFramesPerBeat = 48000.0 * 60.0 / kBeatsPerMinute;

/// A JACK client that says where in the music one is, as sequencers do: `late` frames too late, and says so.
/// The server waits for its clients.
class Sequencer {
 public:
  Sequencer(const std::string& server, std::uint32_t late) : late_(late) {
    jack_status_t status{};
    const auto options = static_cast<jack_options_t>(JackNoStartServer | JackServerName);
    client_ = ::jack_client_open("sequencer", options, &status, server.c_str());
    if (client_ == nullptr) throw std::runtime_error("no JACK server");
    ::jack_set_process_callback(client_, &Sequencer::process, this);
    ::jack_set_timebase_callback(client_, 0, &Sequencer::tell, this);
    if (::jack_activate(client_) != 0) throw std::runtime_error("jack_activate failed");
    ::jack_transport_locate(client_, 0);
    ::jack_transport_start(client_);
    // By the second cycle in which bars and beats are told, so late, all others have seen the first.
    while (told_ < 2) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ~Sequencer() { ::jack_client_close(client_); }
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  /// Frame time at which the transport is at this beat, counted from 0.
  std::uint32_t frame_of(double beat) const {
    return begin_ + static_cast<std::uint32_t>(std::lround(beat * kFramesPerBeat));
  }
  double beat() const { return beat_; }

 private:
  static int process(std::uint32_t /*frames*/, void* self) {
    auto& sequencer = *static_cast<Sequencer*>(self);
    jack_position_t position{};
    if (::jack_transport_query(sequencer.client_, &position) != JackTransportRolling) return 0;
    sequencer.begin_ = ::jack_last_frame_time(sequencer.client_) - position.frame;
    sequencer.beat_ = position.frame / kFramesPerBeat;
    if ((position.valid & JackPositionBBT) != 0 && position.frame > sequencer.late_) ++sequencer.told_;
    return 0;
  }
  static void tell(jack_transport_state_t /*state*/, std::uint32_t /*frames*/, jack_position_t* position,
                   int /*is_new*/, void* self) {
    const std::uint32_t late = std::min(static_cast<Sequencer*>(self)->late_, position->frame);
    const double beat = (position->frame - late) / kFramesPerBeat;
    const double bar = std::floor(beat / kBeatsPerBar);
    const double in_bar = beat - bar * kBeatsPerBar;
    position->valid = static_cast<jack_position_bits_t>(JackPositionBBT | JackBBTFrameOffset);
    position->bar = static_cast<std::int32_t>(bar) + 1;
    position->beat = static_cast<std::int32_t>(in_bar) + 1;
    position->tick = static_cast<std::int32_t>((in_bar - std::floor(in_bar)) * kTicksPerBeat);
    position->bbt_offset = late;
    position->beats_per_bar = static_cast<float>(kBeatsPerBar);
    position->beat_type = 4.0F;
    position->ticks_per_beat = kTicksPerBeat;
    position->beats_per_minute = kBeatsPerMinute;
  }

  std::uint32_t late_;
  jack_client_t* client_ = nullptr;
  std::atomic<std::uint32_t> begin_{0};
  std::atomic<double> beat_{0.0};
  std::atomic<int> told_{0};
};

// Bars and beats come in whole ticks.
constexpr double kTolerance = kFramesPerBeat / kTicksPerBeat + 1.0;

TEST(JackTransport, AChangeIsHeardAtItsBarAndBeat) {
  JackRig rig({}, kNoBlockLost);
  const Sequencer sequencer(rig.server.name(), 5000);
  // How far from the beat it is heard. A request during which JACK has left out blocks, which moves all
  // beats, is made again.
  const auto off_by = [&](const auto& request) {
    for (int tries = 0; tries < 20; ++tries) {
      const std::uint32_t begin = sequencer.frame_of(0.0);
      const auto [result, beat] = request();
      const auto frame = static_cast<std::uint32_t>(result.at("frame").template to_number<std::uint64_t>());
      const auto frames = static_cast<std::int32_t>(frame - sequencer.frame_of(beat));
      if (sequencer.frame_of(0.0) == begin) return std::abs(static_cast<double>(frames));
    }
    throw std::runtime_error("JACK left out blocks in each of 20 requests");
  };
  const auto at_bar = [&] {
    const double bar = std::floor(sequencer.beat() / kBeatsPerBar) + 3.0;
    return std::pair(
        rig.control->call("bypass", {{"on", true}, {"at_bar", static_cast<int>(bar) + 1}, {"at_beat", 2.5}}),
        bar * kBeatsPerBar + 1.5);
  };
  EXPECT_LE(off_by(at_bar), kTolerance);
  const auto at_beat = [&] {
    const json::object result = rig.control->call("set", {{"output_db", -3}, {"at_beat", 1}});
    const auto frame = static_cast<std::uint32_t>(result.at("frame").to_number<std::uint64_t>());
    const double beat = static_cast<std::int32_t>(frame - sequencer.frame_of(0.0)) / kFramesPerBeat;
    return std::pair(result, std::round(beat / kBeatsPerBar) * kBeatsPerBar);
  };
  EXPECT_LE(off_by(at_beat), kTolerance);

  rig.control->send(request_line(1, "bypass", {{"on", true}, {"at_bar", 1}}));
  const json::object reply = json::parse(rig.control->read_line().value()).as_object();
  EXPECT_EQ(reply.at("error").at("data").at("code"), "E_TOO_LATE") << "that bar has passed";
}

}  // namespace
}  // namespace namrack::test

// A foot controller on a real JACK server.
#include <gtest/gtest.h>
#include <jack/jack.h>

#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/daemon/jack_rig.h"
#include "tests/daemon/midi_pedal.h"

namespace namrack::test {
namespace {

namespace json = boost::json;

struct MidiRig : JackRig {
  explicit MidiRig(std::vector<std::string> arguments = {}) : JackRig(std::move(arguments), kNoBlockLost) {
    guitar->connect(pedal.port_name(), "namrack:midi");
  }
  void listen(const json::array& topics) { listener->call("subscribe", {{"topics", topics}}); }
  /// The data of the next event of this topic, and its frame as JACK counts; 0: it has none.
  std::pair<json::object, std::uint32_t> next(std::string_view topic) {
    for (;;) {
      const json::object params = json::parse(listener->read_line().value()).at("params").as_object();
      const json::value& frame = params.at("frame");
      if (params.at("topic").as_string() == topic)
        return {params.at("data").as_object(),
                frame.is_null() ? 0U : static_cast<std::uint32_t>(frame.to_number<std::uint64_t>())};
    }
  }

  MidiPedal pedal{server.name(), "pedal"};
  std::unique_ptr<ControlClient> listener = daemon.connect();
};

// How often the threads of a daemon that have nothing to do with libjack have gone to sleep so far.
std::size_t times_slept(pid_t process) {
  std::size_t times = 0;
  for (const auto& thread :
       std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    std::ifstream status(thread.path() / "status");
    std::string line, name;
    std::getline(status, name);
    const bool is_own = name.find("namrack-jack") == std::string::npos;
    while (std::getline(status, line))
      if (is_own && line.starts_with("voluntary_ctxt_switches:")) times += std::stoul(line.substr(24));
  }
  return times;
}

TEST(JackMidi, AnIdleDaemonWakesSeldomThoughAPedalIsConnected) {
  MidiRig rig;
  const std::size_t before = times_slept(rig.daemon.process().id());
  std::this_thread::sleep_for(std::chrono::seconds(4));
  // On a busy machine it wakes later, and so less often.
  EXPECT_LE(times_slept(rig.daemon.process().id()) - before, 130U);
}

TEST(JackMidi, ASwitchBypassesAtExactlyItsFrame) {
  MidiRig rig;
  rig.control->call("set", {{"output_db", -20}});
  rig.control->call("midi.map", {{"message", "control"}, {"number", 64}, {"action", "bypass"}});
  rig.listen({"bypass"});
  rig.guitar->play_sine(110.0, 0.5F);
  const std::uint32_t start = rig.recorder->frame() + 2048;
  constexpr std::size_t kFrames = 96000;
  rig.recorder->start_recording(start, kFrames);
  while (rig.recorder->frame() < start + 9600) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const std::uint32_t pressed = rig.pedal.send({0xB0, 64, 127}, 37);
  const auto [data, frame] = rig.next("bypass");
  EXPECT_EQ(data.at("bypass"), true);
  EXPECT_EQ(frame, pressed);
  const std::vector<float> heard = rig.recorder->finish_recording();
  const std::vector<float> played = sine_from(start, kFrames, 110.0, 0.5F, 48000.0);
  // Until then a tenth of what is played; it grows from the next frame on, and ends as all of it.
  const std::size_t at = pressed - start;
  ASSERT_LT(at + 4800, kFrames) << "this machine is too slow";
  // A block that JACK left out on a busy machine is silent, and the gain does not grow meanwhile.
  const auto is_left_out = [&](std::size_t t) { return heard[t] == 0.0F; };
  std::size_t before = 0;
  for (std::size_t t = at - 2000; t <= at; ++t) {
    if (is_left_out(t)) continue;
    ASSERT_NEAR(heard[t], 0.1F * played[t], 1e-5F) << t;
    ++before;
  }
  ASSERT_GT(before, 0U) << "this machine is too slow";
  std::size_t grown = 0;
  for (std::size_t t = at + 1; t < at + 4800; ++t) {
    if (is_left_out(t) || ++grown <= 480) continue;
    ASSERT_NEAR(heard[t], played[t], 1e-5F) << t;
  }
  ASSERT_GT(grown, 960U) << "this machine is too slow";
}

TEST(JackMidi, AProgramChoosesASceneAsFarIntoABlockAsItCame) {
  MidiRig rig({load_option("a", "a1_nano"), load_option("b", "a1_feather"), "--swap=a"});
  const auto block = rig.control->call("status").at("jack").at("buffer_size").to_number<std::uint32_t>();
  rig.control->call("scene.save", {{"name", "verse"}});
  rig.control->call("swap", {{"name", "b"}});
  rig.control->call("set", {{"output_db", -3}});
  rig.control->call("scene.save", {{"name", "chorus"}});
  rig.listen({"swap", "scene"});
  for (const std::uint8_t program : std::to_array<std::uint8_t>({0, 1, 0})) {
    const std::uint32_t sent = rig.pedal.send({0xC0, program, 0}, std::uint32_t{11} + program, 2);
    const auto [swap, frame] = rig.next("swap");
    EXPECT_EQ(swap.at("name").as_string(), program == 0 ? "a" : "b");
    EXPECT_EQ(swap.at("gap_frames"), 0);
    EXPECT_EQ(swap.at("skipped_frames"), 0);
    EXPECT_EQ((frame - sent) % block, 0U);
    while (rig.next("scene").first.at("change") != "recalled") {
    }
  }
  EXPECT_EQ(rig.control->call("status").at("scene").at("current"), "verse");
}

/// A bridge that is there already, and gets a port when a pedal is plugged in: JACK tells of that once.
class Bridge {
 public:
  explicit Bridge(const std::string& server) {
    jack_status_t status{};
    const auto options = static_cast<jack_options_t>(JackNoStartServer | JackServerName);
    client_ = ::jack_client_open("bridge", options, &status, server.c_str());
    if (client_ == nullptr) throw std::runtime_error("no JACK server");
    // A server that waits for its clients waits for ever for one without.
    ::jack_set_process_callback(client_, [](jack_nframes_t, void*) { return 0; }, nullptr);
    if (::jack_activate(client_) != 0) throw std::runtime_error("jack_activate failed");
  }
  ~Bridge() { ::jack_client_close(client_); }
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;
  void plug_in(const std::string& port) {
    ::jack_port_register(client_, port.c_str(), JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
  }

 private:
  jack_client_t* client_ = nullptr;
};

// Half of them, because the machine may be busy: the next look at the graph is 500 ms away, but for one that
// comes by chance.
TEST(JackMidi, APortThatAppearsIsConnectedAtOnce) {
  constexpr std::size_t kPorts = 8;
  std::vector<std::string> arguments;
  for (std::size_t i = 0; i < kPorts; ++i) arguments.push_back("--connect-midi=bridge:p" + std::to_string(i));
  JackRig rig(arguments, kNoBlockLost);
  Bridge bridge(rig.server.name());
  std::size_t quick = 0;
  for (std::size_t i = 0; i < kPorts; ++i) {
    bridge.plug_in("p" + std::to_string(i));
    const auto begin = std::chrono::steady_clock::now();
    while (rig.guitar->connections_of("namrack:midi").size() <= i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(250)) ++quick;
    // The next one does not come just after a look that this one has brought about.
    std::this_thread::sleep_for(std::chrono::milliseconds(137));
  }
  EXPECT_GE(quick, kPorts / 2);
}

TEST(JackMidi, ABurstEndsWithItsNewestMessage) {
  MidiRig rig;
  rig.control->call("midi.map", {{"message", "control"},
                                 {"number", 7},
                                 {"action", "set"},
                                 {"key", "output_db"},
                                 {"min", -20},
                                 {"max", 0}});
  rig.control->call(
      "midi.map",
      {{"message", "control"}, {"number", 7}, {"action", "bypass"}, {"mode", "hold"}, {"add", true}});
  rig.pedal.send({0xB0, 7, 127}, 0);
  rig.control->wait_for_status([](const json::object& status) { return status.at("bypass").as_bool(); });
  constexpr std::size_t kBurst = 2000;
  ASSERT_EQ(rig.pedal.burst(7, kBurst), kBurst);
  const json::object status =
      rig.control->wait_for_status([](const json::object& now) { return !now.at("bypass").as_bool(); });
  EXPECT_EQ(status.at("params").at("output_db"), -20);
  EXPECT_EQ(status.at("midi").at("messages"), kBurst + 1);
  EXPECT_EQ(status.at("midi").at("dropped"), kBurst - 1);
}

TEST(JackMidi, APortThatIsNamedIsConnectedWheneverItAppears) {
  JackRig rig({"--connect-midi=pedal:p"}, kNoBlockLost);
  rig.control->call("midi.map",
                    {{"message", "note"}, {"number", 60}, {"action", "bypass"}, {"mode", "hold"}});
  for (int i = 0; i < 2; ++i) {
    // Unplugged for so long that the connection is forgotten.
    if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    MidiPedal pedal(rig.server.name(), "pedal");
    while (rig.guitar->connections_of("namrack:midi").empty())
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    // JACK shows a connection a moment before it carries anything, so the pedal says it until it is heard.
    rig.control->wait_for_status([&](const json::object& status) {
      pedal.send({0x90, 60, static_cast<unsigned char>(i == 0 ? 100 : 0)}, 0);
      return status.at("bypass").as_bool() == (i == 0);
    });
  }
}

}  // namespace
}  // namespace namrack::test

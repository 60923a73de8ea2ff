// What is heard through a real JACK server, sample by sample.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "engine/audio/crossfade.h"
#include "engine/model/model.h"
#include "engine/offline/render.h"
#include "tests/daemon/jack_rig.h"

namespace namrack::test {
namespace {

namespace json = boost::json;

constexpr std::size_t kSecond = 48000;
constexpr double kNote = 110.0;
constexpr float kNoteLevel = 0.3F;

std::vector<float> rendered(const std::string& model, const std::vector<float>& signal, double rate = kRate) {
  return engine::render(engine::Model::load(model_path(model)), signal, rate);
}

TEST(JackSound, ARecordedWaveNetIsBitEqualToTheOfflineRender) {
  JackRig rig({load_option("amp", "a1_standard"), "--swap=amp"});
  const std::vector<float> signal = riff(2 * kSecond);
  const std::vector<float> recorded = rig.play_and_record(signal);
  const std::vector<float> expected = rendered("a1_standard", signal);
  ASSERT_GT(level(expected, 0, expected.size()), 1e-4);
  EXPECT_EQ(first_difference(expected, recorded, 0, signal.size()), "");
}

TEST(JackSound, ARecordedLstmEqualsTheOfflineRender) {
  JackRig rig({load_option("amp", "lstm_2x16"), "--swap=amp"});
  const std::vector<float> signal = riff(2 * kSecond);
  const std::vector<float> recorded = rig.play_and_record(signal);
  // A recurrent model never quite forgets the silence before the first note.
  EXPECT_EQ(first_difference(rendered("lstm_2x16", signal), recorded, 0, signal.size(), 1e-4F), "");
}

TEST(JackSound, ASwapWhileANoteSoundsHasNeitherGapNorStep) {
  JackRig rig({load_option("a", "a1_small"), load_option("b", "a1_standard"), "--swap=a"});
  rig.guitar->play_sine(kNote, kNoteLevel);
  const std::uint32_t start = rig.soon();
  const std::uint64_t swap_frame = start + kSecond;
  rig.recorder->start_recording(start, 2 * kSecond);
  rig.control->send(
      R"({"jsonrpc":"2.0","id":"s","method":"swap","params":{"name":"b","fade_ms":20,"at_frame":)" +
      std::to_string(swap_frame) + "}}\n");
  rig.guitar->set_freewheel(true);
  const json::object reply = json::parse(rig.control->read_line().value()).as_object();
  const std::vector<float> recorded = rig.recorder->finish_recording();
  rig.guitar->set_freewheel(false);

  ASSERT_TRUE(reply.contains("result")) << json::serialize(reply);
  const json::object& result = reply.at("result").as_object();
  EXPECT_EQ(result.at("frame").to_number<std::uint64_t>(), swap_frame);
  EXPECT_EQ(result.at("previous"), "a");
  EXPECT_EQ(result.at("applied"), true);
  const auto fade = result.at("fade_frames").to_number<std::size_t>();
  EXPECT_EQ(fade, 960U);

  const std::vector<float> note = sine_from(start, 2 * kSecond, kNote, kNoteLevel, kRate);
  const std::vector<float> before = rendered("a1_small", note);
  const std::vector<float> after = rendered("a1_standard", note);
  EXPECT_EQ(first_difference(before, recorded, kMemory, kSecond), "") << "before the swap";
  EXPECT_EQ(first_difference(after, recorded, kSecond + fade, 2 * kSecond), "") << "after the swap";

  // In between: both as if they had been playing all the time, crossfaded.
  EXPECT_EQ(result.at("skipped_frames"), 0);
  const std::vector<float> incoming(after.begin() + kSecond, after.end());
  std::vector<float> expected(fade);
  engine::Crossfade crossfade;
  crossfade.go_to(true, fade);
  crossfade.process({before.data() + kSecond, fade}, {incoming.data(), fade}, {expected.data(), fade});
  const std::vector<float> faded(recorded.begin() + kSecond,
                                 recorded.begin() + static_cast<long>(kSecond + fade));
  EXPECT_EQ(first_difference(expected, faded, 0, fade, 1e-6F), "") << "during the swap";
  // Their weights are at most 1 each.
  const float both = largest_step(before, kSecond, kSecond + fade) + largest_step(incoming, 0, fade);
  EXPECT_LE(largest_step(recorded, kSecond - 1, kSecond + fade + 1), 1.1F * both);
}

TEST(JackSound, BypassPassesTheDryInputUnchanged) {
  JackRig rig({load_option("amp", "a1_nano"), "--swap=amp"});
  const json::object result = rig.control->call("bypass", {{"on", true}});
  EXPECT_EQ(result.at("applied"), true);
  EXPECT_TRUE(result.at("frame").is_number());
  const std::vector<float> signal = riff(kSecond);
  EXPECT_EQ(first_difference(signal, rig.play_and_record(signal), 0, signal.size()), "");
}

TEST(JackSound, WhatIsNoSoundNeverReachesTheSoundCardWithOrWithoutAModelAndIsCounted) {
  JackRig rig({load_option("amp", "linear_64")});
  std::vector<float> signal = riff(kSecond);
  const std::vector<float> dry = signal;
  const std::vector<float> wet = rendered("linear_64", signal);
  std::fill_n(signal.begin(), 200, 3e38F);
  signal[100] = std::numeric_limits<float>::quiet_NaN();
  for (const auto& [name, expected] : {std::pair{json::value(nullptr), dry}, {"amp", wet}}) {
    rig.control->call("swap", {{"name", name}});
    const std::vector<float> recorded = rig.play_and_record(signal);
    EXPECT_TRUE(
        std::all_of(recorded.begin(), recorded.end(), [](float sample) { return std::fabs(sample) < 2.0F; }));
    EXPECT_EQ(first_difference(expected, recorded, kSecond / 50, kSecond, 1e-6F), "");
  }
  EXPECT_GT(rig.control->call("status").at("dsp").at("input_faults").to_number<int>(), 0);
  EXPECT_EQ(rig.control->call("status").at("dsp").at("faults").to_number<int>(), 0);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (rig.daemon.process().log().find("is not finite") == std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it is not in the log";
    ::usleep(10000);
  }
}

TEST(JackSound, AnotherBlockSizeWhileItRunsChangesNothingThatIsHeard) {
  JackRig rig({load_option("amp", "a1_nano"), "--swap=amp"});
  const std::vector<float> signal = riff(kSecond);
  const std::vector<float> expected = rendered("a1_nano", signal);
  for (const std::uint32_t block : {64U, 1024U, 96U}) {
    rig.guitar->set_block(block);
    const json::object status = rig.control->wait_for_status(
        [&](const json::object& s) { return s.at("jack").at("buffer_size") == json::value(block); });
    EXPECT_EQ(status.at("current"), "amp");
    EXPECT_EQ(first_difference(expected, rig.play_and_record(signal), 0, signal.size()), "") << block;
  }
}

TEST(JackSound, AServerAtAnotherRateGetsTheModelResampledAndIsToldTheLatency) {
  constexpr double kServerRate = 44100.0;
  JackRig rig({load_option("amp", "a1_nano"), "--swap=amp"}, {.rate = 44100, .block = 256});
  const json::object status = rig.control->call("status");
  const auto latency = status.at("jack").at("latency_frames").to_number<std::uint32_t>();
  EXPECT_GT(latency, 0U);
  EXPECT_EQ(status.at("jack").at("sample_rate").to_number<int>(), 44100);
  const std::vector<float> signal = riff(kSecond);
  const std::vector<float> recorded = rig.play_and_record(signal);
  const std::vector<float> expected = rendered("a1_nano", signal, kServerRate);
  ASSERT_GT(level(expected, 0, expected.size()), 1e-4);
  // The resampler has its own phase, which depends on when the server started.
  EXPECT_EQ(first_difference(expected, recorded, 0, signal.size(), 0.02F), "");
  // The guitar adds none, so that what arrives at the recorder is namrackd's alone.
  EXPECT_EQ(rig.recorder->capture_latency(), latency);
  rig.control->call("swap", {{"name", nullptr}});
  rig.control->wait_for_status([](const json::object& s) { return s.at("jack").at("latency_frames") == 0; });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (rig.recorder->capture_latency() != 0 && std::chrono::steady_clock::now() < deadline) ::usleep(10000);
  EXPECT_EQ(rig.recorder->capture_latency(), 0U);
}

TEST(JackSound, StoppingTheDaemonFadesOutWithoutAClick) {
  // Not in freewheel mode, in which jackd does not let clients go. Hence no exact frames, but no lost blocks
  // either.
  JackRig rig({load_option("amp", "a1_small"), "--swap=amp"},
              {.rate = 48000, .block = 1024, .synchronous = true});
  rig.guitar->play_steady_sine(kNote, kNoteLevel);
  rig.recorder->record_until_silence();
  rig.recorder->wait_for_sound();
  rig.daemon.process().signal(SIGTERM);
  const std::vector<float> recorded = rig.recorder->finish_recording();
  EXPECT_EQ(rig.daemon.process().wait(), 0);

  std::size_t end = recorded.size();
  while (end > 0 && recorded[end - 1] == 0.0F) --end;
  ASSERT_GT(end, 2 * kMemory);
  const float usual = largest_step(recorded, end - kMemory, end - kMemory / 2);
  ASSERT_GT(usual, 1e-5F);
  EXPECT_LE(largest_step(recorded, end - kMemory / 2, recorded.size()), 1.05F * usual);
  // 10 ms from full to nothing: the last millisecond is at most a tenth as loud as usual.
  const double full = level(recorded, end - kMemory, end - kMemory / 2);
  EXPECT_LT(level(recorded, end - 48, end), 0.15 * full);
  EXPECT_GT(level(recorded, end - 480, end - 240), 0.3 * full) << "the fade is shorter than it should be";
}

}  // namespace
}  // namespace namrack::test

#include "cli/text/event_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/display_text.h"
#include "tests/cli/plain_style.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

const json::object kState{{"params", {{"input_db", 0}, {"level_mode", "raw"}, {"output_db", 0}}}};

json::object event(std::string_view topic, const json::object& data) {
  return {{"topic", topic}, {"seq", 1}, {"rev", 7}, {"frame", 480000}, {"data", data}};
}

/// Without the time of day.
std::string text_of(std::string_view topic, const json::object& data, const Style& style = kPlain) {
  return EventText(kState, style).line(event(topic, data), std::chrono::system_clock::now()).substr(13);
}

TEST(EventText, BeginsWithTheTimeOfDayInMilliseconds) {
  const std::chrono::system_clock::time_point noon{std::chrono::milliseconds(1'700'000'000'042)};
  EXPECT_THAT(EventText(kState, kPlain).line(event("bypass", {{"bypass", true}, {"applied", true}}), noon),
              MatchesRegex("[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\\.042 bypass    on\n"));
}

TEST(EventText, SaysInWordsWhatHappened) {
  EXPECT_EQ(text_of("swap", {{"name", "lead"},
                             {"previous", nullptr},
                             {"fade_frames", 960},
                             {"match_db", 0.2465991973876953},
                             {"measured_load", 0.006375535913896348},
                             {"applied", true}}),
            "swap      lead after the dry signal, match +0.25 dB, fade 960 frames\n");
  EXPECT_EQ(
      text_of("faded", {{"name", "lead"}, {"load_mean", 0.0082454}, {"load_max", 0.0139}, {"xruns", 2}}),
      "faded     lead, load mean 0.82 %, max 1.39 %, 2 xruns\n");
  EXPECT_EQ(
      text_of("bank", {{"name", "x"}, {"path", "/m/x.nam"}, {"architecture", "LSTM"}, {"change", "loaded"}}),
      "bank      x loaded: LSTM, /m/x.nam\n");
  EXPECT_EQ(text_of("scene", {{"change", "recalled"}, {"name", "solo"}}), "scene     recalled solo\n");
  EXPECT_EQ(text_of("xrun", {{"count", 1}, {"total", 17}}), "xrun      1 xrun, 17 in all\n");
  EXPECT_EQ(text_of("problem", {{"code", "rate"}, {"message", "resampled"}, {"active", false}}),
            "problem   over: resampled (rate)\n");
  EXPECT_EQ(text_of("meters", {{"input", {{"peak_db", -200}, {"rms_db", -200}}},
                               {"output", {{"peak_db", -3.14159}, {"rms_db", -12.34567}}}}),
            "meters    in silent; out peak -3.1, RMS -12.3 dBFS\n");
  EXPECT_EQ(text_of("midi", {{"message", "note"},
                             {"number", 60},
                             {"channel", 1},
                             {"value", 100},
                             {"action", {{"action", "scene.next"}}}}),
            "midi      note 60 on channel 1, value 100: next scene\n");
  EXPECT_EQ(text_of("jack", {{"connected", false}}), "jack      not connected\n");
}

TEST(EventText, ShowsOfTheSettingsWhatChanged) {
  EventText text(kState, kPlain);
  const auto line = [&](double output_db, std::string_view mode) {
    const json::object data{{"input_db", 0}, {"level_mode", mode}, {"output_db", output_db}};
    return text.line(event("params", data), std::chrono::system_clock::now()).substr(13);
  };
  EXPECT_EQ(line(-3, "raw"), "params    output_db 0 -> -3 dB\n");
  EXPECT_EQ(line(-3, "normalized"), "params    level_mode raw -> normalized\n");
  EXPECT_EQ(line(-6, "normalized"), "params    output_db -3 -> -6 dB\n");
}

TEST(EventText, ATopicOfANewerDaemonIsKeysAndValuesWithFewDigits) {
  EXPECT_EQ(text_of("tuner", {{"hz", 110.01234567890123}, {"note", "A"}, {"octave", 2}}),
            "tuner     hz 110, note A, octave 2\n");
}

TEST(EventText, IsALineOfTheTerminalWhateverTheNames) {
  const std::string name(64, 'n');
  for (const auto& [topic, data] : std::vector<std::pair<std::string, json::object>>{
           {"swap", {{"name", name}, {"previous", name}, {"fade_frames", 960}, {"match_db", 3}}},
           {"bank", {{"name", name}, {"change", "loaded"}, {"path", "/" + name + name}}},
           {"params", {{"input_db", 1}, {"level_mode", name}, {"output_db", -1}}},
           {"problem", {{"message", name + "\n" + name}, {"active", true}}},
           {"faded", {{"name", name}, {"load_mean", 0.123456789}}}}) {
    const std::string line =
        EventText(kState, Style(false, 80)).line(event(topic, data), std::chrono::system_clock::now());
    EXPECT_LE(shell::display_width(line.substr(0, line.size() - 1)), 80U) << line;
    EXPECT_EQ(line.find('\n'), line.size() - 1);
  }
}

}  // namespace
}  // namespace namrack::cli

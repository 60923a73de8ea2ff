#include "cli/text/result_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/command_table.h"
#include "tests/cli/plain_style.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ResultText, LoadShowsWhatMattersWithUnits) {
  const json::object result{{"name", "clean"},
                            {"path", "/c.nam"},
                            {"architecture", "WaveNet"},
                            {"sample_rate", 48000},
                            {"receptive_field", 4093},
                            {"weights", 13802},
                            {"loudness", -18.2},
                            {"load_ms", 12.5},
                            {"bytes", 102400},
                            {"predicted_load", 0.031},
                            {"rev", 3}};
  EXPECT_EQ(result_text("load", result, kPlain),
            "loaded clean: WaveNet, 48 kHz, 13,802 weights, receptive field 4093 frames (85.3 ms), "
            "loudness -18.2 dB, 100 KiB, predicted load 3.1 %, took 12.5 ms\n");
}

TEST(ResultText, LoadTellsTheMeasuredLoudness) {
  json::object result{{"name", "a"}, {"loudness", nullptr}, {"measured_loudness", -17.5}};
  EXPECT_EQ(result_text("load", result, kPlain), "loaded a: model, measured loudness -17.5 dB\n");
  result["loudness"] = -18;
  EXPECT_EQ(result_text("load", result, kPlain), "loaded a: model, loudness -18 dB (measured -17.5 dB)\n");
}

TEST(ResultText, LoadTellsOfTheSwapThatItMade) {
  const json::object swap{{"name", "a"},        {"previous", "a"}, {"frame", 48},
                          {"fade_frames", 960}, {"gap_frames", 0}, {"applied", true}};
  json::object result{{"name", "a"}, {"architecture", "LSTM"}, {"swap", swap}};
  EXPECT_EQ(result_text("quality", result, kPlain),
            "loaded a: LSTM\na at frame 48, after a, crossfade 960 frames, no gap\n");
  result["swap"] = nullptr;
  EXPECT_EQ(result_text("load", result, kPlain), "loaded a: LSTM\n");
}

TEST(ResultText, LoadWarnsOfAModelThatWasForced) {
  EXPECT_EQ(result_text("load", {{"name", "a"}, {"predicted_load", 0.9}, {"over_budget", true}}, kPlain),
            "loaded a: model, predicted load 90 % (more than the CPU budget)\n");
}

TEST(ResultText, StatusTellsWhatTheBankTakesAndMayTake) {
  const std::string text = result_text("status",
                                       {{"bank", {{"models", 3}, {"bytes", 1536}, {"budget", 536870912}}},
                                        {"dsp", {{"predicted_load", 0.02}, {"budget", 0.8}}}},
                                       kPlain);
  EXPECT_THAT(text, HasSubstr("3 loaded, 1.5 KiB of 512 MiB"));
  EXPECT_THAT(text, HasSubstr("the model predicted 2 %, budget 80 %"));
}

TEST(ResultText, SwapTellsFrameFadeAndGap) {
  json::object result{{"name", "lead"},  {"previous", nullptr}, {"frame", 480000}, {"fade_frames", 960},
                      {"gap_frames", 0}, {"applied", true},     {"rev", 4}};
  EXPECT_EQ(result_text("swap", result, kPlain),
            "lead at frame 480000, after the dry signal, crossfade 960 frames, no gap\n");
  result["fade"] = "through_zero";
  result["skipped_frames"] = 96;
  EXPECT_EQ(result_text("swap", result, kPlain),
            "lead at frame 480000, after the dry signal, fade through zero 960 frames, no gap, not warm: "
            "skipped 96 "
            "frames\n");
  result["frame"] = nullptr;
  result["applied"] = false;
  EXPECT_THAT(result_text("swap", result, kPlain), HasSubstr("lead, applied when JACK is back"));
}

TEST(ResultText, SwapTellsHowLoudItIsWhereThatIsKnown) {
  json::object result{{"name", "lead"},         {"previous", "clean"},     {"frame", 48000},
                      {"fade_frames", 960},     {"gap_frames", 0},         {"match_db", -3.75},
                      {"level_before_db", -20}, {"level_after_db", -18.2}, {"xruns", 0}};
  EXPECT_EQ(result_text("swap", result, kPlain),
            "lead at frame 48000, after clean, crossfade 960 frames, no gap, match -3.75 dB, "
            "level -18.2 dBFS after -20 dBFS (+1.8 dB)\n");
  result["level_before_db"] = nullptr;
  result["match_db"] = 1.5;
  result["xruns"] = 1;
  EXPECT_EQ(result_text("swap", result, kPlain),
            "lead at frame 48000, after clean, crossfade 960 frames, no gap, match +1.5 dB, 1 xrun\n");
  result["name"] = nullptr;
  result["match_db"] = 0;
  EXPECT_EQ(result_text("swap", result, kPlain),
            "the dry signal at frame 48000, after clean, crossfade 960 frames, no gap, 1 xrun\n");
}

TEST(ResultText, SetShowsOnlyWhatWasAskedForAndWhatItWasBefore) {
  const json::object result{{"params", {{"input_db", 0}, {"level_mode", "normalized"}, {"output_db", -6}}},
                            {"frame", 480},
                            {"applied", true}};
  const Asked asked{.params = {{"output_db", -6}, {"level_mode", "normalized"}},
                    .settings = {{"input_db", 0}, {"level_mode", "raw"}, {"output_db", -6}}};
  EXPECT_EQ(result_text("set", result, kPlain, asked),
            "output_db -6 dB, as before, level_mode raw -> normalized at frame 480\n");
}

TEST(ResultText, StatusBeginsWithTheProblems) {
  const json::object result{
      {"problems",
       {{{"code", "rate"},
         {"message", "lead is resampled"},
         {"severity", "warn"},
         {"since", "2026-01-02T03:04:05Z"}},
        {{"code", "missing_model"}, {"message", "the file of solo is gone"}, {"severity", "error"}}}}};
  EXPECT_THAT(result_text("status", result, kPlain),
              StartsWith("PROBLEM: the file of solo is gone (missing_model)\n"
                         "warning: lead is resampled (rate, since 2026-01-02T03:04:05Z)\n"
                         "namrackd"));
}

TEST(ResultText, SetTellsWhenItTookEffect) {
  json::object result{{"params", {{"output_db", -6}}}, {"frame", 480}, {"applied", true}};
  EXPECT_EQ(result_text("set", result, kPlain), "output_db -6 dB at frame 480\n");
  result["frame"] = nullptr;
  result["applied"] = false;
  EXPECT_EQ(result_text("set", result, kPlain), "output_db -6 dB, applied when JACK is back\n");
  EXPECT_EQ(result_text("get", {{"params", {{"output_db", -6}}}}, kPlain), "output_db  -6 dB\n");
}

TEST(ResultText, BypassTellsItsState) {
  EXPECT_EQ(result_text("bypass", {{"bypass", true}, {"frame", 5}, {"applied", true}}, kPlain),
            "bypass on at frame 5\n");
}

TEST(ResultText, ListMarksTheCurrentModel) {
  const json::object result{{"models",
                             {{{"name", "a"},
                               {"path", "/a"},
                               {"architecture", "LSTM"},
                               {"sample_rate", nullptr},
                               {"bytes", 1024},
                               {"loudness", nullptr},
                               {"current", false}},
                              {{"name", "bb"},
                               {"path", "/b"},
                               {"architecture", "WaveNet"},
                               {"sample_rate", 44100},
                               {"bytes", 2048},
                               {"loudness", -20},
                               {"measured_loudness", -20.5},
                               {"current", true}}}}};
  EXPECT_EQ(result_text("list", result, kPlain),
            "   NAME  TYPE         RATE  LOUDNESS  MEASURED  MEMORY  FILE\n"
            "   a     LSTM            -         -         -   1 KiB  /a\n"
            "▶  bb    WaveNet  44.1 kHz    -20 dB  -20.5 dB   2 KiB  /b\n");
  EXPECT_EQ(result_text("list", {{"models", json::array{}}}, kPlain), "no models\n");
}

TEST(ResultText, FilesThatCanBeLoadedAreATable) {
  const json::object result{{"models",
                             {{{"name", "amps/twin"},
                               {"path", "/m/amps/twin.nam"},
                               {"kind", "model"},
                               {"bytes", 2048},
                               {"loaded", true}},
                              {{"name", "cabs/v30"},
                               {"path", "/m/cabs/v30.wav"},
                               {"kind", "ir"},
                               {"bytes", 1024},
                               {"loaded", false}}}},
                            {"folders", {"/m"}},
                            {"truncated", true}};
  EXPECT_EQ(result_text("models", result, kPlain),
            "   NAME        SIZE\n"
            "•  amps/twin  2 KiB\n"
            "   cabs/v30   1 KiB  cabinet\n"
            "and more: narrow the search, or raise --limit\n");
  EXPECT_EQ(result_text("models", {{"models", json::array{}}, {"folders", {"/m"}}}, kPlain),
            "no models below\n  /m\n");
}

TEST(ResultText, WarningsAreShownWhereverTheyCome) {
  const json::array warnings{"the file lies"};
  EXPECT_THAT(result_text("load", {{"name", "a"}, {"warnings", warnings}}, kPlain),
              EndsWith("\nwarning: the file lies\n"));
  EXPECT_THAT(result_text("swap", {{"name", "a"}, {"warnings", warnings}}, kPlain),
              EndsWith("\nwarning: the file lies\n"));
  EXPECT_THAT(result_text("set", {{"params", json::object{}}, {"warnings", warnings}}, kPlain),
              EndsWith("warning: the file lies\n"));
  EXPECT_THAT(result_text("list", {{"models", {{{"name", "a"}, {"warnings", warnings}}}}}, kPlain),
              EndsWith("\nwarning: a: the file lies\n"));
}

TEST(ResultText, StatusShowsJackAndLoad) {
  json::object result{
      {"version", "0.1.0"}, {"uptime_s", 7500}, {"rev", 9}, {"current", "lead"}, {"bypass", false}};
  result["jack"] = {{"connected", true}, {"client", "namrack"}, {"sample_rate", 48000}, {"buffer_size", 64},
                    {"realtime", true},  {"xruns", 2},          {"latency_frames", 0}};
  result["dsp"] = {
      {"load_mean", 0.031}, {"load_p99", 0.04}, {"load_max", 0.2}, {"blocks", 12345}, {"faults", 0}};
  result["params"] = {{"output_db", -6}, {"level_mode", "raw"}};
  EXPECT_EQ(
      result_text("status", result, kPlain),
      "namrackd    0.1.0, up 2 h 5 min, revision 9\n"
      "model       lead\n"
      "bypass      off\n"
      "JACK        client namrack, 48 kHz, blocks of 64 frames (1.33 ms), realtime, latency 0 frames (0 ms)\n"
      "DSP load    mean 3.1 %, p99 4 %, max 20 % of the deadline, over 12,345 blocks\n"
      "output_db   -6 dB\n"
      "level_mode  raw\n"
      "2 xruns since the server was joined\n");
  result["dsp"].as_object()["faults"] = 1;
  EXPECT_THAT(result_text("status", result, kPlain),
              EndsWith("2 xruns since the server was joined\n"
                       "1 fault: a model's output overflowed, was silenced and the model started afresh\n"));
  result["dsp"].as_object()["input_faults"] = 3;
  EXPECT_THAT(result_text("status", result, kPlain),
              EndsWith("afresh\n3 blocks of input not finite or above 120 dBFS: replaced by silence\n"));
  result["jack"] = {{"connected", false}};
  EXPECT_THAT(result_text("status", result, kPlain), HasSubstr("not connected"));
}

TEST(ResultText, InspectionShowsStepsAndWarningsOnlyWhereThereAreSome) {
  json::object result{{"path", "/c.nam"},
                      {"version", "0.5.4"},
                      {"architecture", "WaveNet"},
                      {"sample_rate", nullptr},
                      {"weights", 842},
                      {"receptive_field", 4093},
                      {"macs_per_sample", 732},
                      {"loudness", nullptr},
                      {"quality_steps", {{{"from", 0}, {"weights", 842}, {"macs_per_sample", 732}}}},
                      {"metadata", {{"gear", {{"make", "X"}}}}},
                      {"warnings", json::array{}}};
  const std::string text = result_text("inspect", result, kPlain);
  EXPECT_THAT(text, HasSubstr("not stated, 48 kHz assumed"));
  EXPECT_THAT(text, HasSubstr("gear.make"));
  EXPECT_EQ(text.find("quality"), std::string::npos);
  EXPECT_EQ(text.find("warning"), std::string::npos);
  result["warnings"] = {"a weight is odd"};
  result.at("quality_steps")
      .as_array()
      .push_back({{"from", 0.5}, {"weights", 900}, {"macs_per_sample", 800}});
  EXPECT_THAT(result_text("inspect", result, kPlain), HasSubstr("warning: a weight is odd"));
  EXPECT_THAT(result_text("inspect", result, kPlain), HasSubstr("quality 0.5"));
}

TEST(ResultText, WhatWaitsIsATable) {
  const json::object change{{"id", 3},           {"what", "swap"},     {"frame", 960000},
                            {"at_bar", nullptr}, {"at_beat", nullptr}, {"origin", 12}};
  const json::object other{{"id", 4},      {"what", "scene.recall"}, {"frame", nullptr},
                           {"at_bar", 17}, {"at_beat", 1.5},         {"origin", 0}};
  EXPECT_EQ(result_text("pending", {{"changes", {change, other}}}, kPlain),
            "ID  WHAT           FRAME  BAR  BEAT  CONNECTION\n"
            " 3  swap          960000    -     -          12\n"
            " 4  scene.recall       -   17   1.5           0\n");
  EXPECT_EQ(result_text("pending", {{"changes", json::array{}}}, kPlain), "nothing waits\n");
  EXPECT_EQ(result_text("cancel", {{"cancelled", {3, 4}}}, kPlain), "cancelled 3, 4\n");
  EXPECT_EQ(result_text("cancel", {{"cancelled", json::array{}}}, kPlain), "nothing waited\n");
}

TEST(ResultText, SurvivesResultsThatLackEverything) {
  for (const protocol::CommandSpec& command : protocol::command_table()) {
    EXPECT_NO_THROW(result_text(command.name, {}, kPlain)) << command.name;
  }
}

TEST(ResultText, EmphasisIsLeftOutWithoutAStyle) {
  EXPECT_EQ(kPlain.bold("x"), "x");
  EXPECT_EQ(Style(true).bold("x"), "\x1b[1mx\x1b[0m");
}

}  // namespace
}  // namespace namrack::cli

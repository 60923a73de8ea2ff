// Whatever the names are, texts keep within the terminal.

#include <gtest/gtest.h>

#include <sstream>

#include "cli/offline/bench_compare.h"
#include "cli/offline/bench_report.h"
#include "cli/text/result_text.h"
#include "cli/text/table.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kColumns = 80;
const Style kNarrow(false, kColumns);
const std::string kName(64, 'n');
const std::string kPath = "/home/somebody/captures/tone3000/" + kName + " [Bright] (1965) & Co's.nam";

void expect_fits(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(shell::display_width(line), kColumns) << line;
}

TEST(Width, ATableLeavesColumnsOutAndShortensOthers) {
  using enum Table::Align;
  using enum Table::Fit;
  Table table({{"NAME", left, beginning}, {"RATE", right, left_out}, {"FILE", left, end}});
  table.add_row({"a name of many letters", "48 kHz", "/a/path/of/many/letters.nam"});
  EXPECT_EQ(table.text(),
            "NAME                      RATE  FILE\n"
            "a name of many letters  48 kHz  /a/path/of/many/letters.nam\n");
  const std::string narrow = table.text(30);
  EXPECT_EQ(narrow.find("RATE"), std::string::npos) << narrow;
  EXPECT_NE(narrow.find("letters.nam"), std::string::npos) << narrow;
}

TEST(Width, TheListFits) {
  json::array models;
  for (const char* const state : {"ready", "missing"})
    models.push_back({{"name", kName},
                      {"path", kPath},
                      {"architecture", "SlimmableContainer"},
                      {"sample_rate", 44100},
                      {"bytes", 123456789},
                      {"loudness", -18.25},
                      {"measured_loudness", -17.75},
                      {"state", state},
                      {"current", true}});
  const std::string text = result_text("list", {{"models", models}}, kNarrow);
  expect_fits(text);
  EXPECT_NE(text.find("Co's.nam"), std::string::npos) << "of a path the end tells\n" << text;
  EXPECT_NE(text.find("missing"), std::string::npos) << text;
}

TEST(Width, TheStatusFits) {
  json::object status{{"version", "0.1.0"}, {"uptime_s", 750000}, {"rev", 123456}, {"current", kName}};
  status["jack"] = {{"connected", true},     {"client", kName.substr(0, 30)},
                    {"sample_rate", 48000},  {"buffer_size", 128},
                    {"realtime", false},     {"xruns", 12345},
                    {"latency_frames", 1234}};
  status["dsp"] = {{"load_mean", 0.1234}, {"load_p99", 0.5678}, {"load_max", 0.9123},
                   {"blocks", 123456789}, {"faults", 3},        {"predicted_load", 0.4567},
                   {"budget", 0.8}};
  status["scene"] = {{"current", kName}, {"next", kName}, {"setlist", kName}, {"edited", true}};
  status["midi"] = {{"mappings", 128}, {"messages", 123456789}, {"connected", false}, {"dropped", 5}};
  status["params"] = {{"interface_dbu", 12.5}, {"level_mode", "normalized"}};
  status["problems"] = {{{"code", "missing_model"},
                         {"message",
                          "the file of lead is not there, and as long as it should play the output "
                          "is silent: put it back or swap to another model"},
                         {"severity", "error"},
                         {"since", "2026-01-02T03:04:05Z"}}};
  expect_fits(result_text("status", status, kNarrow));
}

TEST(Width, ScenesSetlistsMappingsAndGreetingsFit) {
  json::array scenes{
      {{"name", kName}, {"model", kName}, {"quality", 0.5}, {"bypass", false}, {"warm", true}}};
  expect_fits(result_text("scene.list", {{"scenes", scenes}, {"next", kName}, {"setlist", kName}}, kNarrow));
  json::array setlists{{{"name", kName}, {"scenes", {kName, kName, kName}}}};
  expect_fits(result_text("setlist.list", {{"setlists", setlists}, {"current", kName}}, kNarrow));
  json::array mappings{{{"message", "control"}, {"number", 7}, {"action", "scene"}, {"name", kName}}};
  expect_fits(result_text("midi.list", {{"mappings", mappings}, {"connected", false}}, kNarrow));
  json::array methods;
  for (int i = 0; i < 40; ++i) methods.emplace_back("method." + std::to_string(i));
  expect_fits(
      result_text("hello", {{"name", "namrackd"}, {"methods", methods}, {"topics", methods}}, kNarrow));
}

TEST(Width, WhatWasDoneFits) {
  expect_fits(result_text("load",
                          {{"name", kName},
                           {"architecture", "WaveNet"},
                           {"sample_rate", 48000},
                           {"weights", 12146},
                           {"receptive_field", 6347},
                           {"loudness", -18.2},
                           {"measured_loudness", -23.3},
                           {"bytes", 486400},
                           {"predicted_load", 0.0103},
                           {"load_ms", 3.86}},
                          kNarrow));
  expect_fits(result_text("swap",
                          {{"name", kName},
                           {"previous", kName},
                           {"frame", 966400},
                           {"fade_frames", 960},
                           {"match_db", 0.25},
                           {"level_before_db", -20.0},
                           {"level_after_db", -18.0}},
                          kNarrow));
}

TEST(Width, MeasurementsFit) {
  const BenchRow row{.model = kPath,
                     .architecture = "SlimmableContainer",
                     .target = "AVX3",
                     .timing = {.block = 4096,
                                .ns_per_sample = 1234.5,
                                .us_per_block_p50 = 12345.6,
                                .us_per_block_p999 = 23456.7,
                                .us_per_block_max = 34567.8,
                                .us_per_block_p999_undisturbed = 12345.6,
                                .realtime_factor = 1.234},
                     .load = {.load_ms = 123.4, .json_parse_ms = 12.3, .bytes = 123456789},
                     .peak_gflops = 219.3,
                     .fraction_of_peak = 0.301};
  expect_fits(bench_table({row, row}, kNarrow));
  const BenchPoint point{.model = kName,
                         .block = 4096,
                         .ns_per_sample = 1234.5,
                         .fraction_of_peak = 0.301,
                         .peak_gflops = 219.3,
                         .target = "AVX3"};
  BenchComparison comparison{.pairs = {{point, point}}, .gone = {point, point}, .new_ones = {point}};
  comparison.pairs[0].after.ns_per_sample = 617.2;
  expect_fits(comparison_table(comparison, kNarrow));
}

}  // namespace
}  // namespace namrack::cli

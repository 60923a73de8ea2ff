#include "cli/commands/arguments.h"

#include <gtest/gtest.h>

#include "cli/commands/model_path.h"
#include "cli/commands/setting_argument.h"
#include "engine/offline/simd_target.h"
#include "protocol/command_table.h"
#include "protocol/request.h"
#include "protocol/wire/json_text.h"
#include "tests/common/temporary_folder.h"

namespace namrack::cli {
namespace {

/// "method params" of a command line, and proof that the protocol accepts it.
std::string request_of(const std::vector<std::string>& arguments) {
  const auto call = std::get<RemoteCall>(parse_arguments(arguments).action);
  EXPECT_NO_THROW(protocol::make_request(call.method, call.params));
  return call.method + ' ' + protocol::json_text(call.params);
}

TEST(Arguments, LoadSendsAFileThatIsHereByItsAbsolutePathAndOthersAsTyped) {
  const test::TemporaryFolder folder;
  folder.write("b.nam", "");
  std::filesystem::create_directory(folder.path() / "x");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(request_of({"load", "a", "x/../b.nam"}), R"(load {"name":"a","path":")" + here + R"(/b.nam"})");
  EXPECT_EQ(request_of({"load", "a", "amps/b.nam"}), R"(load {"name":"a","path":"amps/b.nam"})");
  EXPECT_EQ(request_of({"load", "a", "x"}), R"(load {"name":"a","path":"x"})") << "a folder is no model";
  std::filesystem::current_path(before);
  EXPECT_EQ(request_of({"load", "a", "/b.nam", "--quality", "0.5", "--replace", "--if-rev", "7"}),
            R"(load {"name":"a","path":"/b.nam","quality":0.5,"replace":true,"if_rev":7})");
}

TEST(Arguments, PathsInOperationsAreSentLikewise) {
  const test::TemporaryFolder folder;
  (void)folder.write("b.nam", "");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  boost::json::object params{{"operations",
                              {{{"method", "load"}, {"params", {{"name", "a"}, {"path", "b.nam"}}}},
                               {{"method", "load"}, {"params", {{"name", "a"}, {"path", "gone.nam"}}}},
                               {{"method", "load"}, {"params", {{"path", 7}}}},
                               {{"method", "swap"}, {"params", {{"path", "b.nam"}}}},
                               5}}};
  make_paths_sendable("tx", params);
  const std::string here = std::filesystem::current_path().string();
  std::filesystem::current_path(before);
  EXPECT_EQ(
      protocol::json_text(params),
      R"({"operations":[{"method":"load","params":{"name":"a","path":")" + here +
          R"(/b.nam"}},)"
          R"({"method":"load","params":{"name":"a","path":"gone.nam"}},{"method":"load","params":{"path":7}},)"
          R"({"method":"swap","params":{"path":"b.nam"}},5]})");
}

TEST(Arguments, SwapNamesAModelOrTheDrySignal) {
  EXPECT_EQ(request_of({"swap", "a"}), R"(swap {"name":"a"})");
  EXPECT_EQ(request_of({"swap", "a", "--fade-ms", "12.5", "--at-frame", "96000"}),
            R"(swap {"name":"a","fade_ms":12.5,"at_frame":96000})");
  EXPECT_EQ(request_of({"swap", "--dry"}), R"(swap {"name":null})");
  EXPECT_THROW(parse_arguments({"swap"}), UsageError);
  EXPECT_THROW(parse_arguments({"swap", "a", "--dry"}), UsageError);
}

TEST(Arguments, EveryChangeOfTheSoundCanBeTimed) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> commands = {
      {{"swap", "a"}, R"(swap {"name":"a",)"},
      {{"bypass", "on"}, R"(bypass {"on":true,)"},
      {{"set", "output_db=1"}, R"(set {"output_db":1,)"},
      {{"scene", "recall", "a"}, R"(scene.recall {"name":"a",)"},
      {{"scene", "next"}, "scene.next {"},
      {{"scene", "prev"}, "scene.prev {"}};
  for (const auto& [command, begin] : commands) {
    const auto timed = [&](const std::vector<std::string>& options) {
      std::vector<std::string> arguments = command;
      arguments.insert(arguments.end(), options.begin(), options.end());
      return request_of(arguments);
    };
    EXPECT_EQ(timed({"--at-frame", "96000"}), begin + R"("at_frame":96000})");
    EXPECT_EQ(timed({"--in-ms", "1.5", "--if-rev", "7"}), begin + R"("in_ms":1.5,"if_rev":7})");
    EXPECT_EQ(timed({"--at-bar", "9", "--at-beat", "2.5"}), begin + R"("at_bar":9,"at_beat":2.5})");
    EXPECT_EQ(timed({"--at-beat", "3"}), begin + R"("at_beat":3})");
  }
}

TEST(Arguments, FrameTimeAndBarExcludeOneAnother) {
  for (const auto& times : {std::vector<std::string>{"--at-frame", "1", "--in-ms", "1"},
                            {"--at-frame", "1", "--at-bar", "1"},
                            {"--at-frame", "1", "--at-beat", "1"},
                            {"--in-ms", "1", "--at-bar", "1"},
                            {"--in-ms", "1", "--at-beat", "1"}}) {
    std::vector<std::string> arguments{"scene", "next"};
    arguments.insert(arguments.end(), times.begin(), times.end());
    EXPECT_THROW(parse_arguments(arguments), UsageError) << times[0] << times[2];
  }
}

TEST(Arguments, ScenesHaveVerbs) {
  EXPECT_EQ(request_of({"scene", "save", "a"}), R"(scene.save {"name":"a"})");
  EXPECT_EQ(request_of({"scene", "recall", "a", "--fade-ms", "5"}),
            R"(scene.recall {"name":"a","fade_ms":5})");
  EXPECT_EQ(request_of({"scene", "list"}), "scene.list {}");
  EXPECT_EQ(request_of({"scene", "delete", "a", "--if-rev", "3"}), R"(scene.delete {"name":"a","if_rev":3})");
  EXPECT_EQ(request_of({"scene", "rename", "a", "b"}), R"(scene.rename {"name":"a","to":"b"})");
  EXPECT_EQ(request_of({"scene", "next", "--fade-ms", "5"}), R"(scene.next {"fade_ms":5})");
  EXPECT_EQ(request_of({"scene", "prev"}), "scene.prev {}");
  for (const auto& wrong : {std::vector<std::string>{"scene"},
                            {"scene", "fly"},
                            {"scene", "recall"},
                            {"scene", "rename", "a"},
                            {"scene", "next", "a"}}) {
    EXPECT_THROW(parse_arguments(wrong), UsageError) << wrong.back();
  }
}

TEST(Arguments, ASceneMayHaveTheNameOfACommand) {
  EXPECT_EQ(request_of({"scene", "save", "list"}), R"(scene.save {"name":"list"})");
  EXPECT_EQ(request_of({"setlist", "save", "save", "swap", "list", "scene", "use"}),
            R"(setlist.save {"name":"save","scenes":["swap","list","scene","use"]})");
}

TEST(Arguments, SetlistsHaveVerbs) {
  EXPECT_EQ(request_of({"setlist", "save", "tour", "a", "b", "a"}),
            R"(setlist.save {"name":"tour","scenes":["a","b","a"]})");
  EXPECT_EQ(request_of({"setlist", "use", "tour"}), R"(setlist.use {"name":"tour"})");
  EXPECT_EQ(request_of({"setlist", "use", "--none"}), R"(setlist.use {"name":null})");
  EXPECT_EQ(request_of({"setlist", "list"}), "setlist.list {}");
  EXPECT_EQ(request_of({"setlist", "delete", "tour"}), R"(setlist.delete {"name":"tour"})");
  for (const auto& wrong : {std::vector<std::string>{"setlist"},
                            {"setlist", "save", "tour"},
                            {"setlist", "use"},
                            {"setlist", "use", "tour", "--none"}}) {
    EXPECT_THROW(parse_arguments(wrong), UsageError) << wrong.back();
  }
}

TEST(Arguments, TxTakesItsOperationsFromAFile) {
  const auto group = std::get<RunGroup>(
      parse_arguments({"tx", "-", "--fade-ms", "5", "--at-bar", "9", "--if-rev", "3"}).action);
  EXPECT_EQ(group.file, "-");
  EXPECT_EQ(protocol::json_text(group.params), R"({"fade_ms":5,"at_bar":9,"if_rev":3})");
  EXPECT_THROW(parse_arguments({"tx"}), UsageError);
  EXPECT_THROW(parse_arguments({"tx", "-", "--at-bar", "9", "--in-ms", "3"}), UsageError);
}

TEST(Arguments, LoadSaysWhatToDoBeyondTheBudget) {
  EXPECT_EQ(request_of({"load", "a", "/b.nam", "--if-over", "slim"}),
            R"(load {"name":"a","path":"/b.nam","if_over":"slim"})");
  EXPECT_THROW(parse_arguments({"load", "a", "/b.nam", "--if-over", "maybe"}), UsageError);
}

TEST(Arguments, QualityTakesANameAndANumber) {
  EXPECT_EQ(request_of({"quality", "a", "0.5"}), R"(quality {"name":"a","quality":0.5})");
  EXPECT_EQ(request_of({"quality", "a", "1", "--fade-ms", "5"}),
            R"(quality {"name":"a","quality":1,"fade_ms":5})");
  EXPECT_THROW(parse_arguments({"quality", "a"}), UsageError);
  EXPECT_THROW(parse_arguments({"quality", "a", "full"}), UsageError);
}

TEST(Arguments, WhatWaitsIsListedAndCancelled) {
  EXPECT_EQ(request_of({"pending"}), "pending {}");
  EXPECT_EQ(request_of({"cancel", "3"}), R"(cancel {"id":3})");
  EXPECT_EQ(request_of({"cancel", "--all"}), R"(cancel {"all":true})");
  for (const auto& wrong :
       {std::vector<std::string>{"cancel"}, {"cancel", "3", "--all"}, {"cancel", "three"}})
    EXPECT_THROW(parse_arguments(wrong), UsageError) << wrong.back();
}

TEST(Arguments, BypassKnowsThreeWords) {
  EXPECT_EQ(request_of({"bypass", "on"}), R"(bypass {"on":true})");
  EXPECT_EQ(request_of({"bypass", "off"}), R"(bypass {"on":false})");
  EXPECT_EQ(request_of({"bypass", "toggle"}), R"(bypass {"on":"toggle"})");
  EXPECT_THROW(parse_arguments({"bypass", "maybe"}), UsageError);
}

TEST(Arguments, SetReadsKeysAndValues) {
  EXPECT_EQ(request_of({"set", "output_db=-6", "level_mode=raw", "fade_ms=+2.5"}),
            R"(set {"output_db":-6,"level_mode":"raw","fade_ms":2.5})");
  EXPECT_THROW(parse_arguments({"set", "output_db"}), UsageError);
  EXPECT_THROW(parse_arguments({"set", "=3"}), UsageError);
  EXPECT_THROW(parse_arguments({"set", "input_db=1", "input_db=2"}), UsageError);
  EXPECT_THROW(parse_arguments({"set"}), UsageError);
}

TEST(Arguments, TheDaemonJudgesTheValuesOfSettings) {
  EXPECT_EQ(parse_setting("output_db=loud")->value, "loud");
  EXPECT_EQ(parse_setting("level_mode=3")->value, "3");
  EXPECT_EQ(parse_setting("mix=0.5")->value, 0.5);
  EXPECT_EQ(parse_setting("input_db=nan")->value, "nan");
  EXPECT_EQ(parse_setting("input_db=1e999")->value, "1e999");
}

TEST(Arguments, TheOthersMapToTheirMethods) {
  EXPECT_EQ(request_of({"unload", "a"}), R"(unload {"name":"a"})");
  EXPECT_EQ(request_of({"list"}), "list {}");
  EXPECT_EQ(request_of({"models"}), "models {}");
  EXPECT_EQ(request_of({"models", "crunch", "jcm 800", "--dir", "amps", "--limit", "5"}),
            R"(models {"query":"crunch jcm 800","dir":"amps","limit":5})");
  EXPECT_EQ(request_of({"status"}), "status {}");
  EXPECT_EQ(request_of({"get"}), "get {}");
  EXPECT_EQ(request_of({"get", "fade_ms"}), R"(get {"key":"fade_ms"})");
  EXPECT_EQ(request_of({"hello"}), "hello {}");
  EXPECT_EQ(request_of({"ping"}), "ping {}");
}

TEST(Arguments, CallTakesAnyMethodAndAJsonObject) {
  const auto call = std::get<RemoteCall>(parse_arguments({"call", "new.method", R"({"a":[1]})"}).action);
  EXPECT_EQ(call.method, "new.method");
  EXPECT_EQ(protocol::json_text(call.params), R"({"a":[1]})");
  EXPECT_TRUE(call.is_raw);
  EXPECT_THROW(parse_arguments({"call", "swap", "{"}), UsageError);
  EXPECT_THROW(parse_arguments({"call", "swap", "[1]"}), UsageError);
}

TEST(Arguments, EventsDefaultToAllTopicsOfState) {
  const auto watch = [](const std::vector<std::string>& arguments) {
    const auto params = std::get<WatchEvents>(parse_arguments(arguments).action).params;
    EXPECT_NO_THROW(protocol::make_request("subscribe", params));
    return protocol::json_text(params);
  };
  EXPECT_EQ(
      watch({"events"}),
      R"({"topics":["swap","faded","bypass","bank","params","scene","midi","jack","problem","xrun","overload","lost"]})");
  EXPECT_EQ(watch({"events", "meters", "--rate", "5"}), R"({"topics":["meters"],"rate_hz":5})");
}

TEST(Arguments, GlobalOptionsMayStandBeforeOrAfterTheCommand) {
  for (const auto& arguments :
       {std::vector<std::string>{"--json", "--socket", "/s", "--timeout", "2", "status"},
        std::vector<std::string>{"status", "--json", "--socket", "/s", "--timeout", "2"},
        std::vector<std::string>{"scene", "list", "--json", "--socket", "/s", "--timeout", "2"}}) {
    const GlobalOptions options = parse_arguments(arguments).options;
    EXPECT_TRUE(options.json);
    EXPECT_EQ(options.socket, "/s");
    EXPECT_EQ(options.timeout_s, 2.0);
  }
}

TEST(Arguments, RenderDefaultsToTheBareModel) {
  const auto render = std::get<RenderFile>(parse_arguments({"render", "m", "i", "o"}).action);
  EXPECT_EQ(render.model, "m");
  EXPECT_EQ(render.input, "i");
  EXPECT_EQ(render.output, "o");
  EXPECT_EQ(render.quality, 1.0);
  EXPECT_EQ(render.options.settings, (SettingChanges{{Setting::level_mode, LevelMode::raw}}));
  EXPECT_EQ(render.options.initial_state, engine::InitialState::prewarmed);
}

TEST(Arguments, RenderPassesItsOptionsOn) {
  const auto render = std::get<RenderFile>(parse_arguments({"render",
                                                            "m",
                                                            "i",
                                                            "o",
                                                            "--block",
                                                            "17",
                                                            "--quality",
                                                            "0.25",
                                                            "--no-prewarm",
                                                            "--level-mode",
                                                            "calibrated",
                                                            "--input-db",
                                                            "-3",
                                                            "--output-db",
                                                            "4.5",
                                                            "--interface-dbu",
                                                            "14",
                                                            "--dc-blocker",
                                                            "on",
                                                            "--trim-latency"})
                                               .action);
  EXPECT_EQ(render.options.block, 17U);
  EXPECT_EQ(render.quality, 0.25);
  EXPECT_EQ(render.options.initial_state, engine::InitialState::zero);
  const SettingChanges settings{{Setting::level_mode, LevelMode::calibrated},
                                {Setting::input_db, -3.0},
                                {Setting::output_db, 4.5},
                                {Setting::interface_dbu, 14.0},
                                {Setting::dc_blocker, AutoSwitch::on}};
  EXPECT_EQ(render.options.settings, settings);
  EXPECT_TRUE(render.options.trim_latency);
  EXPECT_THROW(parse_arguments({"render", "m", "i", "o", "--block", "0"}), UsageError);
  EXPECT_THROW(parse_arguments({"render", "m", "i", "o", "--input-db", "41"}), UsageError);
  EXPECT_THROW(parse_arguments({"render", "m", "i"}), UsageError);
}

TEST(Arguments, RenderTakesEverySettingOfTheSoundAndNoOther) {
  for (std::size_t place = 0; place < kSettings.size(); ++place) {
    const Parameter& row = kSettings[place];
    std::string flag = "--" + std::string(row.name);
    std::ranges::replace(flag, '_', '-');
    const double value = row.greatest();
    const std::string text =
        row.is_number() ? std::to_string(value) : std::string(row.words()[static_cast<std::size_t>(value)]);
    const std::vector<std::string> arguments{"render", "m", "i", "o", flag, text};
    if (!row.is_sound) {
      EXPECT_THROW(parse_arguments(arguments), UsageError) << flag;
      continue;
    }
    const auto render = std::get<RenderFile>(parse_arguments(arguments).action);
    EXPECT_EQ(render.options.settings[place], value) << flag;
  }
  EXPECT_THROW(parse_arguments({"render", "m", "i", "o", "--match", "loud"}), UsageError);
}

TEST(Arguments, SettingsAreWhatTheirRowsSay) {
  constexpr Parameter kMute{.name = "mute", .kind = ParameterKind::boolean};
  EXPECT_EQ(parse_value(&kMute, "true"), true);
  EXPECT_EQ(parse_value(&kMute, "false"), false);
  EXPECT_EQ(parse_value(&kMute, "1"), "1");
  constexpr Parameter kVoices{.name = "voices", .kind = ParameterKind::integer, .min = 1.0, .max = 4.0};
  EXPECT_EQ(parse_value(&kVoices, "+3"), 3.0);
  EXPECT_EQ(parse_value(&kVoices, "many"), "many");
}

TEST(Arguments, BenchRepeatsItsBlocks) {
  const auto bench = std::get<BenchModels>(
      parse_arguments({"bench", "--block", "32", "a", "--block", "64", "b", "--seconds", "0.5"}).action);
  EXPECT_EQ(bench.models, (std::vector<std::filesystem::path>{"a", "b"}));
  EXPECT_EQ(bench.blocks, (std::vector<std::size_t>{32, 64}));
  EXPECT_EQ(bench.seconds, 0.5);
  EXPECT_EQ(std::get<BenchModels>(parse_arguments({"bench"}).action).blocks, (std::vector<std::size_t>{64}));
}

TEST(Arguments, BenchChoosesTheKernels) {
  const std::string target = engine::simd_targets().back();
  const auto bench =
      std::get<BenchModels>(parse_arguments({"bench", "--target", target, "--general", "a"}).action);
  EXPECT_EQ(bench.target, target);
  EXPECT_TRUE(bench.general);
  const auto plain = std::get<BenchModels>(parse_arguments({"bench"}).action);
  EXPECT_EQ(plain.target, "");
  EXPECT_FALSE(plain.general);
  EXPECT_THROW(parse_arguments({"bench", "--target", "MMX"}), UsageError);
  EXPECT_THROW(parse_arguments({"bench", "--general", "--compare", "a.json", "b.json"}), UsageError);
}

TEST(Arguments, BenchComparesTwoFilesAndThenMeasuresNothing) {
  const auto compare =
      std::get<CompareBench>(parse_arguments({"bench", "--compare", "a.json", "b.json"}).action);
  EXPECT_EQ(compare.before, "a.json");
  EXPECT_EQ(compare.after, "b.json");
  EXPECT_THROW(parse_arguments({"bench", "--compare", "a.json"}), UsageError);
  EXPECT_THROW(parse_arguments({"bench", "--block", "64", "--compare", "a.json", "b.json"}), UsageError);
}

TEST(Arguments, EveryCommandHasHelpWithAnExample) {
  for (const char* command : {"midi",   "load",    "swap", "quality", "bypass", "unload", "list",
                              "status", "set",     "get",  "events",  "call",   "hello",  "ping",
                              "scene",  "setlist", "tx",   "inspect", "render", "bench",  "completion"}) {
    const auto help = std::get<PrintText>(parse_arguments({command, "--help"}).action).text;
    const std::size_t examples = help.find("Examples:\n");
    ASSERT_NE(examples, std::string::npos) << command;
    EXPECT_NE(help.find(command, examples), std::string::npos) << command;
  }
}

TEST(Arguments, WhatIsUnknownIsNamedWithTheNearest) {
  const auto fault_of = [](const std::vector<std::string>& arguments) -> std::string {
    try {
      parse_arguments(arguments);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(fault_of({"swpa", "x"}), R"(no command "swpa"; did you mean "swap"?)");
  EXPECT_EQ(fault_of({"scene", "recal", "x"}), R"(scene has no "recal"; did you mean "recall"?)");
  EXPECT_EQ(fault_of({"setlist", "fly"}), R"(setlist has no "fly"; it has save, use, list and delete)");
  EXPECT_EQ(fault_of({"swap", "--fadems", "5"}),
            R"(swap has no option "--fadems"; did you mean "--fade-ms"?)");
  EXPECT_EQ(fault_of({"bypass", "togle"}),
            R"(bypass: STATE: expected on, off or toggle, found "togle"; did you mean "toggle"?)");
  EXPECT_EQ(
      fault_of({"midi", "map", "ntoe", "3", "next"}),
      R"(midi map: MESSAGE: expected note, control, program, cc or pc, found "ntoe"; did you mean "note"?)");
  EXPECT_EQ(fault_of({"render", "m.nam"}),
            "render: IN and OUT are missing; usage: namrack render [OPTIONS] MODEL IN OUT or "
            "namrack render [OPTIONS] --script SCRIPT IN OUT");
  EXPECT_THROW(parse_arguments({"render", "--script", "s", "m", "i", "o"}), UsageError);
}

TEST(Arguments, RenderWritesWavFilesOnly) {
  for (const char* const name : {"o.wav", "o.WAV", "o.wave", "a.b/o"})
    EXPECT_NO_THROW(parse_arguments({"render", "m", "i", name})) << name;
  for (const char* const name : {"o.mp3", "o.flac", "o.nam", "o.wav.bak"})
    EXPECT_THROW(parse_arguments({"render", "m", "i", name}), UsageError) << name;
  EXPECT_THROW(parse_arguments({"render", "--script", "s", "i", "o.mp3"}), UsageError);
}

TEST(Arguments, WhatIsNotUtf8IsRefusedAtTheDoorWithItsByte) {
  try {
    parse_arguments({"load", "a", "Caf\xE9.nam"});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_STREQ(
        error.what(),
        R"("Caf?.nam" is not UTF-8: byte 0xE9 at position 4; rename the file, for example with convmv)");
  }
}

TEST(Arguments, EveryMethodWithADotIsAVerbThatHasHelpWithAnExample) {
  for (const std::string_view method : protocol::command_names()) {
    const std::size_t dot = method.find('.');
    if (dot == std::string_view::npos) continue;
    const std::string family(method.substr(0, dot));
    const std::string verb(method.substr(dot + 1));
    const auto help = std::get<PrintText>(parse_arguments({family, verb, "--help"}).action).text;
    EXPECT_NE(help.find("Usage: namrack " + family + ' ' + verb), std::string::npos) << method;
    EXPECT_EQ(help.find("TEXT"), std::string::npos) << method << ": an argument's name says what it is";
    const std::size_t examples = help.find("Examples:\n");
    ASSERT_NE(examples, std::string::npos) << method;
    EXPECT_NE(help.find("namrack " + family + ' ' + verb, examples), std::string::npos) << method;
  }
}

TEST(Arguments, NothingAndNonsenseAreUsageErrorsOfOneLine) {
  for (const auto& arguments :
       {std::vector<std::string>{}, std::vector<std::string>{"fly"},
        std::vector<std::string>{"status", "--fast"}, std::vector<std::string>{"--socket"}}) {
    try {
      parse_arguments(arguments);
      FAIL() << "accepted";
    } catch (const UsageError& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace namrack::cli

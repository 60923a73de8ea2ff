#include "player/state/state_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>

#include "player/state/durable_file.h"
#include "protocol/wire/json_text.h"
#include "tests/common/temporary_folder.h"

namespace namrack::player {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

SavedState example() {
  SavedState state;
  state.bank = {{"clean", "/m/clean.nam", 1.0}, {"lead \"1\"", "/m/ü.nam", 0.5}};
  state.current = "clean";
  state.bypass = true;
  state.settings.set(Setting::output_db, -7.25);
  state.settings.set(Setting::level_mode, LevelMode::calibrated);
  state.settings.set(Setting::dc_blocker, AutoSwitch::off);
  state.settings.set(Setting::fade_ms, 100.0);
  state.scenes.save({.name = "verse"});
  state.scenes.save({.name = "chorus"});
  return state;
}

// What is read after `spoil` has changed the document.
template <typename Spoil>
RestoredState spoiled(const Spoil& spoil) {
  const test::TemporaryFolder folder;
  json::object document = to_json(example());
  spoil(document);
  StateStore store(folder.write("state.json", protocol::json_text(document)));
  return store.read().value();
}

TEST(StateStore, ReadsBackWhatItWrote) {
  const test::TemporaryFolder folder;
  StateStore store(folder.path() / "new" / "folder" / "state.json");
  EXPECT_FALSE(store.read());
  store.write(example());
  const RestoredState restored = store.read().value();
  EXPECT_EQ(restored.state, example());
  EXPECT_TRUE(restored.lost.empty());
  SavedState other = example();
  other.current.reset();
  other.bank.clear();
  store.write(other);
  EXPECT_EQ(store.read()->state, other);
  EXPECT_EQ(std::distance(fs::directory_iterator(store.file().parent_path()), {}), 1)
      << "a temporary file is left";
}

TEST(StateStore, ABrokenFileIsKeptAsideAndNoOlderOneIsOverwritten) {
  const test::TemporaryFolder folder;
  StateStore store(folder.path() / "state.json");
  std::size_t kept = 0;
  for (const char* text : {"", "{", "[]", "null", "{\"format\":1}"}) {
    folder.write("state.json", text);
    const RestoredState restored = store.read().value();
    EXPECT_FALSE(restored.lost.empty()) << text;
    EXPECT_EQ(test::read_file(restored.aside), text);
    EXPECT_EQ(test::read_file(store.file()), text) << "until it is written over, it stays";
    EXPECT_EQ(store.read()->aside, restored.aside) << "the same one is kept once";
    EXPECT_TRUE(store.may_write());
    ++kept;
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}),
              static_cast<std::ptrdiff_t>(kept + 1));
  }
}

TEST(StateStore, AWrongElementCostsThatElementAlone) {
  const SavedState whole = example();
  const auto expect_one_lost = [&](const RestoredState& restored, const std::string& what) {
    ASSERT_EQ(restored.lost.size(), 1U) << what;
    EXPECT_EQ(restored.lost[0].rfind(what, 0), 0U) << restored.lost[0];
    EXPECT_EQ(restored.lost[0].find("boost"), std::string::npos) << restored.lost[0];
    EXPECT_EQ(restored.state.scenes.scenes().size(), what.starts_with("scene") ? 1U : 2U) << what;
    EXPECT_EQ(restored.state.settings[Setting::fade_ms], 100.0) << what;
  };
  for (const json::value& wrong :
       {json::value(7), json::value(nullptr), json::value(json::array{}), json::value("x")}) {
    RestoredState r = spoiled([&](json::object& d) { d["bank"].as_array()[0] = wrong; });
    expect_one_lost(r, "model: ");
    ASSERT_EQ(r.state.bank.size(), 1U);
    EXPECT_EQ(r.state.bank[0], whole.bank[1]);
    expect_one_lost(
        spoiled([&](json::object& d) { d["bank"] = wrong == json::array{} ? json::value(1) : wrong; }),
        "all models: ");
    expect_one_lost(spoiled([&](json::object& d) { d["bypass"] = wrong; }), "bypass: ");
    expect_one_lost(spoiled([&](json::object& d) { d["midi"] = wrong; }), "the MIDI map: ");
    expect_one_lost(spoiled([&](json::object& d) { d["params"].as_object()["level_mode"] = wrong; }),
                    "setting level_mode: ");
    expect_one_lost(
        spoiled([&](json::object& d) { d["scenes"].as_object()["scenes"].as_array()[0] = wrong; }),
        "scene: ");
    expect_one_lost(spoiled([&](json::object& d) { d["scenes"].as_object()["setlists"] = wrong; }),
                    "all setlists: ");
  }
  expect_one_lost(spoiled([](json::object& d) { d["current"] = 3; }), "what played: ");
  expect_one_lost(spoiled([](json::object& d) { d["bank"].as_array()[0].as_object()["quality"] = 2; }),
                  "model \"clean\": quality must be ");
  expect_one_lost(spoiled([](json::object& d) { d["params"].as_object()["colour"] = 2; }),
                  "setting colour: ");
  expect_one_lost(spoiled([](json::object& d) { d.erase("format"); }), "the number of the format");
}

TEST(StateStore, AValueOutOfRangeKeepsItsDefault) {
  const SavedState state = spoiled([](json::object& document) {
                             auto& params = document.at("params").as_object();
                             params["output_db"] = 1e9;
                             params["level_mode"] = "loud";
                             params["input_db"] = "7";
                           }).state;
  EXPECT_EQ(state.settings[Setting::output_db], Settings()[Setting::output_db]);
  EXPECT_EQ(state.settings[Setting::level_mode], Settings()[Setting::level_mode]);
  EXPECT_EQ(state.settings[Setting::input_db], Settings()[Setting::input_db]);
  EXPECT_EQ(state.settings[Setting::fade_ms], 100.0);
}

TEST(StateStore, NamesOfFilesThatAreNotUtf8CostNothingElse) {
  const test::TemporaryFolder folder;
  SavedState state = example();
  state.bank[0].path = "/m/caf\xE9.nam";
  StateStore store(folder.path() / "state.json");
  store.write(state);
  state.bank[0].path = "/m/caf\\xE9.nam";
  EXPECT_EQ(store.read()->state, state);
  EXPECT_TRUE(store.read()->lost.empty()) << "what is written can be read";
  // As version 0.1 wrote it.
  std::string raw = test::read_file(store.file());
  raw.replace(raw.find("\\\\xE9"), 5, "\xE9");
  folder.write("state.json", raw);
  EXPECT_EQ(store.read()->state, state);
  EXPECT_EQ(store.read()->lost.size(), 1U);
}

TEST(StateStore, ANewerVersionsFileIsLeftAsItIs) {
  const test::TemporaryFolder folder;
  StateStore store(folder.write("state.json", R"({"format":2,"bank":{}})"));
  EXPECT_TRUE(store.read()->is_newer);
  EXPECT_FALSE(store.may_write());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST(StateStore, ADamagedFileThatCannotBeKeptAsideIsNotWrittenOver) {
  StateStore store("/proc/self/comm");  // a file beside which nothing can be made
  EXPECT_FALSE(store.read()->lost.empty());
  EXPECT_FALSE(store.may_write());
}

TEST(StateStore, WhatIsNoFileIsRefusedWithoutWaiting) {
  const test::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  fs::create_symlink("loop", folder.path() / "loop");
  folder.write("file", "");
  fs::resize_file(folder.file("file"), StateStore::kMaxBytes + 1);
  const std::pair<std::string, std::string> cases[] = {
      {folder.path().string(), "is a folder, not a file"},
      {folder.file("pipe"), "is a pipe, not a file"},
      {"/dev/zero", "is a device, not a file"},
      {"/dev/full", "is a device, not a file"},
      {"/proc/self/mem", "Input/output error"},
      {folder.file("loop"), "Too many levels of symbolic links"},
      {folder.file("file/below"), "Not a directory"},
      {folder.file("file"), "is larger than 64 MiB"}};
  for (const auto& [path, reason] : cases) {
    try {
      StateStore(path).read();
      ADD_FAILURE() << path;
    } catch (const UnusableFile& error) {
      EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
      EXPECT_FALSE(error.is_permission());
    }
  }
}

TEST(StateStore, ALinkStaysAndTheFileThatItNamesIsReplaced) {
  const test::TemporaryFolder folder;
  fs::create_directory(folder.path() / "real");
  fs::create_symlink("real/state.json", folder.path() / "inner");
  fs::create_symlink(folder.path() / "inner", folder.path() / "state.json");
  StateStore store(folder.path() / "state.json");
  for (int i = 0; i < 2; ++i) {  // the first time it names nothing yet
    store.write(example());
    EXPECT_TRUE(fs::is_symlink(store.file()));
    EXPECT_TRUE(fs::is_symlink(folder.path() / "inner"));
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(folder.path() / "real/state.json")));
    EXPECT_EQ(store.read()->state, example());
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path() / "real"), {}), 1);
}

TEST(StateStore, WhateverHasTheNameOfTheTemporaryFileIsNotWrittenThrough) {
  const test::TemporaryFolder folder;
  const std::string precious = folder.write("precious", "text");
  StateStore store(folder.path() / "state.json");
  fs::create_symlink(precious, folder.path() / "state.json.new");
  store.write(example());
  EXPECT_EQ(test::read_file(precious), "text");
  folder.write("state.json.new", "left by a crash");
  store.write(example());
  fs::create_directory(folder.path() / "state.json.new");
  EXPECT_THROW(store.write({}), std::system_error);
  EXPECT_EQ(store.read()->state, example());
}

TEST(StateStore, KeepsTheModeThatTheFileHas) {
  const test::TemporaryFolder folder;
  StateStore store(folder.path() / "state.json");
  store.write(example());
  fs::permissions(store.file(), fs::perms::owner_read | fs::perms::owner_write);
  store.write(example());
  EXPECT_EQ(fs::status(store.file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(StateStore, AFolderThatCannotBeMadeIsAnError) {
  EXPECT_THROW(StateStore("/proc/namrack/state.json").write(example()), std::system_error);
}

}  // namespace
}  // namespace namrack::player

#include "player/state_store.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/common/temporary_folder.h"

namespace namrack::player {
namespace {

namespace fs = std::filesystem;

SavedState example() {
  SavedState state;
  state.bank = {{"clean", "/m/clean.nam", 1.0}, {"lead \"1\"", "/m/ü.nam", 0.5}};
  state.current = "clean";
  state.bypass = true;
  state.settings.output_db = -7.25;
  state.settings.level_mode = protocol::LevelMode::calibrated;
  state.settings.dc_blocker = protocol::AutoSwitch::off;
  state.settings.fade_ms = 100.0;
  return state;
}

TEST(StateStore, ReadsBackWhatItWrote) {
  const test::TemporaryFolder folder;
  const StateStore store(folder.path() / "new" / "folder" / "state.json");
  EXPECT_FALSE(store.read());
  store.write(example());
  EXPECT_EQ(store.read(), example());
  SavedState other = example();
  other.current.reset();
  other.bank.clear();
  store.write(other);
  EXPECT_EQ(store.read(), other);
  EXPECT_EQ(std::distance(fs::directory_iterator(store.file().parent_path()), {}), 1)
      << "a temporary file is left";
}

TEST(StateStore, ABrokenFileIsSetAsideNotLost) {
  const test::TemporaryFolder folder;
  const StateStore store(folder.path() / "state.json");
  for (const char* text : {"", "{", "[]", "{\"format\":1}", "{\"format\":2,\"bank\":[]}",
                           "{\"format\":1,\"bank\":[7],\"current\":null,\"bypass\":false,\"params\":{}}"}) {
    folder.write("state.json", text);
    EXPECT_FALSE(store.read()) << text;
    EXPECT_FALSE(fs::exists(store.file())) << text;
    EXPECT_TRUE(fs::exists(folder.path() / "state.json.corrupt"));
  }
}

TEST(StateStore, AValueOutOfRangeKeepsItsDefault) {
  auto document = to_json(example());
  auto& params = document.at("params").as_object();
  params["output_db"] = 1e9;
  params["level_mode"] = "loud";
  params["input_db"] = "7";
  const SavedState state = saved_state_from_json(document);
  EXPECT_EQ(state.settings.output_db, protocol::Settings{}.output_db);
  EXPECT_EQ(state.settings.level_mode, protocol::Settings{}.level_mode);
  EXPECT_EQ(state.settings.input_db, protocol::Settings{}.input_db);
  EXPECT_EQ(state.settings.fade_ms, 100.0);
}

TEST(StateStore, AFolderThatCannotBeMadeIsAnError) {
  EXPECT_THROW(StateStore("/proc/namrack/state.json").write(example()), std::system_error);
}

}  // namespace
}  // namespace namrack::player

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/text/result_text.h"
#include "tests/cli/plain_style.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

const json::object kSwap{{"name", "lead"},     {"previous", "clean"}, {"frame", 480000},
                         {"fade_frames", 960}, {"gap_frames", 0},     {"applied", true}};

TEST(SceneText, SavingTellsWhatWasSaved) {
  json::object result{{"scene", {{"name", "solo"}, {"model", "lead"}, {"quality", 0.4}, {"bypass", false}}},
                      {"replaced", false}};
  EXPECT_EQ(result_text("scene.save", result, kPlain), "saved scene solo: lead, quality 0.4, bypass off\n");
  result["replaced"] = true;
  result["scene"] = {{"name", "dry"}, {"model", nullptr}, {"quality", nullptr}, {"bypass", true}};
  EXPECT_EQ(result_text("scene.save", result, kPlain), "replaced scene dry: the dry signal, bypass on\n");
}

TEST(SceneText, RecallingIsOneLineWithTheSwapInIt) {
  json::object result{{"scene", "solo"}, {"next", "verse"}, {"swap", kSwap},
                      {"bypass", false}, {"frame", 480000}, {"applied", true}};
  for (const char* const method : {"scene.recall", "scene.next", "scene.prev"}) {
    EXPECT_EQ(result_text(method, result, kPlain),
              "scene solo: lead at frame 480000, after clean, crossfade 960 frames, no gap; bypass off; "
              "next: verse\n");
  }
  result["swap"] = nullptr;
  result["next"] = nullptr;
  result["bypass"] = true;
  EXPECT_EQ(result_text("scene.recall", result, kPlain), "scene solo at frame 480000; bypass on\n");
  result["frame"] = nullptr;
  result["applied"] = false;
  EXPECT_EQ(result_text("scene.recall", result, kPlain),
            "scene solo, applied when JACK is back; bypass on\n");
}

TEST(SceneText, ScenesAreATableThatMarksTheCurrentOne) {
  const json::object result{
      {"current", "solo"},
      {"next", "verse"},
      {"setlist", "tour"},
      {"scenes",
       {{{"name", "verse"}, {"model", nullptr}, {"quality", nullptr}, {"bypass", true}, {"warm", true}},
        {{"name", "solo"},
         {"model", "lead"},
         {"quality", 0.4},
         {"bypass", false},
         {"current", true},
         {"warm", false}}}}};
  EXPECT_EQ(result_text("scene.list", result, kPlain),
            "   SCENE  MODEL           QUALITY  BYPASS  WARM\n"
            "   verse  the dry signal        -  on      yes\n"
            "▶  solo   lead                0.4  off     no\n"
            "next: verse, setlist: tour\n");
  EXPECT_EQ(result_text("scene.list", {{"scenes", json::array{}}}, kPlain), "no scenes\n");
}

TEST(SceneText, WithoutASetlistAllScenesAreInUse) {
  const json::object scenes{{"next", nullptr}, {"setlist", nullptr}, {"scenes", {{{"name", "a"}}}}};
  EXPECT_THAT(result_text("scene.list", scenes, kPlain),
              HasSubstr("next: -, setlist: all scenes, as saved\n"));
  const json::object setlists{{"current", nullptr}, {"setlists", {{{"name", "tour"}, {"scenes", {"a"}}}}}};
  EXPECT_EQ(result_text("setlist.list", setlists, kPlain),
            "  SETLIST  SCENES\n"
            "  tour     a\n"
            "in use: all scenes, as saved\n");
}

TEST(SceneText, SetlistsAreATableThatMarksTheOneInUse) {
  const json::object result{
      {"current", "tour"},
      {"setlists", {{{"name", "club"}, {"scenes", {"a"}}}, {{"name", "tour"}, {"scenes", {"a", "b", "a"}}}}}};
  EXPECT_EQ(result_text("setlist.list", result, kPlain),
            "   SETLIST  SCENES\n"
            "   club     a\n"
            "▶  tour     a, b, a\n");
  EXPECT_EQ(result_text("setlist.list", {{"setlists", json::array{}}}, kPlain), "no setlists\n");
}

TEST(SceneText, TheOthersSayThatItIsDone) {
  const auto done = [](std::string_view method, const json::object& params) {
    return result_text(method, {{"rev", 3}}, kPlain, {.params = params});
  };
  EXPECT_EQ(done("scene.delete", {{"name", "solo"}}), "deleted scene solo\n");
  EXPECT_EQ(done("scene.rename", {{"name", "solo"}, {"to", "lead"}}), "renamed scene solo to lead\n");
  EXPECT_EQ(done("setlist.save", {{"name", "tour"}, {"scenes", {"intro", "solo"}}}),
            "saved setlist tour: intro, solo\n");
  EXPECT_EQ(done("setlist.use", {{"name", "tour"}}), "setlist tour in use\n");
  EXPECT_EQ(done("setlist.use", {{"name", nullptr}}), "no setlist in use: all scenes, as saved\n");
  EXPECT_EQ(done("setlist.delete", {{"name", "tour"}}), "deleted setlist tour\n");
  EXPECT_EQ(done("unload", {{"name", "lead"}}), "unloaded lead\n");
}

TEST(SceneText, AGroupTellsWhatItDid) {
  json::object result{{"loaded", {{{"name", "a"}}, {{"name", "lead"}}}},
                      {"swap", kSwap},
                      {"bypass", false},
                      {"frame", 480000},
                      {"applied", true}};
  EXPECT_EQ(result_text("tx", result, kPlain),
            "loaded a, lead; lead at frame 480000, after clean, crossfade 960 frames, no gap; bypass off\n");
  result["loaded"] = json::array{};
  result["swap"] = nullptr;
  EXPECT_EQ(result_text("tx", result, kPlain), "bypass off at frame 480000\n");
}

TEST(SceneText, TheStatusShowsTheSceneWhereThereIsOne) {
  json::object status{{"scene", {{"current", "solo"}, {"next", "verse"}, {"setlist", "tour"}}}};
  EXPECT_THAT(result_text("status", status, kPlain),
              HasSubstr("scene     solo, next: verse, setlist: tour\n"));
  status["scene"] = {{"current", nullptr}, {"next", "verse"}, {"setlist", nullptr}};
  EXPECT_THAT(result_text("status", status, kPlain), HasSubstr("scene     next: verse\n"));
  status["scene"] = {{"current", nullptr}, {"next", nullptr}, {"setlist", nullptr}};
  EXPECT_THAT(result_text("status", status, kPlain), Not(HasSubstr("scene")));
}

TEST(SceneText, NamesCannotControlTheTerminal) {
  const json::object scene{{"name", "a\x1b[2J"}, {"model", "b\x1b[2J"}};
  for (const std::string& text :
       {result_text("scene.save", {{"scene", scene}}, kPlain),
        result_text("scene.recall", {{"scene", "a\x1b[2J"}, {"next", "b\x1b[2J"}}, kPlain),
        result_text("scene.list", {{"scenes", {scene}}, {"next", "a\x1b[2J"}, {"setlist", "\x1b"}}, kPlain),
        result_text("setlist.list", {{"setlists", {scene}}}, kPlain),
        result_text("tx", {{"loaded", {scene}}}, kPlain),
        result_text("status", {{"scene", {{"current", "a\x1b[2J"}}}}, kPlain)}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  }
}

}  // namespace
}  // namespace namrack::cli

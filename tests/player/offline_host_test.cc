#include "player/offline_host.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>

#include "engine/offline/render.h"
#include "protocol/script.h"
#include "tests/common/model_path.h"

namespace namrack::player {
namespace {

namespace json = boost::json;

constexpr double kRate = 48000.0;

std::vector<float> tone(std::size_t frames) {
  std::vector<float> x(frames);
  for (std::size_t t = 0; t < frames; ++t) x[t] = 0.3F * std::sin(0.0144F * static_cast<float>(t));
  return x;
}

std::string load_line(const std::string& name, const std::string& model) {
  return json::serialize(json::object{{"method", "load"},
                                      {"params", {{"name", name}, {"path", test::model_path(model)}}}}) +
         "\n";
}

std::vector<float> play(const std::string& text, const std::vector<float>& in, std::size_t block = 256,
                        std::vector<json::object>* answers = nullptr) {
  OfflineHost host(kRate, block);
  return host.play(protocol::read_script(text, kRate), in,
                   [&](const protocol::ScriptLine& /*line*/, const json::object& result) {
                     if (answers != nullptr) answers->push_back(result);
                   },
                   {});
}

std::vector<float> rendered(const std::string& model, const std::vector<float>& in) {
  return engine::render(engine::Model::load(test::model_path(model)), in, kRate);
}

const std::string kRaw = R"({"method":"set","params":{"level_mode":"raw"}}
)";

TEST(OfflineHost, WithoutLinesTheInputPasses) {
  const std::vector<float> in = tone(5000);
  EXPECT_EQ(play("", in), in);
}

TEST(OfflineHost, AModelThatIsSetUpPlaysFromTheFirstSampleAsRenderDoes) {
  const std::vector<float> in = tone(20000);
  const std::string script = load_line("a", "a1_nano") + kRaw + R"({"method":"swap","params":{"name":"a"}})";
  EXPECT_EQ(play(script, in), rendered("a1_nano", in));
}

TEST(OfflineHost, AModelThatJoinsLaterSoundsAsIfItHadAlwaysPlayed) {
  const std::vector<float> in = tone(40000);
  std::vector<json::object> answers;
  const std::vector<float> heard =
      play(load_line("a", "a1_nano") + kRaw +
               R"({"at_frame":20001,"method":"swap","params":{"name":"a","fade_ms":10}})",
           in, 300, &answers);
  const std::vector<float> model = rendered("a1_nano", in);
  for (std::size_t t = 0; t < 20001; ++t) ASSERT_EQ(heard[t], in[t]) << t;
  for (std::size_t t = 20481; t < in.size(); ++t) ASSERT_EQ(heard[t], model[t]) << t;
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[2].at("skipped_frames").to_number<int>(), 0);
  EXPECT_EQ(answers[2].at("frame"), answers[2].at("requested_frame"));
}

TEST(OfflineHost, BlocksDoNotChangeWhatIsHeard) {
  const std::vector<float> in = tone(30000);
  const std::string script = load_line("a", "a1_nano") + load_line("b", "lstm_2x8") +
                             R"({"method":"swap","params":{"name":"a"}}
{"at_ms":100.3,"method":"swap","params":{"name":"b"}}
{"at_ms":105,"method":"set","params":{"input_db":6,"output_db":-3}}
{"at_ms":250,"method":"tx","params":{"operations":[{"method":"swap","params":{"name":null}},{"method":"bypass","params":{"on":true}}]}}
{"at_ms":400,"method":"quality","params":{"name":"a","quality":1}}
{"at_ms":500,"method":"bypass","params":{"on":"toggle"}})";
  const std::vector<float> heard = play(script, in, 64);
  EXPECT_EQ(play(script, in, 1000), heard);
  EXPECT_EQ(play(script, in, 7), heard);
}

TEST(OfflineHost, ALineThatFailsEndsItAndNamesItself) {
  try {
    play(kRaw + R"({"at_ms":10,"method":"swap","params":{"name":"nobody"}})", tone(5000));
    ADD_FAILURE() << "no error";
  } catch (const protocol::ProtocolError& error) {
    EXPECT_EQ(error.code(), protocol::ErrorCode::not_found);
    EXPECT_EQ(error.message(), "line 2: no model named \"nobody\" is loaded");
  }
}

TEST(OfflineHost, AModelThatIsNotLoadedIsAnsweredWithTheNearest) {
  try {
    play(load_line("lead", "a1_nano") + R"({"at_ms":10,"method":"swap","params":{"name":"laed"}})",
         tone(5000));
    ADD_FAILURE() << "no error";
  } catch (const protocol::ProtocolError& error) {
    EXPECT_EQ(error.message(), "line 2: no model named \"laed\" is loaded; did you mean \"lead\"?");
    EXPECT_EQ(error.data().at("nearest"), "lead");
  }
}

TEST(OfflineHost, LinesBehindTheEndOfTheSoundAreNotCarriedOut) {
  std::vector<json::object> answers;
  play(R"({"at_ms":10,"method":"ping"}
{"at_ms":1000,"method":"ping"})",
       tone(5000), 256, &answers);
  EXPECT_EQ(answers.size(), 1U);
}

TEST(OfflineHost, TheDaemonsDefaultsHold) {
  const std::vector<float> in = tone(48000);
  const std::string script = load_line("a", "a1_nano") + R"({"method":"swap","params":{"name":"a"}})";
  const std::vector<float> heard = play(script, in);
  const std::vector<float> normalized =
      engine::render(engine::Model::load(test::model_path("a1_nano")), in, kRate,
                     {.settings = {{Setting::level_mode, LevelMode::normalized}}});
  EXPECT_EQ(heard, normalized);
  EXPECT_NE(heard, rendered("a1_nano", in)) << "matched in level by the measured loudness";
}

}  // namespace
}  // namespace namrack::player

#include "engine/offline/render.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/audio/paths.h"
#include "engine/model/model.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

using testing::expected_output;
using testing::random_model;
using testing::stimulus;
using testing::worst_error;

TEST(Render, GivesTheBareModelOutputByDefault) {
  const auto model = Model::load(random_model("a1_nano_metadata"));
  EXPECT_LT(worst_error(render(model, stimulus(), 48000.0), expected_output("a1_nano_metadata")), 2e-5);
}

TEST(Render, StartsFromTheFilesStateWhenNotPrewarmed) {
  const auto model = Model::load(random_model("lstm_1x16"));
  const auto out = render(model, stimulus(), 48000.0, {.initial_state = InitialState::zero});
  EXPECT_LT(worst_error(out, expected_output("lstm_1x16.unwarmed")), 2e-4);
}

TEST(Render, TheBlockSizeDoesNotMatter) {
  for (const char* name : {"a1_nano", "a1_nano_44100"}) {
    const auto model = Model::load(random_model(name));
    const auto out = render(model, stimulus(), 48000.0, {.block = 64});
    EXPECT_EQ(render(model, stimulus(), 48000.0, {.block = 5000}), out);
    EXPECT_EQ(render(model, stimulus(), 48000.0, {.block = 1}), out);
  }
}

TEST(Render, GainsAreThereFromTheFirstSample) {
  const auto model = Model::load(random_model("a1_nano"));
  auto expected = expected_output("a1_nano");
  for (float& y : expected) y *= 0.5F;
  const auto out = render(
      model, stimulus(), 48000.0,
      {.settings = {{Setting::output_db, 20.0F * std::log10(0.5F)}, {Setting::level_mode, LevelMode::raw}}});
  EXPECT_LT(worst_error(out, expected), 2e-5);
}

TEST(Render, ResamplingDelaysUnlessTheLatencyIsTrimmed) {
  const auto model = Model::load(random_model("a1_nano_44100"));
  const auto late = render(model, stimulus(), 48000.0);
  const auto trimmed = render(model, stimulus(), 48000.0, {.trim_latency = true});
  const std::size_t latency = make_model_stage(*model, 48000.0)->latency_frames();
  ASSERT_EQ(late.size(), stimulus().size());
  ASSERT_EQ(trimmed.size(), stimulus().size());
  for (std::size_t t = latency; t < late.size(); ++t) ASSERT_EQ(late[t], trimmed[t - latency]);
}

TEST(Render, ProgressEndsAt1) {
  double last = 0.0;
  render(Model::load(random_model("a1_pico")), stimulus(), 48000.0, {}, [&](double done) {
    EXPECT_GT(done, last);
    last = done;
  });
  EXPECT_EQ(last, 1.0);
}

}  // namespace
}  // namespace namrack::engine

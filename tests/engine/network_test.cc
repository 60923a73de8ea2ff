#include "engine/network/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "engine/model/model.h"
#include "tests/engine/json_text.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

TEST(Network, InstancesOfOneModelDoNotDisturbEachOther) {
  for (const char* name : {"a1_nano", "lstm_2x8", "linear_1500"}) {
    const auto model = Model::load(testing::random_model(name));
    const auto first = model->instantiate();
    const auto second = model->instantiate();
    const std::vector<float> in = testing::stimulus();
    std::vector<float> alone(in.size());
    std::vector<float> together(in.size());
    std::vector<float> other(in.size());
    model->instantiate()->process(in.data(), alone.data(), in.size());
    for (std::size_t t = 0; t + 100 <= in.size(); t += 100) {
      first->process(in.data() + t, together.data() + t, 100);
      second->process(in.data() + in.size() - t - 100, other.data() + t, 100);
    }
    EXPECT_EQ(together, alone) << name;
  }
}

TEST(Network, AnInstanceOutlivesTheModelObjectItCameFrom) {
  for (const char* name : {"a1_nano", "linear_1500"}) {
    auto model = Model::load(testing::random_model(name));
    const auto network = model->instantiate();
    model.reset();
    const std::vector<float> in = testing::stimulus();
    std::vector<float> out(in.size());
    network->process(in.data(), out.data(), in.size());
    EXPECT_LT(testing::worst_error(out, testing::expected_output(name)), 2e-5) << name;
  }
}

TEST(Network, InputAndOutputMayBeTheSameBuffer) {
  for (const char* name : {"a1_feather", "a1_nano", "a2_lite", "lstm_1x8", "linear_1500"}) {
    const auto model = Model::load(testing::random_model(name));
    std::vector<float> apart(testing::stimulus().size());
    model->instantiate()->process(testing::stimulus().data(), apart.data(), apart.size());
    for (const std::size_t block : {std::size_t{7}, std::size_t{16}, apart.size()}) {
      std::vector<float> in_place = testing::stimulus();
      const auto network = model->instantiate();
      for (std::size_t t = 0; t < apart.size(); t += block)
        network->process(&in_place[t], &in_place[t], std::min(block, apart.size() - t));
      EXPECT_EQ(in_place, apart) << name << ", blocks of " << block;
    }
  }
}

TEST(Network, NothingIsWrittenBehindTheOutput) {
  constexpr float kUntouched = 12345.0F;
  for (const char* name :
       {"a1_nano", "a1_standard", "a2_lite", "opt_post_stack_head", "lstm_1x8", "linear_64"}) {
    const auto network = Model::load(testing::random_model(name))->instantiate();
    for (const std::size_t block : {1, 7, 16, 33, 64, 65}) {
      std::vector<float> out(block + 128, kUntouched);
      network->process(testing::stimulus().data(), out.data(), block);
      EXPECT_EQ(std::count(out.begin(), out.end(), kUntouched), 128) << name << ", block of " << block;
    }
  }
}

// Silence in, the settled constant out: the prewarmed state is the one that silence leads to.
TEST(Network, PrewarmedNetworksRestInSilence) {
  for (const char* name : {"a1_standard", "a1_feather_gated", "a1_revystd", "linear_64"}) {
    const auto network = Model::load(testing::random_model(name))->instantiate();
    const std::vector<float> silence(2000, 0.0F);
    std::vector<float> out(silence.size());
    network->process(silence.data(), out.data(), out.size());
    EXPECT_EQ(out, std::vector<float>(out.size(), out.front())) << name;
  }
}

// An LSTM of unknown rate is not settled after its one sample of prewarm, so that no constant column could
// stand for the past of what it conditions.
TEST(Network, ResetGivesTheStateOfANewInstanceAlsoBehindARecurrentCondition) {
  boost::json::value json = testing::parse_file(testing::random_model("a1_small"));
  boost::json::value lstm = testing::parse_file(testing::random_model("lstm_2x8"));
  lstm.as_object().erase("sample_rate");
  json.as_object().erase("sample_rate");
  json.at("config").as_object()["condition_dsp"] = lstm;
  const std::vector<float> in = testing::stimulus();
  const auto output = [&](Network& network) {
    std::vector<float> out(in.size());
    network.process(in.data(), out.data(), in.size());
    return out;
  };
  const std::string text = boost::json::serialize(json);
  const auto model = Model::parse(text, "conditioned");
  const auto network = model->instantiate();
  const std::vector<float> fresh = output(*network);
  network->reset(InitialState::prewarmed);
  EXPECT_EQ(output(*network), fresh);
  network->reset(InitialState::zero);
  const auto reference = Model::parse(text, "conditioned", {.path = CodePath::reference})->instantiate();
  EXPECT_LT(testing::worst_error(fresh, output(*reference)), 2e-5);
  reference->reset(InitialState::zero);
  EXPECT_LT(testing::worst_error(output(*network), output(*reference)), 2e-5);
}

// Mostly for AddressSanitizer: every kernel, on blocks that end inside and on the edges of tiles.
TEST(Network, EveryShippedModelPlaysBlocksOfAllKinds) {
  for (const auto& entry : std::filesystem::directory_iterator(testing::fixtures() / "models" / "random")) {
    if (entry.path().extension() != ".nam") continue;
    for (const auto path : {CodePath::automatic, CodePath::general}) {
      const auto network = Model::load(entry.path(), {.path = path})->instantiate();
      for (const std::size_t frames : {1, 64, 100, 63, 129}) {
        const std::vector<float> in(frames, 0.3F);  // as large as the block: reading beyond it is seen
        std::vector<float> out(frames);
        network->process(in.data(), out.data(), frames);
        for (const float y : out) ASSERT_TRUE(std::isfinite(y)) << entry.path();
      }
    }
  }
}

}  // namespace
}  // namespace namrack::engine

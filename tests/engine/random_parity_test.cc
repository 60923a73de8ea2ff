// Random models over the whole format against the numpy implementation. fixtures/scripts/random_parity.py
// draws them and computes their outputs when the tests run; a failure names the seed and the index that make
// its case again.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <fstream>
#include <random>

#include "engine/base/model_error.h"
#include "engine/model/model.h"
#include "tests/engine/simd_targets.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

using testing::ScopedTarget;
using testing::simd_targets;
using testing::worst_error;

constexpr double kTolerance = 2e-5;           // of the peak
constexpr double kRecurrentTolerance = 2e-4;  // with an LSTM anywhere in the model
constexpr double kReferenceTolerance = 2e-6;  // double precision, but for what one model hands to another

/// One line of the manifest, and the files that it speaks of.
struct Case {
  std::uint64_t seed = 0;
  std::uint64_t index = 0;
  double quality = 1.0;
  bool recurrent = false;
  InitialState state = InitialState::prewarmed;
  std::string wanted;  // the feature for whose sake it was drawn
  std::filesystem::path model;
  std::vector<float> in, expected;

  double tolerance() const { return recurrent ? kRecurrentTolerance : kTolerance; }
  std::string name() const {
    return "seed " + std::to_string(seed) + ", index " + std::to_string(index) + " (" + wanted + ")";
  }
  /// Null, and a failure, when the engine refuses the model.
  std::shared_ptr<const Model> load(CodePath path) const {
    try {
      return Model::load(model, {.path = path, .quality = quality});
    } catch (const ModelError& error) {
      ADD_FAILURE() << name() << ": " << error.what();
      return nullptr;
    }
  }
};

std::vector<Case> read_cases() {
  const std::filesystem::path folder = NAMRACK_RANDOM_MODELS;
  std::ifstream manifest(folder / "manifest.jsonl");
  std::vector<Case> cases;
  for (std::string line; std::getline(manifest, line);) {
    const boost::json::value facts = boost::json::parse(line);
    Case one;
    one.seed = facts.at("seed").to_number<std::uint64_t>();
    one.index = facts.at("index").to_number<std::uint64_t>();
    one.quality = facts.at("quality").to_number<double>();
    one.recurrent = facts.at("recurrent").as_bool();
    one.state = facts.at("prewarm").as_bool() ? InitialState::prewarmed : InitialState::zero;
    one.wanted = facts.at("wanted").as_string().c_str();
    const std::string stem = std::to_string(one.index);
    one.model = folder / (stem + ".nam");
    one.in = read_sound(folder / (stem + ".in.wav")).samples;
    one.expected = read_sound(folder / (stem + ".out.wav")).samples;
    cases.push_back(std::move(one));
  }
  return cases;
}

/// Block sizes from 1 to 4096 without end: those around a tile's, and any others.
class Blocks {
 public:
  explicit Blocks(const Case& one)
      : random_(static_cast<std::mt19937::result_type>(one.seed * 1'000'003 + one.index)) {}

  std::size_t next() {
    constexpr std::size_t kSpecial[] = {1, 7, 63, 64, 65};
    const std::size_t draw = random_();
    if (draw % 2 == 0) return kSpecial[draw / 2 % std::size(kSpecial)];
    return 1 + random_() % (std::size_t{2} << (draw / 2 % 12));
  }

 private:
  std::mt19937 random_;
};

std::vector<float> run_in_one_block(const Model& model, const Case& one) {
  const auto network = model.instantiate();
  network->reset(one.state);
  std::vector<float> out(one.in.size());
  network->process(one.in.data(), out.data(), out.size());
  return out;
}

std::vector<float> run_in_blocks(const Model& model, const Case& one) {
  const auto network = model.instantiate();
  network->reset(one.state);
  std::vector<float> out(one.in.size());
  Blocks blocks(one);
  for (std::size_t done = 0; done < out.size();) {
    const std::size_t frames = std::min(blocks.next(), out.size() - done);
    network->process(one.in.data() + done, out.data() + done, frames);
    done += frames;
  }
  return out;
}

class RandomParity : public ::testing::Test {
 protected:
  // Nothing to compare is no success.
  void SetUp() override { ASSERT_FALSE(cases_.empty()) << "no models in " << NAMRACK_RANDOM_MODELS; }

  std::vector<Case> cases_ = read_cases();
};

TEST_F(RandomParity, ReferencePathEqualsTheIndependentOutput) {
  for (const Case& one : cases_) {
    const auto model = one.load(CodePath::reference);
    if (model == nullptr) continue;
    const double error = worst_error(run_in_blocks(*model, one), one.expected);
    EXPECT_LT(error, kReferenceTolerance) << one.name();
  }
}

TEST_F(RandomParity, EverySimdTargetAndPathEqualsTheIndependentOutput) {
  double worst[2] = {0.0, 0.0};
  for (const std::int64_t target : simd_targets()) {
    const ScopedTarget scoped(target);
    for (const auto path : {CodePath::automatic, CodePath::general}) {
      for (const Case& one : cases_) {
        const auto model = one.load(path);
        if (model == nullptr) continue;
        EXPECT_EQ(model->target(), hwy::TargetName(target));
        const double error = worst_error(run_in_blocks(*model, one), one.expected);
        EXPECT_LT(error, one.tolerance()) << one.name() << " on " << model->target();
        worst[one.recurrent ? 1 : 0] = std::max(worst[one.recurrent ? 1 : 0], error);
      }
    }
  }
  std::cout << cases_.size() << " models, worst error " << worst[0] << " of the peak, " << worst[1]
            << " with an LSTM\n";
}

TEST_F(RandomParity, OutputIsTheSameBitForBitHoweverTheStreamIsCut) {
  for (const std::int64_t target : simd_targets()) {
    const ScopedTarget scoped(target);
    for (const Case& one : cases_) {
      const auto model = one.load(CodePath::automatic);
      if (model == nullptr) continue;
      EXPECT_EQ(run_in_blocks(*model, one), run_in_one_block(*model, one))
          << one.name() << " on " << model->target();
    }
  }
}

}  // namespace
}  // namespace namrack::engine

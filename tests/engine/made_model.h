#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/engine/test_files.h"

namespace namrack::engine::testing {

/// The weights of a model that a test makes up, the same for the same seed.
class MadeWeights {
 public:
  explicit MadeWeights(std::size_t seed) : random_(static_cast<std::mt19937::result_type>(seed)) {}
  /// `count` more, of up to `size` in magnitude.
  void add(std::size_t count, double size) {
    for (std::size_t i = 0; i < count; ++i) weights_.push_back(size * uniform_(random_));
  }
  void add_value(double value) { weights_.push_back(value); }
  const boost::json::array& all() const { return weights_; }

 private:
  std::mt19937 random_;
  std::uniform_real_distribution<double> uniform_{-1.0, 1.0};
  boost::json::array weights_;
};

/// The text of a model file.
inline std::string made_model(const char* version, const char* architecture, boost::json::object config,
                              const MadeWeights& weights) {
  return boost::json::serialize(boost::json::object{{"version", version},
                                                    {"architecture", architecture},
                                                    {"config", std::move(config)},
                                                    {"weights", weights.all()},
                                                    {"sample_rate", 48000}});
}

/// The first frames of the stimulus.
inline std::vector<float> short_stimulus(std::size_t frames) {
  std::vector<float> in = stimulus();
  in.resize(std::min(in.size(), frames));
  return in;
}

}  // namespace namrack::engine::testing

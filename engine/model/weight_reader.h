#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/model/model_error.h"

namespace namrack::engine {

/// A model's weights as its file lists them, and where in the file they stand.
struct FlatWeights {
  std::vector<float> values;
  std::string path;
};

/// Hands out a model's flat weight vector piece by piece. The total is checked first, so that no file can
/// make it read past the end; finish() makes sure that nothing is left over.
class WeightReader {
 public:
  /// Throws ModelError(invalid) unless there are exactly `expected` weights. `weights` must outlive the
  /// reader.
  WeightReader(const FlatWeights& weights, std::uint64_t expected)
      : rest_(weights.values), path_(weights.path) {
    if (rest_.size() != expected) {
      throw ModelError(ModelError::Kind::invalid, path_, std::to_string(expected) + " weights",
                       std::to_string(rest_.size()));
    }
  }

  std::vector<float> take(std::size_t count) {
    if (count > rest_.size()) throw_miscounted();
    std::vector<float> piece(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(count));
    rest_ = rest_.subspan(count);
    return piece;
  }
  float take_one() { return take(1).front(); }

  /// Throws std::logic_error when weights are left: then the count and the reading disagree, which is our
  /// bug.
  void finish() const {
    if (!rest_.empty()) throw_miscounted();
  }

 private:
  [[noreturn]] void throw_miscounted() const {
    throw std::logic_error(path_ + ": the weight count and the reading of the weights disagree");
  }

  std::span<const float> rest_;
  std::string path_;
};

}  // namespace namrack::engine

#pragma once

#include <cstdint>
#include <variant>

#include "engine/model/convnet_config.h"
#include "engine/model/linear_config.h"
#include "engine/model/lstm_config.h"
#include "engine/model/wavenet_config.h"
#include "engine/model/wavenet_weights.h"

namespace namrack::engine {

struct WaveNetDescription {
  WaveNetConfig config;
  WaveNetWeights weights;
};
struct LstmDescription {
  LstmConfig config;
  LstmWeights weights;
  std::uint64_t prewarm_frames = 1;

  NetworkCost cost() const;
};
struct ConvNetDescription {
  ConvNetConfig config;
  ConvNetWeights weights;
};
struct LinearDescription {
  LinearConfig config;
  LinearWeights weights;
};

/// A validated network of any architecture with its weights, independent of how the file spelled it and of
/// how it will be computed.
struct NetworkDescription {
  std::variant<WaveNetDescription, LstmDescription, ConvNetDescription, LinearDescription> network;

  std::size_t out_channels() const;
  /// Whether it has an LSTM in it: then no finite past determines its output exactly.
  bool is_recurrent() const;
  /// Weights that it uses, those of nested models included.
  std::uint64_t weight_count() const;
  std::uint64_t macs_per_sample() const;
  /// Frames; for a recurrent network those that it needs to settle.
  std::uint64_t receptive_field() const;
  NetworkCost cost() const;
};

}  // namespace namrack::engine

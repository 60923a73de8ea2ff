#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "engine/network/description/convnet.h"
#include "engine/network/description/linear.h"
#include "engine/network/description/lstm.h"
#include "engine/network/description/wavenet.h"

namespace namrack::engine {

/// A geometry with its weights. It begins with all matrices in their shapes but without coefficients, so that
/// everything that follows from the geometry is known before a weight is read.
template <class ConfigType, class WeightsType>
struct Described {
  explicit Described(ConfigType geometry) : config(std::move(geometry)), weights(config) {}

  ConfigType config;
  WeightsType weights;
};
using WaveNetDescription = Described<WaveNetConfig, WaveNetWeights>;
using LstmDescription = Described<LstmConfig, LstmWeights>;
using ConvNetDescription = Described<ConvNetConfig, ConvNetWeights>;
using LinearDescription = Described<LinearConfig, LinearWeights>;

/// A validated network of any architecture, independent of how the file spelled it and of how it will be
/// computed.
struct NetworkDescription {
  std::variant<WaveNetDescription, LstmDescription, ConvNetDescription, LinearDescription> network;

  std::size_t out_channels() const;
  /// Whether it has an LSTM in it: then no finite past determines its output exactly.
  bool is_recurrent() const;
  /// Weights that it uses, those of nested models included.
  std::uint64_t weight_count() const;
  /// Multiply-adds a sample over all convolutions, without bias, activations and FiLM; with the condition.
  std::uint64_t macs_per_sample() const;
  /// Samples that one output sample depends on; for a recurrent network those that it needs to settle.
  std::uint64_t receptive_field() const;
  /// With that of the condition.
  NetworkCost cost() const;

 private:
  /// The network that conditions this one, or null.
  const NetworkDescription* condition() const;
  /// Without those of the condition; none for an LSTM.
  std::vector<HistoryShape> histories() const;
};

}  // namespace namrack::engine

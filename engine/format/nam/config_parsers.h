#pragma once

#include <memory>
#include <optional>

#include "engine/format/json_node.h"
#include "engine/network/description/network_description.h"

/// The `config` objects of a .nam file, one function an architecture. All throw ModelError: invalid for what
/// contradicts itself or the format, unsupported for what this build cannot play.
namespace namrack::engine {

/// An activation: a name, or an object with "type". `width` is the number of channels that it acts on.
Activation parse_activation(const JsonNode& node, std::size_t width);
/// One entry of a WaveNet's "layers", in any of its spellings; checks all that does not depend on the other
/// arrays.
LayerArrayConfig parse_layer_array(const JsonNode& array);

/// `condition` is the network that "condition_dsp" describes, or null.
WaveNetConfig parse_wavenet_config(const JsonNode& config,
                                   std::shared_ptr<const NetworkDescription> condition);
/// `sample_rate` in Hz, if the file states it: an LSTM settles in half a second, or at once if it does not.
LstmConfig parse_lstm_config(const JsonNode& config, std::optional<double> sample_rate);
ConvNetConfig parse_convnet_config(const JsonNode& config);
LinearConfig parse_linear_config(const JsonNode& config);

}  // namespace namrack::engine

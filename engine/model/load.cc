#include <boost/json/value.hpp>

#include "engine/model/lstm_config.h"
#include "engine/model/model.h"
#include "engine/model/model_file.h"
#include "engine/model/wavenet_config.h"
#include "engine/model/wavenet_weights.h"
#include "engine/network/reference/reference.h"
#include "engine/network/simd/lstm_simd.h"
#include "engine/network/simd/wavenet_simd.h"

namespace namrack::engine {
namespace {

void state_cost(ModelInfo& info, std::uint64_t receptive_field, std::uint64_t macs_per_sample) {
  info.receptive_field = receptive_field;
  info.macs_per_sample = macs_per_sample;
  info.quality_steps = {{.from = 0.0, .weights = info.weights, .macs_per_sample = macs_per_sample}};
}

std::shared_ptr<const Model> build_wavenet(ModelEnvelope& envelope, const LoadOptions& options) {
  const WaveNetConfig config = parse_wavenet_config(envelope.config);
  const WaveNetWeights weights = read_wavenet_weights(config, envelope.weights);
  state_cost(envelope.info, config.receptive_field(), config.macs_per_sample());
  auto plan = options.path == LoadOptions::Path::reference
                  ? make_reference_wavenet(config, weights)
                  : make_simd_wavenet(config, weights, options.path == LoadOptions::Path::automatic);
  return std::make_shared<const Model>(std::move(envelope.info), std::move(plan));
}

std::shared_ptr<const Model> build_lstm(ModelEnvelope& envelope, const LoadOptions& options) {
  const LstmConfig config = parse_lstm_config(envelope.config);
  const LstmWeights weights = read_lstm_weights(config, envelope.weights);
  const std::uint64_t prewarm = lstm_prewarm_frames(envelope.info.sample_rate);
  state_cost(envelope.info, prewarm, config.macs_per_sample());
  auto plan = options.path == LoadOptions::Path::reference
                  ? make_reference_lstm(config, weights, prewarm)
                  : make_simd_lstm(config, weights, prewarm, options.path == LoadOptions::Path::automatic);
  return std::make_shared<const Model>(std::move(envelope.info), std::move(plan));
}

std::shared_ptr<const Model> build(const JsonNode& root, const std::filesystem::path& path,
                                   const LoadOptions& options) {
  ModelEnvelope envelope = read_envelope(root);
  envelope.info.path = path;
  const JsonNode architecture = root.at("architecture");
  if (envelope.info.architecture == "WaveNet") return build_wavenet(envelope, options);
  if (envelope.info.architecture == "LSTM") return build_lstm(envelope, options);
  throw architecture.error("\"WaveNet\" or \"LSTM\"", std::nullopt, ModelError::Kind::unsupported);
}

}  // namespace

std::shared_ptr<const Model> Model::load(const std::filesystem::path& path, const LoadOptions& options) {
  try {
    const boost::json::value json = read_model_json(path);
    return build(JsonNode(json, ""), path, options);
  } catch (const ModelError& error) {
    throw error.with_file(path.string());
  }
}

}  // namespace namrack::engine

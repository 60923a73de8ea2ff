#include "engine/format/nam/nam_reader.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/format/cost_check.h"
#include "engine/format/limits.h"
#include "engine/format/nam/config_parsers.h"
#include "engine/format/nam/envelope.h"
#include "engine/network/description/slimming.h"

namespace namrack::engine {
namespace {

/// Guards against models that nest without end.
struct Nesting {
  std::size_t depth = 0;
  std::size_t models = 0;
  std::vector<std::string> warnings;  // about the nested models
};

ModelFile parse(const JsonNode& root, double quality, Nesting& nesting);

// The quality dial of a model does not reach into the models nested in it: they run in full.
ModelFile parse_nested(const JsonNode& root, Nesting& nesting) {
  constexpr double kFullQuality = 1.0;

  if (++nesting.depth > limits::kModelNesting) {
    throw root.error("models nested at most " + std::to_string(limits::kModelNesting) + " deep",
                     "a deeper one");
  }
  if (++nesting.models > limits::kNestedModels) {
    throw root.error("at most " + std::to_string(limits::kNestedModels) + " nested models", "more");
  }
  ModelFile model = parse(root, kFullQuality, nesting);
  --nesting.depth;
  for (std::string& warning : model.info.warnings) nesting.warnings.push_back(std::move(warning));
  return model;
}

/// The network that conditions a WaveNet; it must run at the very rate of its parent.
std::shared_ptr<const NetworkDescription> parse_condition(const JsonNode& config, const ModelInfo& parent,
                                                          Nesting& nesting) {
  const auto node = config.find_value("condition_dsp");
  if (!node) return nullptr;
  ModelFile condition = parse_nested(*node, nesting);
  if (condition.info.sample_rate != parent.sample_rate) {
    const auto text = [](std::optional<double> rate) {
      return rate ? describe(*rate) + " Hz" : "no sample rate";
    };
    throw node->error("the sample rate of its parent, " + text(parent.sample_rate),
                      text(condition.info.sample_rate));
  }
  return std::make_shared<const NetworkDescription>(std::move(condition.network));
}

QualityStep step_of(double from, const NetworkDescription& network) {
  return {.from = from, .weights = network.weight_count(), .macs_per_sample = network.macs_per_sample()};
}

// Such models are played, but not as everybody might expect.
void warn_of_choices(const JsonNode& layers, const WaveNetConfig& config,
                     std::vector<std::string>& warnings) {
  const std::vector<JsonNode> arrays = layers.items();
  for (std::size_t a = 0; a < arrays.size(); ++a) {
    if (config.arrays[a].layer1x1) continue;
    warnings.push_back(arrays[a].at("layer1x1").path() +
                       " is inactive: nothing is added to the residual signal, as other players have it; the "
                       "format's trainer adds the activations");
  }
  if (const auto obstacle = slimming_obstacle(config)) {
    warnings.push_back(layers.path() + " has smaller widths, but plays in full only, because of " +
                       *obstacle);
  }
}

/// The places on the quality dial where the width changes; empty when there is one width.
std::vector<double> parse_widths(const WaveNetConfig& config, const JsonNode& node) {
  if (!can_slim(config)) return {};
  std::vector<double> steps = slimming_steps(config);
  if (steps.size() > limits::kQualitySteps) {
    throw node.error("at most " + std::to_string(limits::kQualitySteps) + " widths",
                     std::to_string(steps.size()));
  }
  return steps;
}

/// The geometry of any architecture but the container.
NetworkDescription parse_geometry(const JsonNode& root, const ModelEnvelope& envelope, Nesting& nesting) {
  const JsonNode& config = envelope.config;
  const std::string& architecture = envelope.info.architecture;
  if (architecture == "WaveNet") {
    auto condition = parse_condition(config, envelope.info, nesting);
    return {WaveNetDescription(parse_wavenet_config(config, std::move(condition)))};
  }
  if (architecture == "LSTM") return {LstmDescription(parse_lstm_config(config, envelope.info.sample_rate))};
  if (architecture == "ConvNet") return {ConvNetDescription(parse_convnet_config(config))};
  if (architecture == "Linear") return {LinearDescription(parse_linear_config(config))};
  throw root.at("architecture")
      .error("\"WaveNet\", \"LSTM\", \"ConvNet\", \"Linear\" or \"SlimmableContainer\"", std::nullopt,
             ModelError::Kind::unsupported);
}

/// Brings a WaveNet that has several widths to the one that `quality` selects; lists what each costs.
void slim(NetworkDescription& network, const std::vector<double>& widths, double quality,
          std::vector<QualityStep>& steps) {
  const auto& full = std::get<WaveNetDescription>(network.network);
  for (const double from : widths)
    steps.push_back(step_of(from, {WaveNetDescription(slimmed_config(full.config, from))}));
  network = {slimmed(full, quality)};
}

/// nam-format, section 7.1: the first submodel with quality < max_value, else the last.
ModelFile parse_container(ModelEnvelope& envelope, double quality, Nesting& nesting) {
  const JsonNode list = envelope.config.at("submodels");
  if (list.size() < 1 || list.size() > limits::kSubmodels) {
    throw list.error("1 to " + std::to_string(limits::kSubmodels) + " submodels");
  }
  const std::vector<JsonNode> nodes = list.items();
  std::optional<ModelFile> chosen;
  std::optional<double> rate = envelope.info.sample_rate;
  std::vector<QualityStep> steps;
  double from = 0.0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const JsonNode limit = nodes[i].at("max_value");
    const double to = limit.number();
    const bool last = i + 1 == nodes.size();
    if (i > 0 && to <= from)
      throw limit.error("a value above " + describe(from) + ", that of the one before");
    if (last && to < 1.0) throw limit.error("at least 1 for the last submodel");
    const JsonNode node = nodes[i].at("model");
    ModelFile submodel = parse_nested(node, nesting);
    if (!rate) rate = submodel.info.sample_rate;
    if (rate && submodel.info.sample_rate && *rate != *submodel.info.sample_rate) {
      throw node.error("a sample rate of " + describe(*rate) + " Hz, as the others",
                       describe(*submodel.info.sample_rate));
    }
    if (submodel.network.out_channels() != 1) throw node.error("a mono output");
    steps.push_back(step_of(i == 0 ? 0.0 : from, submodel.network));
    if (!chosen && (quality < to || last)) chosen = std::move(submodel);
    from = to;
  }
  ModelInfo info = std::move(envelope.info);
  info.sample_rate = rate;
  info.quality_steps = std::move(steps);
  if (chosen->info.levels.loudness_db) info.levels.loudness_db = chosen->info.levels.loudness_db;
  return {std::move(info), std::move(chosen->network)};
}

ModelFile parse(const JsonNode& root, double quality, Nesting& nesting) {
  ModelEnvelope envelope = read_envelope(root);
  if (envelope.info.architecture == "SlimmableContainer") return parse_container(envelope, quality, nesting);
  NetworkDescription network = parse_geometry(root, envelope, nesting);
  check_cost(network.cost(), envelope.config);
  std::vector<double> widths;
  if (const auto* const wavenet = std::get_if<WaveNetDescription>(&network.network))
    widths = parse_widths(wavenet->config, envelope.config);
  read_weights(network, envelope.weights);
  if (const auto* const wavenet = std::get_if<WaveNetDescription>(&network.network))
    warn_of_choices(envelope.config.at("layers"), wavenet->config, envelope.info.warnings);
  std::vector<QualityStep>& steps = envelope.info.quality_steps;
  if (widths.empty()) {
    steps = {step_of(0.0, network)};
  } else {
    slim(network, widths, quality, steps);
  }
  return {std::move(envelope.info), std::move(network)};
}

}  // namespace

bool is_nam(const FileContent& content) {
  return content.document != nullptr && content.document->is_object() &&
         content.document->get_object().contains("architecture");
}

ModelFile parse_nam(const FileContent& content, double quality) {
  return parse_nam_document(JsonNode(*content.document, ""), quality);
}

ModelFile parse_nam_document(const JsonNode& root, double quality) {
  Nesting nesting;
  ModelFile model = parse(root, quality, nesting);
  for (std::string& warning : nesting.warnings) {
    std::vector<std::string>& all = model.info.warnings;
    if (std::find(all.begin(), all.end(), warning) == all.end()) all.push_back(std::move(warning));
  }
  if (model.network.out_channels() != 1) {
    throw root.at("config").error("a mono output", std::to_string(model.network.out_channels()) + " outputs",
                                  ModelError::Kind::unsupported);
  }
  model.info.weights = model.network.weight_count();
  model.info.macs_per_sample = model.network.macs_per_sample();
  model.info.receptive_field = model.network.receptive_field();
  return model;
}

}  // namespace namrack::engine

#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "engine/format/nam/config_parsers.h"

namespace namrack::engine {
namespace {

constexpr std::array<std::pair<std::string_view, ActivationKind>, 12> kNames{{
    {"Tanh", ActivationKind::tanh},
    {"Fasttanh", ActivationKind::fast_tanh},
    {"Hardtanh", ActivationKind::hard_tanh},
    {"ReLU", ActivationKind::relu},
    {"LeakyReLU", ActivationKind::leaky_relu},
    {"PReLU", ActivationKind::prelu},
    {"Sigmoid", ActivationKind::sigmoid},
    {"SiLU", ActivationKind::silu},
    {"Hardswish", ActivationKind::hard_swish},
    {"LeakyHardtanh", ActivationKind::leaky_hard_tanh},
    {"LeakyHardTanh", ActivationKind::leaky_hard_tanh},
    {"Softsign", ActivationKind::softsign},
}};

ActivationKind parse_kind(const JsonNode& name) {
  const std::string text = name.string();
  for (const auto& [known, kind] : kNames) {
    if (known == text) return kind;
  }
  throw name.error("an activation such as \"Tanh\", \"ReLU\", \"Sigmoid\" or \"LeakyReLU\" (case matters)",
                   std::nullopt, ModelError::Kind::unsupported);
}

float parse_float(const JsonNode& node) {
  const auto value = static_cast<float>(node.number());
  if (!std::isfinite(value)) throw node.error("a number within float32");
  return value;
}

void read_if_present(const JsonNode& object, std::string_view key, float& value) {
  if (const auto node = object.find(key)) value = parse_float(*node);
}

std::vector<float> parse_slopes(const JsonNode& object, std::size_t width) {
  if (const auto one = object.find("negative_slope")) return std::vector<float>(width, parse_float(*one));
  const auto list = object.find("negative_slopes");
  if (!list) return std::vector<float>(width, 0.01F);
  if (list->size() != 1 && list->size() != width) {
    throw list->error("1 or " + std::to_string(width) + " slopes");
  }
  std::vector<float> slopes;
  for (const JsonNode& item : list->items()) slopes.push_back(parse_float(item));
  if (slopes.size() == 1) slopes.assign(width, slopes.front());
  return slopes;
}

}  // namespace

Activation parse_activation(const JsonNode& node, std::size_t width) {
  Activation activation;
  if (node.is_string()) {
    activation.kind = parse_kind(node);
    if (activation.kind == ActivationKind::prelu) activation.slopes.assign(width, activation.slope);
    return activation;
  }
  if (!node.is_object()) throw node.error("the name of an activation or an object with \"type\"");
  activation.kind = parse_kind(node.at("type"));
  switch (activation.kind) {
    case ActivationKind::leaky_relu:
      read_if_present(node, "negative_slope", activation.slope);
      break;
    case ActivationKind::prelu:
      activation.slopes = parse_slopes(node, width);
      break;
    case ActivationKind::hard_tanh:
    case ActivationKind::leaky_hard_tanh:
      read_if_present(node, "min_val", activation.low);
      read_if_present(node, "max_val", activation.high);
      read_if_present(node, "min_slope", activation.low_slope);
      read_if_present(node, "max_slope", activation.high_slope);
      if (activation.low > activation.high) {
        throw node.error("a min_val that is no larger than max_val",
                         describe(static_cast<double>(activation.low)) + " and " +
                             describe(static_cast<double>(activation.high)));
      }
      break;
    default:
      break;
  }
  return activation;
}

}  // namespace namrack::engine

#include "engine/model/model_file.h"

#include <boost/json/stream_parser.hpp>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <system_error>

#include "engine/model/file_version.h"
#include "engine/model/limits.h"

namespace namrack::engine {
namespace json = boost::json;
namespace {

std::string read_text(const std::filesystem::path& path) {
  std::error_code failure;
  const auto kind = std::filesystem::status(path, failure).type();
  if (kind == std::filesystem::file_type::not_found) {
    throw ModelError(ModelError::Kind::missing, "", "a model file", "no such file");
  }
  if (kind != std::filesystem::file_type::regular) {
    throw ModelError(ModelError::Kind::unreadable, "", "a model file",
                     failure ? failure.message() : "something that is not a regular file");
  }
  const std::uintmax_t size = std::filesystem::file_size(path, failure);
  if (!failure && size > limits::kFileBytes) {
    throw ModelError(ModelError::Kind::invalid, "",
                     "at most " + std::to_string(limits::kFileBytes) + " bytes", std::to_string(size));
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(failure ? 0 : static_cast<std::size_t>(size), '\0');
  if (!file || failure || !file.read(text.data(), static_cast<std::streamsize>(text.size()))) {
    throw ModelError(ModelError::Kind::unreadable, "", "a readable file",
                     std::generic_category().message(errno));
  }
  return text;
}

std::string position(std::string_view text, std::size_t offset) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (const char c : text.substr(0, offset)) {
    column = c == '\n' ? 1 : column + 1;
    line += c == '\n' ? 1 : 0;
  }
  return "line " + std::to_string(line) + " column " + std::to_string(column);
}

std::vector<float> read_weights(const JsonNode& node) {
  if (!node.is_array()) throw node.error("an array of numbers");
  const json::array& array = node.value().get_array();
  if (array.size() > limits::kWeights) {
    throw node.error("at most " + std::to_string(limits::kWeights) + " weights",
                     std::to_string(array.size()));
  }
  std::vector<float> weights;
  weights.reserve(array.size());
  for (const json::value& item : array) {
    const bool is_number = item.is_number();
    const float weight = is_number ? static_cast<float>(item.to_number<double>()) : 0.0F;
    if (!is_number || !std::isfinite(weight)) {
      throw JsonNode(item, node.path() + "[" + std::to_string(weights.size()) + "]")
          .error("a float32 number");
    }
    weights.push_back(weight);
  }
  return weights;
}

std::optional<double> read_sample_rate(const JsonNode& root) {
  const auto node = root.find("sample_rate");
  if (!node) return std::nullopt;
  const double rate = node->number();
  if (rate <= 0.0) return std::nullopt;  // the format's way to say unknown
  if (rate < limits::kLowestSampleRate || rate > limits::kHighestSampleRate) {
    throw node->error("a sample rate from 1000 to 1000000 Hz");
  }
  return rate;
}

// Metadata never decides whether a model plays: a value of the wrong type counts as absent.
std::optional<float> lenient_float(const json::object& metadata, std::string_view key) {
  const json::value* value = metadata.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const auto number = static_cast<float>(value->to_number<double>());
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

}  // namespace

json::value read_model_json(const std::filesystem::path& path) {
  const std::string text = read_text(path);
  json::parse_options options;
  options.max_depth = limits::kJsonDepth;
  // basic_parser reports how many characters it took, which the one-call parse() does not.
  json::stream_parser parser({}, options);
  json::error_code failure;
  std::size_t offset = parser.write(text.data(), text.size(), failure);
  if (!failure) parser.finish(failure);
  if (failure) {
    throw ModelError(ModelError::Kind::invalid, position(text, offset), "JSON", failure.message());
  }
  return parser.release();
}

ModelEnvelope read_envelope(const JsonNode& root) {
  if (!root.is_object()) {
    throw JsonNode(root.value(), root.path().empty() ? "the top level" : root.path()).error("an object");
  }
  ModelInfo info;
  info.version = check_file_version(root.at("version"), info.warnings);
  info.architecture = root.at("architecture").string();
  const JsonNode config = root.at("config");
  if (!config.is_object()) throw config.error("an object");
  info.sample_rate = read_sample_rate(root);
  if (const auto metadata = root.find("metadata"); metadata && metadata->is_object()) {
    info.metadata = metadata->value().get_object();
    info.levels = {.loudness_db = lenient_float(info.metadata, "loudness"),
                   .input_dbu = lenient_float(info.metadata, "input_level_dbu"),
                   .output_dbu = lenient_float(info.metadata, "output_level_dbu")};
  }
  const JsonNode weights = root.at("weights");
  return {config, {read_weights(weights), weights.path()}, std::move(info)};
}

}  // namespace namrack::engine

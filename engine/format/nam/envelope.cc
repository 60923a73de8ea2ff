#include "engine/format/nam/envelope.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/base/sample_rates.h"
#include "engine/format/limits.h"
#include "engine/format/model_json.h"
#include "engine/format/nam/file_version.h"

namespace namrack::engine {
namespace json = boost::json;
namespace {

std::vector<float> read_weights(const JsonNode& node) {
  if (!node.is_array()) throw node.error("an array of numbers");
  const json::array& array = node.value().get_array();
  std::vector<float> weights;
  weights.reserve(array.size());
  for (const json::value& item : array) {
    const float weight = item.is_double()   ? static_cast<float>(item.get_double())
                         : item.is_number() ? item.to_number<float>()
                                            : std::numeric_limits<float>::quiet_NaN();
    if (!std::isfinite(weight)) {
      throw JsonNode(item, node.path() + "[" + std::to_string(weights.size()) + "]")
          .error("a float32 number");
    }
    weights.push_back(weight);
  }
  return weights;
}

std::optional<double> read_sample_rate(const JsonNode& root) {
  const auto node = root.find_value("sample_rate");  // null is another way to say unknown
  if (!node) return std::nullopt;
  const double rate = node->number();
  if (rate <= 0.0) return std::nullopt;  // the format's way to say unknown
  if (rate < limits::kLowestSampleRate || rate > limits::kHighestSampleRate) {
    throw node->error("a sample rate from 1000 to 1000000 Hz");
  }
  if (!can_play_anywhere(rate)) {
    throw node->error(
        "a sample rate that can be resampled to that of a sound card, such as 44100, 48000 or 96000 Hz");
  }
  return rate;
}

/// Metadata never decides whether a model plays: a level of the wrong type or far from any level counts as
/// absent, and `warnings` say so.
class LenientLevels {
 public:
  LenientLevels(const json::object& metadata, std::vector<std::string>& warnings)
      : metadata_(metadata), warnings_(warnings) {}

  std::optional<float> read(const char* key, double lowest, double highest, const char* unit) {
    const json::value* const value = metadata_.if_contains(key);
    if (value == nullptr || value->is_null()) return std::nullopt;
    if (value->is_number()) {
      const auto level = value->to_number<double>();
      if (level >= lowest && level <= highest) return static_cast<float>(level);
    }
    warnings_.push_back("metadata." + std::string(key) + ": expected a level from " + describe(lowest) +
                        " to " + describe(highest) + " " + unit + ", found " + describe(*value) +
                        ": it is not used");
    return std::nullopt;
  }

 private:
  const json::object& metadata_;
  std::vector<std::string>& warnings_;
};

/// Makes null of numbers that are not finite, such as 1e999. Returns whether `value` has no more than
/// `levels`.
bool tidy(json::value& value, std::uint64_t levels) {
  if (value.is_double() && !std::isfinite(value.get_double())) value = nullptr;
  if (levels == 0) return !value.is_structured();
  if (value.is_array()) {
    return std::ranges::all_of(value.get_array(), [&](json::value& item) { return tidy(item, levels - 1); });
  }
  return !value.is_object() || std::ranges::all_of(value.get_object(), [&](auto& member) {
    return tidy(member.value(), levels - 1);
  });
}

void read_metadata(const json::object& metadata, ModelInfo& info) {
  using namespace limits;
  LenientLevels levels(metadata, info.warnings);
  info.levels = {.loudness_db = levels.read("loudness", -kLevelDb, kLevelDb, "dB"),
                 .input_dbu = levels.read("input_level_dbu", kLowestDbu, kHighestDbu, "dBu"),
                 .output_dbu = levels.read("output_level_dbu", kLowestDbu, kHighestDbu, "dBu")};
  json::value kept(metadata, json::storage_ptr());  // outlives the document and its memory
  if (tidy(kept, limits::kMetadataDepth) && json::serialize(kept).size() <= limits::kMetadataBytes) {
    info.metadata = std::make_shared<const ModelMetadata>(ModelMetadata{std::move(kept.get_object())});
  } else {
    info.warnings.push_back("the metadata is left out: it has more than " +
                            std::to_string(limits::kMetadataBytes) + " bytes or " +
                            std::to_string(limits::kMetadataDepth) + " levels");
  }
}

}  // namespace

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
    read_metadata(metadata->value().get_object(), info);
  }
  const JsonNode weights = root.at("weights");
  return {config, {read_weights(weights), weights.path()}, std::move(info)};
}

}  // namespace namrack::engine

#include "engine/format/model_json.h"

namespace namrack::engine {
namespace {

namespace json = boost::json;

json::array describe_steps(const std::vector<QualityStep>& steps) {
  json::array array;
  for (const QualityStep& step : steps) {
    array.push_back(
        {{"from", step.from}, {"weights", step.weights}, {"macs_per_sample", step.macs_per_sample}});
  }
  return array;
}

}  // namespace

json::value sample_rate_json(const ModelInfo& info) {
  return info.sample_rate ? json::value(*info.sample_rate) : json::value(nullptr);
}

json::value loudness_json(const ModelInfo& info) {
  if (!info.levels.loudness_db) return nullptr;
  // The file's own digits where they are there: a float shown as a double has a tail of its own making.
  const json::value* const stated = info.metadata ? info.metadata->json.if_contains("loudness") : nullptr;
  const bool is_same = stated != nullptr && stated->is_number() &&
                       static_cast<float>(stated->to_number<double>()) == *info.levels.loudness_db;
  return is_same ? *stated : json::value(static_cast<double>(*info.levels.loudness_db));
}

std::string_view model_kind(const ModelInfo& info) {
  return info.architecture == "Linear" ? "ir" : "model";
}

json::array warnings_json(const ModelInfo& info, const std::vector<std::string>& more) {
  json::array warnings(info.warnings.begin(), info.warnings.end());
  warnings.insert(warnings.end(), more.begin(), more.end());
  return warnings;
}

json::object describe_model(const ModelInfo& info, const LevelFindings& levels) {
  const auto measured = levels.measured_loudness_db;
  return {{"path", info.path.string()},
          {"version", info.version},
          {"kind", model_kind(info)},
          {"architecture", info.architecture},
          {"sample_rate", sample_rate_json(info)},
          {"weights", info.weights},
          {"receptive_field", info.receptive_field},
          {"macs_per_sample", info.macs_per_sample},
          {"loudness", loudness_json(info)},
          {"measured_loudness", measured ? json::value(double{*measured}) : json::value(nullptr)},
          {"match_source", levels.match_source},
          {"quality_steps", describe_steps(info.quality_steps)},
          {"metadata", info.metadata ? info.metadata->json : json::object()},
          {"warnings", warnings_json(info, levels.warnings)}};
}

}  // namespace namrack::engine

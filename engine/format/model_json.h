#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/format/model_info.h"

namespace namrack::engine {

struct ModelMetadata {
  boost::json::object json;  ///< without values that are not JSON
};

/// The levels of a model as they were measured, beside those that its file states.
struct LevelFindings {
  std::optional<float> measured_loudness_db;
  std::string_view match_source = "none";  ///< a static text: match_source_name()
  std::vector<std::string> warnings;
};

/// A model's description as JSON, the same for the daemon's replies and for the offline tools: path, version,
/// kind, architecture, sample_rate (Hz or null), weights, receptive_field (frames), macs_per_sample, loudness
/// (dBFS or null), measured_loudness, match_source, quality_steps, metadata, warnings. Threads: any.
boost::json::object describe_model(const ModelInfo& info, const LevelFindings& levels);
/// "ir" for an impulse response, which is linear; "model" for all others.
std::string_view model_kind(const ModelInfo& info);
/// The file's warnings and then `more`.
boost::json::array warnings_json(const ModelInfo& info, const std::vector<std::string>& more);

/// Single fields of it.
boost::json::value sample_rate_json(const ModelInfo& info);
boost::json::value loudness_json(const ModelInfo& info);

}  // namespace namrack::engine

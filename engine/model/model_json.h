#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "engine/model/model.h"

namespace namrack::engine {

/// A model's description as JSON, the same for the daemon's replies and for the offline tools: path, version,
/// architecture, sample_rate (Hz or null), weights, receptive_field (frames), macs_per_sample, loudness (dBFS
/// or null), quality_steps, metadata, warnings. Threads: any.
boost::json::object describe_model(const ModelInfo& info);

/// Single fields of it.
boost::json::value sample_rate_json(const ModelInfo& info);
boost::json::value loudness_json(const ModelInfo& info);

}  // namespace namrack::engine

#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "daemon/bank.h"
#include "daemon/model_paths.h"

namespace namrack::daemon {

/// What a model is to be made ready for.
struct PlayingConditions {
  double sample_rate = 48000.0;  ///< Hz
  std::size_t block = 128;       ///< frames
};

/// Reads a model, builds and prewarms an instance and measures what it costs. Loader thread. Throws
/// ProtocolError (path) and ModelError; nothing is left behind when it does.
BankEntry prepare_model(const ModelPaths& paths, const std::string& path, double quality,
                        const PlayingConditions& conditions);

}  // namespace namrack::daemon

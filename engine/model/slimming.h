#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/model/network_description.h"

namespace namrack::engine {

/// Whether a WaveNet can run at smaller widths (nam-format: section 7.2).
bool can_slim(const WaveNetConfig& config);

/// Why one whose file offers smaller widths can run in full only, as a phrase after "because of"; nullopt
/// when nothing is in the way, or nothing is offered.
std::optional<std::string> slimming_obstacle(const WaveNetConfig& config);

/// Where on the quality dial the width changes: ascending, the first is 0.
std::vector<double> slimming_steps(const WaveNetConfig& config);

/// The geometry at the width that `quality` (0..1) selects. This and slimmed() only if can_slim().
WaveNetConfig slimmed_config(const WaveNetConfig& full, double quality);

/// The WaveNet at that width: every matrix keeps its leading rows and columns.
WaveNetDescription slimmed(const WaveNetDescription& full, double quality);

}  // namespace namrack::engine

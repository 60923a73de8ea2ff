#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/network/description/network_description.h"

namespace namrack::engine {

/// Whether a WaveNet can run at smaller widths (nam-format: section 7.2).
bool can_slim(const WaveNetConfig& config);

/// The reason why a WaveNet that offers smaller widths can run in full only, as a phrase after "because of";
/// nullopt when nothing is in the way, or nothing is offered.
std::optional<std::string> slimming_obstacle(const WaveNetConfig& config);

/// The places on the quality dial where the width changes: ascending, the first is 0.
std::vector<double> slimming_steps(const WaveNetConfig& config);

/// The geometry at the width that `quality` (0..1) selects. This and slimmed() only if can_slim().
WaveNetConfig slimmed_config(const WaveNetConfig& full, double quality);

/// The WaveNet at that width: every matrix keeps its leading rows and columns.
WaveNetDescription slimmed(const WaveNetDescription& full, double quality);

}  // namespace namrack::engine

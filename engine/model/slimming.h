#pragma once

#include <vector>

#include "engine/model/network_description.h"

namespace namrack::engine {

/// Whether a WaveNet can run at smaller widths (nam-format: section 7.2).
bool can_slim(const WaveNetConfig& config);

/// Where on the quality dial the width changes: ascending, the first is 0.
std::vector<double> slimming_steps(const WaveNetConfig& config);

/// The WaveNet at the width that `quality` (0..1) selects: every matrix keeps its leading rows and columns.
/// Only if can_slim().
WaveNetDescription slimmed(const WaveNetDescription& full, double quality);

}  // namespace namrack::engine

#include "engine/format/cost_check.h"

#include <string>

#include "engine/format/limits.h"

namespace namrack::engine {

void check_cost(const NetworkCost& cost, const JsonNode& config) {
  const auto check = [&](std::uint64_t found, std::uint64_t most, const char* what) {
    if (found <= most) return;
    throw config.error("at most " + std::to_string(most) + what, std::to_string(found),
                       ModelError::Kind::unsupported);
  };
  check(cost.matrix_floats, limits::kMatrixFloats, " floats of matrices, the zeros between groups included");
  check(cost.history_floats, limits::kHistoryFloats, " floats of history");
  check(cost.settling_macs, limits::kSettlingMacs, " multiply-adds until it has settled");
}

}  // namespace namrack::engine

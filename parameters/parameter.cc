#include "parameters/parameter.h"

#include <cmath>

namespace namrack {
namespace {

constexpr double kStepsPerUnit = 1000.0;  // finer than anybody hears

}  // namespace

double value_at(const Parameter& row, int position, double from, double to) {
  if (!row.is_number()) return std::floor(static_cast<double>(row.words().size()) * position / kPositions);
  const bool is_even = row.curve == Curve::linear;
  const double exact = is_even ? from + (to - from) * position / (kPositions - 1)
                               : from * std::pow(to / from, position / (kPositions - 1.0));
  return row.kind == ParameterKind::integer ? std::round(exact)
                                            : std::round(exact * kStepsPerUnit) / kStepsPerUnit;
}

}  // namespace namrack

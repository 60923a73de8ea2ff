#include "engine/base/sample_rates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace namrack::engine {
namespace {

constexpr std::array kHostRates{44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0};
constexpr double kHighest = 4e9;  // that an unsigned int holds

bool is_whole(double rate) {
  return rate >= 1.0 && rate <= kHighest && std::floor(rate) == rate;
}

}  // namespace

bool can_resample(double from, double to) {
  constexpr double kMostReduction = 64.0;
  constexpr std::uint64_t kMostPhases = 1000;
  if (!is_whole(from) || !is_whole(to) || kMostReduction * to < from) return false;
  const auto whole_to = static_cast<std::uint64_t>(to);
  return whole_to / std::gcd(static_cast<std::uint64_t>(from), whole_to) <= kMostPhases;
}

bool can_play_at(double model_rate, double host_rate) {
  return model_rate == host_rate ||
         (can_resample(model_rate, host_rate) && can_resample(host_rate, model_rate));
}

bool can_play_anywhere(double model_rate) {
  return std::ranges::any_of(kHostRates, [&](double host) { return can_play_at(model_rate, host); });
}

}  // namespace namrack::engine

#include "engine/network/description/network_description.h"

namespace namrack::engine {
namespace {

template <class... Functions>
struct Overload : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overload(Functions...) -> Overload<Functions...>;

}  // namespace

const NetworkDescription* NetworkDescription::condition() const {
  const auto* const wavenet = std::get_if<WaveNetDescription>(&network);
  return wavenet != nullptr ? wavenet->config.condition.get() : nullptr;
}

std::size_t NetworkDescription::out_channels() const {
  return std::visit(Overload{[](const WaveNetDescription& n) { return n.config.out_channels(); },
                             [](const LinearDescription&) { return std::size_t{1}; },
                             [](const auto& n) { return n.config.out_channels; }},
                    network);
}

bool NetworkDescription::is_recurrent() const {
  return std::holds_alternative<LstmDescription>(network) || (condition() && condition()->is_recurrent());
}

std::uint64_t NetworkDescription::weight_count() const {
  return std::visit([](const auto& n) { return count_weights(n.weights); }, network) +
         (condition() ? condition()->weight_count() : 0);
}

std::uint64_t NetworkDescription::macs_per_sample() const {
  return std::visit([](const auto& n) { return count_macs(n.weights); }, network) +
         (condition() ? condition()->macs_per_sample() : 0);
}

std::uint64_t NetworkDescription::receptive_field() const {
  if (const auto* const lstm = std::get_if<LstmDescription>(&network)) return lstm->config.prewarm_frames;
  std::uint64_t frames = condition() ? condition()->receptive_field() : 1;
  for (const HistoryShape& history : histories()) frames += history.reach;
  return frames;
}

std::vector<HistoryShape> NetworkDescription::histories() const {
  return std::visit(Overload{[](const LstmDescription&) { return std::vector<HistoryShape>{}; },
                             [](const auto& n) { return n.config.histories(); }},
                    network);
}

NetworkCost NetworkDescription::cost() const {
  NetworkCost cost = condition() ? condition()->cost() : NetworkCost{};
  for (const auto& [channels, reach] : histories())
    cost.history_floats += std::uint64_t{channels} * (reach + kHistoryMargin);
  if (const auto* const wavenet = std::get_if<WaveNetDescription>(&network)) {
    cost.matrix_floats += count_packed_floats(wavenet->weights);
    return cost;
  }
  cost.matrix_floats += macs_per_sample();
  if (const auto* const lstm = std::get_if<LstmDescription>(&network))
    cost.settling_macs += macs_per_sample() * lstm->config.prewarm_frames;
  return cost;
}

}  // namespace namrack::engine

#include "engine/model/network_description.h"

namespace namrack::engine {
namespace {

template <class... Functions>
struct Overload : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overload(Functions...) -> Overload<Functions...>;

}  // namespace

NetworkCost LstmDescription::cost() const {
  const std::uint64_t macs = config.macs_per_sample();
  return {.matrix_floats = macs, .settling_macs = macs * prewarm_frames};
}

NetworkCost NetworkDescription::cost() const {
  return std::visit(Overload{[](const LstmDescription& n) { return n.cost(); },
                             [](const auto& n) { return n.config.cost(); }},
                    network);
}

std::size_t NetworkDescription::out_channels() const {
  return std::visit(Overload{[](const WaveNetDescription& n) { return n.config.out_channels(); },
                             [](const LstmDescription& n) { return n.config.out_channels; },
                             [](const ConvNetDescription& n) { return n.config.out_channels; },
                             [](const LinearDescription&) { return std::size_t{1}; }},
                    network);
}

bool NetworkDescription::is_recurrent() const {
  return std::visit(Overload{[](const WaveNetDescription& n) {
                               return n.config.condition && n.config.condition->is_recurrent();
                             },
                             [](const LstmDescription&) { return true; }, [](const auto&) { return false; }},
                    network);
}

std::uint64_t NetworkDescription::weight_count() const {
  return std::visit(Overload{[](const WaveNetDescription& n) {
                               const auto& condition = n.config.condition;
                               return n.config.weight_count() + (condition ? condition->weight_count() : 0);
                             },
                             [](const auto& n) { return n.config.weight_count(); }},
                    network);
}

std::uint64_t NetworkDescription::macs_per_sample() const {
  return std::visit(
      Overload{[](const LinearDescription& n) { return std::uint64_t{n.config.receptive_field}; },
               [](const auto& n) { return n.config.macs_per_sample(); }},
      network);
}

std::uint64_t NetworkDescription::receptive_field() const {
  return std::visit(
      Overload{[](const LinearDescription& n) { return std::uint64_t{n.config.receptive_field}; },
               [](const LstmDescription& n) { return n.prewarm_frames; },
               [](const auto& n) { return n.config.receptive_field(); }},
      network);
}

}  // namespace namrack::engine

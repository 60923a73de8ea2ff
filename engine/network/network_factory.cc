#include "engine/network/network_factory.h"

#include "engine/network/reference/reference.h"
#include "engine/network/simd/convnet_simd.h"
#include "engine/network/simd/linear_simd.h"
#include "engine/network/simd/lstm_simd.h"
#include "engine/network/simd/wavenet_simd.h"

namespace namrack::engine {
namespace {

using Plan = std::shared_ptr<const NetworkPlan>;

struct Reference {
  Plan operator()(const WaveNetDescription& n) const {
    const auto& condition = n.config.condition;
    return make_reference_wavenet(
        n, condition ? make_network_plan(*condition, LoadOptions::Path::reference) : nullptr);
  }
  Plan operator()(const LstmDescription& n) const { return make_reference_lstm(n); }
  Plan operator()(const ConvNetDescription& n) const { return make_reference_convnet(n); }
  Plan operator()(const LinearDescription& n) const { return make_reference_linear(n); }
};

struct Simd {
  LoadOptions::Path path;

  bool specialise() const { return path == LoadOptions::Path::automatic; }
  Plan operator()(const WaveNetDescription& n) const {
    const auto& condition = n.config.condition;
    return make_simd_wavenet(n.config, n.weights, condition ? make_network_plan(*condition, path) : nullptr,
                             specialise());
  }
  Plan operator()(const LstmDescription& n) const {
    return make_simd_lstm(n.config, n.weights, n.prewarm_frames, specialise());
  }
  Plan operator()(const ConvNetDescription& n) const { return make_simd_convnet(n.config, n.weights); }
  Plan operator()(const LinearDescription& n) const { return make_simd_linear(n.weights); }
};

}  // namespace

Plan make_network_plan(const NetworkDescription& description, LoadOptions::Path path) {
  if (path == LoadOptions::Path::reference) return std::visit(Reference{}, description.network);
  return std::visit(Simd{path}, description.network);
}

}  // namespace namrack::engine

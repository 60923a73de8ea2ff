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
  std::uint64_t prewarm_frames;  // of the outermost model, whose silence all nested ones hear

  Plan operator()(const WaveNetDescription& n) const {
    const auto& condition = n.config.condition;
    return make_reference_wavenet(n, condition ? std::visit(*this, condition->network) : nullptr,
                                  prewarm_frames);
  }
  Plan operator()(const LstmDescription& n) const { return make_reference_lstm(n, prewarm_frames); }
  Plan operator()(const ConvNetDescription& n) const { return make_reference_convnet(n, prewarm_frames); }
  Plan operator()(const LinearDescription& n) const { return make_reference_linear(n); }
};

struct Simd {
  bool specialise;
  std::uint64_t prewarm_frames;  // as above

  Plan operator()(const WaveNetDescription& n) const {
    const auto& condition = n.config.condition;
    const bool recurrent = condition && condition->is_recurrent();
    return make_simd_wavenet(n.config, n.weights, condition ? std::visit(*this, condition->network) : nullptr,
                             recurrent ? prewarm_frames : 0, specialise);
  }
  Plan operator()(const LstmDescription& n) const {
    return make_simd_lstm(n.config, n.weights, prewarm_frames, specialise);
  }
  Plan operator()(const ConvNetDescription& n) const { return make_simd_convnet(n.config, n.weights); }
  Plan operator()(const LinearDescription& n) const { return make_simd_linear(n.weights); }
};

}  // namespace

Plan make_network_plan(const NetworkDescription& description, CodePath path) {
  const std::uint64_t prewarm_frames = description.receptive_field();
  if (path == CodePath::reference) return std::visit(Reference{prewarm_frames}, description.network);
  return std::visit(Simd{path == CodePath::automatic, prewarm_frames}, description.network);
}

}  // namespace namrack::engine

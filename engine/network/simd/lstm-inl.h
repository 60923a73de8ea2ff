// The LSTM, compiled once per SIMD target. The lanes hold hidden units: a recurrence has no frames to run
// side by side. Weights are packed by input column, and in a column by slice of hidden units: the gates i, f,
// g, o of one slice stand together, so that one pass makes the four gates of a slice in registers.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/aligned_floats.h"
#include "engine/base/dim.h"
#include "engine/base/flush_denormals.h"
#include "engine/model/lstm_config.h"
#include "engine/network/network.h"
#include "engine/network/simd/activations-inl.h"
#include "engine/network/simd/matrix_tile-inl.h"
#include "hwy/highway.h"

#if defined(NAMRACK_SIMD_LSTM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_LSTM_INL_H_
#undef NAMRACK_SIMD_LSTM_INL_H_
#else
#define NAMRACK_SIMD_LSTM_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr std::size_t kLstmTileFrames = 64;
inline constexpr std::size_t kGates = 4;

/// Lanes that suit `hidden` units: the whole vector, or the half or quarter that is not mostly padding.
template <std::size_t kHidden>
constexpr std::size_t lanes_for() {
  constexpr std::size_t kWhole = hn::MaxLanes(hn::ScalableTag<float>());
  std::size_t lanes = kWhole;
  while (kHidden > 0 && lanes > 4 && (lanes / 2) * ((kHidden + lanes / 2 - 1) / (lanes / 2)) <= lanes / 2)
    lanes /= 2;
  return lanes;
}

struct PackedLstmLayer {
  std::size_t inputs;
  const float* bias;     ///< [slice][gate][lane]
  const float* weights;  ///< [input, then hidden][slice][gate][lane]
};

/// Everything that one instance keeps between samples.
struct LstmState {
  AlignedFloats hidden;  ///< [layer][padded]
  AlignedFloats cell;    ///< [layer][padded]
};

/// One layer over a tile. `in` has `in_stride` floats a frame; `hidden_out` gets `padded` floats a frame and
/// starts with the previous frame's hidden state in the row before.
template <class D, class Hidden>
void run_lstm_layer(const PackedLstmLayer& layer, Hidden hidden, const float* in, std::size_t in_stride,
                    std::size_t frames, float* hidden_out, float* cell) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t slices = (hidden + lanes - 1) / lanes;
  const std::size_t padded = slices * lanes;
  const std::size_t column = kGates * padded;
  const Tanh<D> tanh;
  const Sigmoid<D> sigmoid;
  for (std::size_t t = 0; t < frames; ++t) {
    const float* const x = in + t * in_stride;
    const float* const before = hidden_out + t * padded;
    float* const after = hidden_out + (t + 1) * padded;
    for (std::size_t s = 0; s < slices; ++s) {
      const float* const bias = layer.bias + s * kGates * lanes;
      // Two sets of sums halve the chain of dependent additions.
      hn::Vec<D> even[kGates];
      hn::Vec<D> odd[kGates];
      for (std::size_t g = 0; g < kGates; ++g) {
        even[g] = hn::Load(d, bias + g * lanes);
        odd[g] = hn::Zero(d);
      }
      const float* w = layer.weights + s * kGates * lanes;
      for (std::size_t i = 0; i < layer.inputs; ++i, w += column) {
        const auto xi = hn::Set(d, x[i]);
        for (std::size_t g = 0; g < kGates; ++g)
          even[g] = hn::MulAdd(hn::Load(d, w + g * lanes), xi, even[g]);
      }
      std::size_t j = 0;
      for (; j + 2 <= hidden; j += 2, w += 2 * column) {
        const auto h0 = hn::Set(d, before[j]);
        const auto h1 = hn::Set(d, before[j + 1]);
        for (std::size_t g = 0; g < kGates; ++g) {
          even[g] = hn::MulAdd(hn::Load(d, w + g * lanes), h0, even[g]);
          odd[g] = hn::MulAdd(hn::Load(d, w + column + g * lanes), h1, odd[g]);
        }
      }
      if (j < hidden) {
        const auto h0 = hn::Set(d, before[j]);
        for (std::size_t g = 0; g < kGates; ++g)
          even[g] = hn::MulAdd(hn::Load(d, w + g * lanes), h0, even[g]);
      }
      const auto input_gate = sigmoid(hn::Add(even[0], odd[0]));
      const auto forget_gate = sigmoid(hn::Add(even[1], odd[1]));
      const auto candidate = tanh(hn::Add(even[2], odd[2]));
      const auto output_gate = sigmoid(hn::Add(even[3], odd[3]));
      const auto c = hn::MulAdd(forget_gate, hn::Load(d, cell + s * lanes), hn::Mul(input_gate, candidate));
      hn::Store(c, d, cell + s * lanes);
      hn::Store(hn::Mul(output_gate, tanh(c)), d, after + s * lanes);
    }
  }
}

using RunLstmLayer = void (*)(const PackedLstmLayer&, std::size_t hidden, const float* in,
                              std::size_t in_stride, std::size_t frames, float* hidden_out, float* cell);

/// A kernel and the number of lanes that its weights must be packed for.
struct LstmKernel {
  RunLstmLayer run;
  std::size_t lanes;
};

template <std::size_t kHidden>
LstmKernel lstm_kernel() {
  using D = hn::CappedTag<float, lanes_for<kHidden>()>;
  return {[](const PackedLstmLayer& layer, std::size_t hidden, const float* in, std::size_t in_stride,
             std::size_t frames, float* hidden_out, float* cell) {
            run_lstm_layer<D>(layer, Dim<kHidden>(hidden), in, in_stride, frames, hidden_out, cell);
          },
          hn::Lanes(D())};
}

/// The widths of the sizes that captures come in (nam-format: named architectures).
template <bool kAllowed = kSpecialise>
LstmKernel select_lstm_kernel(std::size_t hidden, bool specialise) {
  if constexpr (kAllowed) {
    switch (specialise ? hidden : 0) {
      case 8:
        return lstm_kernel<8>();
      case 12:
        return lstm_kernel<12>();
      case 16:
        return lstm_kernel<16>();
      case 20:
        return lstm_kernel<20>();
      case 24:
        return lstm_kernel<24>();
      case 40:
        return lstm_kernel<40>();
      default:
        break;
    }
  }
  return lstm_kernel<0>();
}

class LstmPlan : public NetworkPlan {
 public:
  LstmPlan(const LstmConfig& config, const LstmWeights& weights, std::uint64_t prewarm_frames,
           bool specialise);

  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override { return packed_.size() * sizeof(float); }
  const char* target() const noexcept override { return hwy::TargetName(HWY_TARGET); }

  std::size_t hidden() const { return config_.hidden_size; }
  std::size_t num_layers() const { return config_.num_layers; }
  std::size_t padded() const { return padded_; }
  RunLstmLayer kernel() const { return kernel_.run; }
  const std::vector<PackedLstmLayer>& layers() const { return layers_; }
  const float* head() const { return head_; }
  const std::vector<float>& head_bias() const { return head_bias_; }
  const LstmState& initial(InitialState state) const {
    return state == InitialState::prewarmed ? settled_ : stored_;
  }
  LstmState new_state() const {
    return {AlignedFloats(num_layers() * padded_), AlignedFloats(num_layers() * padded_)};
  }

 private:
  void pack_layer(const LstmLayerWeights& weights, std::size_t inputs, float*& to);

  LstmConfig config_;
  LstmKernel kernel_;
  std::size_t padded_;
  AlignedFloats packed_;
  std::vector<PackedLstmLayer> layers_;
  const float* head_;
  std::vector<float> head_bias_;
  LstmState stored_, settled_;
};

class Lstm : public Network {
 public:
  /// `owner` may be null while the plan itself uses an instance.
  Lstm(const LstmPlan& plan, std::shared_ptr<const LstmPlan> owner, InitialState state)
      : owner_(std::move(owner)),
        plan_(&plan),
        state_(plan.new_state()),
        hidden_{AlignedFloats((kLstmTileFrames + 1) * plan.padded()),
                AlignedFloats((kLstmTileFrames + 1) * plan.padded())} {
    reset(state);
  }

  std::size_t outputs() const noexcept override { return plan_->head_bias().size(); }

  void process(const float* in, float* out, std::size_t stride, std::size_t frames) noexcept override {
    for (std::size_t done = 0; done < frames; done += kLstmTileFrames) {
      run_tile(in + done, out + done, stride, std::min(kLstmTileFrames, frames - done));
    }
  }

  void reset(InitialState state) noexcept override {
    const LstmState& from = plan_->initial(state);
    std::copy_n(from.hidden.data(), from.hidden.size(), state_.hidden.data());
    std::copy_n(from.cell.data(), from.cell.size(), state_.cell.data());
  }

  std::size_t state_bytes() const noexcept override {
    return (2 * state_.hidden.size() + 2 * hidden_[0].size()) * sizeof(float);
  }

  const LstmState& state() const { return state_; }

 private:
  void run_tile(const float* in, float* out, std::size_t out_stride, std::size_t frames) noexcept {
    const std::size_t padded = plan_->padded();
    const float* x = in;
    std::size_t stride = 1;
    for (std::size_t l = 0; l < plan_->num_layers(); ++l) {
      float* const rows = hidden_[l % 2].data();  // row 0: the state before the tile
      std::copy_n(state_.hidden.data() + l * padded, padded, rows);
      plan_->kernel()(plan_->layers()[l], plan_->hidden(), x, stride, frames, rows,
                      state_.cell.data() + l * padded);
      std::copy_n(rows + frames * padded, padded, state_.hidden.data() + l * padded);
      x = rows + padded;
      stride = padded;
    }
    for (std::size_t o = 0; o < outputs(); ++o) {
      const float* const head = plan_->head() + o * plan_->hidden();
      for (std::size_t t = 0; t < frames; ++t) {
        float y = plan_->head_bias()[o];
        for (std::size_t h = 0; h < plan_->hidden(); ++h) y += head[h] * x[t * stride + h];
        out[o * out_stride + t] = y;
      }
    }
  }

  std::shared_ptr<const LstmPlan> owner_;
  const LstmPlan* plan_;
  LstmState state_;
  AlignedFloats hidden_[2];  ///< [frame + 1][padded]: hidden states of a tile, of two layers in turn
};

inline LstmPlan::LstmPlan(const LstmConfig& config, const LstmWeights& weights, std::uint64_t prewarm_frames,
                          bool specialise)
    : config_(config),
      kernel_(select_lstm_kernel(config.hidden_size, specialise)),
      padded_((config.hidden_size + kernel_.lanes - 1) / kernel_.lanes * kernel_.lanes),
      packed_([&] {
        std::size_t floats = config.out_channels * config.hidden_size;
        for (std::size_t l = 0; l < config.num_layers; ++l) {
          floats += kGates * padded_ * (1 + config.input_size(l) + config.hidden_size);
        }
        return floats;
      }()),
      head_bias_(weights.head_bias),
      stored_(new_state()),
      settled_(new_state()) {
  float* to = packed_.data();
  for (std::size_t l = 0; l < config.num_layers; ++l) {
    pack_layer(weights.layers[l], config.input_size(l), to);
    std::copy(weights.layers[l].hidden.begin(), weights.layers[l].hidden.end(),
              stored_.hidden.data() + l * padded_);
    std::copy(weights.layers[l].cell.begin(), weights.layers[l].cell.end(),
              stored_.cell.data() + l * padded_);
  }
  head_ = to;
  std::copy(weights.head.begin(), weights.head.end(), to);

  const ScopedFlushDenormals flush_denormals;
  Lstm settling(*this, nullptr, InitialState::zero);
  std::vector<float> silence(kLstmTileFrames, 0.0F);
  std::vector<float> ignored(config.out_channels * kLstmTileFrames);
  for (std::uint64_t done = 0; done < prewarm_frames; done += kLstmTileFrames) {
    settling.process(silence.data(), ignored.data(), kLstmTileFrames,
                     std::min<std::uint64_t>(kLstmTileFrames, prewarm_frames - done));
  }
  std::copy_n(settling.state().hidden.data(), settled_.hidden.size(), settled_.hidden.data());
  std::copy_n(settling.state().cell.data(), settled_.cell.size(), settled_.cell.data());
}

inline void LstmPlan::pack_layer(const LstmLayerWeights& weights, std::size_t inputs, float*& to) {
  const std::size_t hidden = config_.hidden_size;
  const std::size_t columns = inputs + hidden;
  // Visits the padded gate rows in packed order; padding rows keep the zeros of the buffer.
  const auto pack_column = [&](const auto& entry) {
    for (std::size_t slice = 0; slice < padded_; slice += kernel_.lanes) {
      for (std::size_t gate = 0; gate < kGates; ++gate) {
        for (std::size_t lane = 0; lane < kernel_.lanes; ++lane, ++to) {
          if (slice + lane < hidden) *to = entry(gate * hidden + slice + lane);
        }
      }
    }
  };
  const float* const bias = to;
  pack_column([&](std::size_t row) { return weights.bias[row]; });
  const float* const matrix = to;
  for (std::size_t c = 0; c < columns; ++c) {
    pack_column([&](std::size_t row) { return weights.weights[row * columns + c]; });
  }
  layers_.push_back({inputs, bias, matrix});
}

inline std::unique_ptr<Network> LstmPlan::instantiate() const {
  return std::make_unique<Lstm>(*this, std::static_pointer_cast<const LstmPlan>(shared_from_this()),
                                InitialState::prewarmed);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_LSTM_INL_H_

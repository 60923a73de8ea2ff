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
inline constexpr std::size_t kCandidate =
    2;  ///< the gate that goes through tanh, the others go through sigmoid

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

  /// `other` belongs to the same plan, as below.
  void copy(const LstmState& other) noexcept {
    std::copy_n(other.hidden.data(), hidden.size(), hidden.data());
    std::copy_n(other.cell.data(), cell.size(), cell.data());
  }
  bool equals(const LstmState& other) const noexcept {
    return std::equal(hidden.data(), hidden.data() + hidden.size(), other.hidden.data()) &&
           std::equal(cell.data(), cell.data() + cell.size(), other.cell.data());
  }
};

/// One layer of a tile: where its input, its hidden states and its cell state are.
struct LstmLayerRun {
  const PackedLstmLayer* layer;
  const float* in;  ///< [frame][in_stride]
  std::size_t in_stride;
  float* hidden;  ///< [frame + 1][padded]; row 0 is the state before the tile
  float* cell;    ///< [padded]
};

/// The recurrence of layers of one width. A step is bound by latency: the products wait for the hidden state,
/// the gates for the products, the hidden state for tanh(cell).
template <class D, class Hidden>
class LstmSteps {
 public:
  explicit LstmSteps(Hidden hidden) : hidden_(hidden) {}

  void run(const LstmLayerRun& layer, std::size_t frames) const {
    for (std::size_t t = 0; t < frames; ++t) step(layer, t);
  }

  /// Two layers, the second one frame behind the first: each fills the waiting time of the other.
  void run_pair(const LstmLayerRun& first, const LstmLayerRun& second, std::size_t frames) const {
    step(first, 0);
    for (std::size_t t = 1; t < frames; ++t) {
      if constexpr (kSlicesKnown == 1) {
        Sums<1> of_second;
        Sums<1> of_first;
        multiply(second, t - 1, 0, of_second);
        multiply(first, t, 0, of_first);
        update(second, t - 1, 0, of_second);
        update(first, t, 0, of_first);
      } else {
        step(second, t - 1);
        step(first, t);
      }
    }
    step(second, frames - 1);
  }

  /// The product of one row of the head, [padded], with the hidden state of every frame.
  void run_head(const float* head, float bias, const float* hidden, float* out, std::size_t frames) const {
    const D d;
    for (std::size_t t = 0; t < frames; ++t) {
      V sum = hn::Zero(d);
      for (std::size_t h = 0; h < padded(); h += hn::Lanes(d))
        sum = hn::MulAdd(hn::Load(d, head + h), hn::Load(d, hidden + t * padded() + h), sum);
      out[t] = bias + hn::GetLane(hn::SumOfLanes(d, sum));
    }
  }

 private:
  using V = hn::Vec<D>;
  template <std::size_t kSlices>
  using Sums = V[kSlices][kGates];
  /// Slices of hidden units, 0 if not known at compile time.
  static constexpr std::size_t kSlicesKnown = (Hidden::kStatic + hn::MaxLanes(D()) - 1) / hn::MaxLanes(D());
  /// Slices whose sums are made at a time.
  static constexpr std::size_t kGroup = kSlicesKnown == 3 ? 3 : 2;

  std::size_t padded() const { return (hidden_ + hn::Lanes(D()) - 1) / hn::Lanes(D()) * hn::Lanes(D()); }

  HWY_INLINE void step(const LstmLayerRun& run, std::size_t t) const {
    const std::size_t slices = padded() / hn::Lanes(D());
    std::size_t s = 0;
    for (; s + kGroup <= slices; s += kGroup) slices_at<kGroup>(run, t, s);
    for (; s < slices; ++s) slices_at<1>(run, t, s);
  }
  template <std::size_t kSlices>
  HWY_INLINE void slices_at(const LstmLayerRun& run, std::size_t t, std::size_t slice) const {
    Sums<kSlices> sums;
    multiply(run, t, slice, sums);
    update(run, t, slice, sums);
  }

  template <std::size_t kSlices>
  HWY_INLINE static void add_column(const float* weights, float x, Sums<kSlices>& sums) {
    const D d;
    const V factor = hn::Set(d, x);
    for (std::size_t s = 0; s < kSlices; ++s) {
      for (std::size_t g = 0; g < kGates; ++g) {
        const V weight = hn::Load(d, weights + (s * kGates + g) * hn::Lanes(d));
        sums[s][g] = hn::MulAdd(weight, factor, sums[s][g]);
      }
    }
  }

  /// bias + weights x [input, hidden state before]
  template <std::size_t kSlices>
  HWY_INLINE void multiply(const LstmLayerRun& run, std::size_t t, std::size_t slice,
                           Sums<kSlices>& sums) const {
    const D d;
    const std::size_t column = kGates * padded();
    const std::size_t offset = slice * kGates * hn::Lanes(d);
    for (std::size_t s = 0; s < kSlices; ++s) {
      for (std::size_t g = 0; g < kGates; ++g)
        sums[s][g] = hn::Load(d, run.layer->bias + offset + (s * kGates + g) * hn::Lanes(d));
    }
    const float* weights = run.layer->weights + offset;
    const float* const in = run.in + t * run.in_stride;
    for (std::size_t i = 0; i < run.layer->inputs; ++i, weights += column) add_column(weights, in[i], sums);
    const float* const before = run.hidden + t * padded();
    std::size_t j = 0;
    if constexpr (kSlices == 1) {
      // Four sums are too few to hide the latency of the additions: the odd columns get sums of their own.
      Sums<1> odd;
      for (V& sum : odd[0]) sum = hn::Zero(d);
      for (; j + 2 <= hidden_; j += 2, weights += 2 * column) {
        add_column(weights, before[j], sums);
        add_column(weights + column, before[j + 1], odd);
      }
      for (std::size_t g = 0; g < kGates; ++g) sums[0][g] = hn::Add(sums[0][g], odd[0][g]);
    }
    for (; j < hidden_; ++j, weights += column) add_column(weights, before[j], sums);
  }

  template <std::size_t kSlices>
  HWY_INLINE void update(const LstmLayerRun& run, std::size_t t, std::size_t slice,
                         const Sums<kSlices>& sums) const {
    const D d;
    const Tanh<D> tanh;
    for (std::size_t s = 0; s < kSlices; ++s) {
      const std::size_t at = (slice + s) * hn::Lanes(d);
      // sigmoid(2 x) = (q + n)^2 / 2 (q^2 + n^2): what is known early joins the numerators and denominators,
      // so that little waits for a division, and there are three of them instead of five.
      const HalfTanh<V> input = tanh.half_argument(sums[s][0]);
      const HalfTanh<V> forget = tanh.half_argument(sums[s][1]);
      const HalfTanh<V> candidate = tanh.half_argument(sums[s][2]);
      const HalfTanh<V> output = tanh.half_argument(sums[s][3]);
      const V half_cell = hn::Mul(hn::Set(d, 0.5F), hn::Load(d, run.cell + at));
      const V kept = hn::Div(hn::Mul(forget.square_of_sum(), half_cell), forget.norm());
      const V added = hn::Div(hn::Mul(input.square_of_sum(), candidate.product()),
                              hn::Mul(input.norm(), candidate.norm()));
      const V c = hn::Add(kept, added);
      hn::Store(c, d, run.cell + at);
      const HalfTanh<V> cell = tanh.half_argument(c);
      const V h =
          hn::Div(hn::Mul(output.square_of_sum(), cell.product()), hn::Mul(output.norm(), cell.norm()));
      hn::Store(h, d, run.hidden + (t + 1) * padded() + at);
    }
  }

  Hidden hidden_;
};

/// Runs one layer, or two that follow each other (`second` not null), over a tile.
using RunLstmLayers = void (*)(std::size_t hidden, const LstmLayerRun& first, const LstmLayerRun* second,
                               std::size_t frames);

using RunLstmHead = void (*)(std::size_t hidden, const float* head, float bias, const float* states,
                             float* out, std::size_t frames);

/// The kernels of one width and the number of lanes that their weights must be packed for.
struct LstmKernel {
  RunLstmLayers run;
  RunLstmHead run_head;
  std::size_t lanes;
};

template <std::size_t kHidden>
LstmKernel lstm_kernel() {
  using D = hn::CappedTag<float, lanes_for<kHidden>()>;
  using Steps = LstmSteps<D, Dim<kHidden>>;
  return {[](std::size_t hidden, const LstmLayerRun& first, const LstmLayerRun* second, std::size_t frames) {
            const Steps steps{Dim<kHidden>(hidden)};
            if (second == nullptr) {
              steps.run(first, frames);
            } else {
              steps.run_pair(first, *second, frames);
            }
          },
          [](std::size_t hidden, const float* head, float bias, const float* states, float* out,
             std::size_t frames) { Steps(Dim<kHidden>(hidden)).run_head(head, bias, states, out, frames); },
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
  const LstmKernel& kernel() const { return kernel_; }
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
                AlignedFloats((kLstmTileFrames + 1) * plan.padded()),
                AlignedFloats((kLstmTileFrames + 1) * plan.padded())} {
    reset(state);
  }

  std::size_t outputs() const noexcept override { return plan_->head_bias().size(); }

  void process(const float* in, float* out, std::size_t stride, std::size_t frames) noexcept override {
    for (std::size_t done = 0; done < frames; done += kLstmTileFrames) {
      run_tile(in + done, out + done, stride, std::min(kLstmTileFrames, frames - done));
    }
  }

  void reset(InitialState state) noexcept override { state_.copy(plan_->initial(state)); }

  std::size_t state_bytes() const noexcept override {
    return (2 * state_.hidden.size() + 3 * hidden_[0].size()) * sizeof(float);
  }

  const LstmState& state() const { return state_; }

 private:
  void run_tile(const float* in, float* out, std::size_t out_stride, std::size_t frames) noexcept {
    const std::size_t padded = plan_->padded();
    const std::size_t layers = plan_->num_layers();
    LstmLayerRun run[2];
    const float* x = in;
    std::size_t stride = 1;
    for (std::size_t l = 0; l < layers; l += 2) {
      const std::size_t count = std::min<std::size_t>(2, layers - l);
      for (std::size_t i = 0; i < count; ++i) {
        float* const rows = hidden_[(l + i) % 3].data();
        std::copy_n(state_.hidden.data() + (l + i) * padded, padded, rows);
        run[i] = {&plan_->layers()[l + i], x, stride, rows, state_.cell.data() + (l + i) * padded};
        x = rows + padded;
        stride = padded;
      }
      plan_->kernel().run(plan_->hidden(), run[0], count == 2 ? &run[1] : nullptr, frames);
      for (std::size_t i = 0; i < count; ++i)
        std::copy_n(run[i].hidden + frames * padded, padded, state_.hidden.data() + (l + i) * padded);
    }
    for (std::size_t o = 0; o < outputs(); ++o) {
      plan_->kernel().run_head(plan_->hidden(), plan_->head() + o * padded, plan_->head_bias()[o], x,
                               out + o * out_stride, frames);
    }
  }

  std::shared_ptr<const LstmPlan> owner_;
  const LstmPlan* plan_;
  LstmState state_;
  /// [frame + 1][padded]: hidden states of a tile, of the layer before a pair and of the pair, in turn.
  AlignedFloats hidden_[3];
};

inline LstmPlan::LstmPlan(const LstmConfig& config, const LstmWeights& weights, std::uint64_t prewarm_frames,
                          bool specialise)
    : config_(config),
      kernel_(select_lstm_kernel(config.hidden_size, specialise)),
      padded_((config.hidden_size + kernel_.lanes - 1) / kernel_.lanes * kernel_.lanes),
      packed_([&] {
        std::size_t floats = config.out_channels * padded_;
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
  for (std::size_t o = 0; o < config.out_channels; ++o)
    std::copy_n(weights.head.data() + o * config.hidden_size, config.hidden_size, to + o * padded_);

  const ScopedFlushDenormals flush_denormals;
  Lstm settling(*this, nullptr, InitialState::zero);
  std::vector<float> silence(kLstmTileFrames, 0.0F);
  std::vector<float> ignored(config.out_channels * kLstmTileFrames);
  for (std::uint64_t left = prewarm_frames; left > 0;) {
    const std::uint64_t frames = std::min<std::uint64_t>(kLstmTileFrames, left);
    settling.process(silence.data(), ignored.data(), kLstmTileFrames, frames);
    left -= frames;
    // Once a tile leaves the state as it was, so do all other whole tiles.
    if (settling.state().equals(settled_)) left %= kLstmTileFrames;
    settled_.copy(settling.state());
  }
}

inline void LstmPlan::pack_layer(const LstmLayerWeights& weights, std::size_t inputs, float*& to) {
  const std::size_t hidden = config_.hidden_size;
  const std::size_t columns = inputs + hidden;
  // Visits the padded gate rows in packed order; padding rows keep the zeros of the buffer.
  const auto pack_column = [&](const auto& entry) {
    for (std::size_t slice = 0; slice < padded_; slice += kernel_.lanes) {
      for (std::size_t gate = 0; gate < kGates; ++gate) {
        for (std::size_t lane = 0; lane < kernel_.lanes; ++lane, ++to) {
          // Sigmoids take half of their argument, and halving is exact.
          const float scale = gate == kCandidate ? 1.0F : 0.5F;
          if (slice + lane < hidden) *to = scale * entry(gate * hidden + slice + lane);
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

// The LSTM, compiled once per SIMD target: its weights, packed for the kernels, and its state.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/aligned_floats.h"
#include "engine/base/flush_denormals.h"
#include "engine/network/description/lstm.h"
#include "engine/network/network.h"
#include "engine/network/simd/lstm_steps-inl.h"
#include "hwy/highway.h"

#if defined(NAMRACK_SIMD_LSTM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_LSTM_INL_H_
#undef NAMRACK_SIMD_LSTM_INL_H_
#else
#define NAMRACK_SIMD_LSTM_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

inline constexpr std::size_t kLstmTileFrames = 64;

/// Everything that one instance keeps between samples.
struct LstmState {
  AlignedFloats hidden;  ///< [packed layer][padded]
  AlignedFloats cell;    ///< [packed layer][padded]

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

class LstmPlan : public NetworkPlan {
 public:
  LstmPlan(const LstmConfig& config, const LstmWeights& weights, std::uint64_t prewarm_frames,
           bool specialise);

  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override {
    std::size_t bytes = packed_.size() * sizeof(float);
    for (const auto& table : exchange_tables_) bytes += table.size() * sizeof(table[0]);
    return bytes;
  }
  const char* target() const noexcept override { return hwy::TargetName(HWY_TARGET); }

  std::size_t hidden() const { return config_.hidden_size; }
  /// Hidden units of a packed layer.
  std::size_t width() const { return shared_ * hidden(); }
  std::size_t padded() const { return padded_; }
  const LstmKernel& kernel() const { return kernel_; }
  const std::vector<PackedLstmLayer>& layers() const { return layers_; }
  /// [output][padded], for the states of the last packed layer
  const float* head() const { return head_; }
  const std::vector<float>& head_bias() const { return head_bias_; }
  const LstmState& initial(InitialState state) const {
    return state == InitialState::prewarmed ? settled_ : stored_;
  }
  LstmState new_state() const {
    return {AlignedFloats(packed_layers() * padded_), AlignedFloats(packed_layers() * padded_)};
  }

 private:
  std::size_t packed_layers() const { return (config_.num_layers + shared_ - 1) / shared_; }
  /// The layers of the model from `first` on that share their vectors.
  void pack_layers(const LstmWeights& weights, std::size_t first, float*& to);

  LstmConfig config_;
  std::size_t shared_;  ///< layers that share their vectors: 1 or 2
  LstmKernel kernel_;
  std::size_t padded_;
  AlignedFloats packed_;
  std::vector<std::vector<std::int32_t>> exchange_tables_;
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
        hidden_{AlignedFloats(kRows * plan.padded()), AlignedFloats(kRows * plan.padded()),
                AlignedFloats(kRows * plan.padded())} {
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
    const std::vector<PackedLstmLayer>& layers = plan_->layers();
    LstmLayerRun run[2];
    const float* x = in;
    std::size_t stride = 1;
    for (std::size_t l = 0; l < layers.size();) {
      const bool shares = layers[l].model_layers > 1;
      const std::size_t count = shares ? 1 : std::min<std::size_t>(2, layers.size() - l);
      for (std::size_t i = 0; i < count; ++i) {
        const PackedLstmLayer& layer = layers[l + i];
        float* const rows = hidden_[(l + i) % 3].data() + padded;
        std::copy_n(state_.hidden.data() + (l + i) * padded, padded, rows);
        run[i] = {&layer, x, stride, rows, state_.cell.data() + (l + i) * padded};
        x = rows + (1 + layer.delay()) * padded + layer.last_lane(plan_->hidden());
        stride = padded;
      }
      if (shares) {
        run_sharing(run[0], frames);
      } else {
        plan_->kernel().run(plan_->width(), run[0], count == 2 ? &run[1] : nullptr, frames);
      }
      for (std::size_t i = 0; i < count; ++i) {
        std::copy_n(run[i].hidden + (frames + run[i].layer->delay()) * padded, padded,
                    state_.hidden.data() + (l + i) * padded);
      }
      l += count;
    }
    const float* const states = x - layers.back().last_lane(plan_->hidden());
    for (std::size_t o = 0; o < outputs(); ++o) {
      plan_->kernel().run_head(plan_->width(), plan_->head() + o * padded, plan_->head_bias()[o], states,
                               out + o * out_stride, frames);
    }
  }

  /// Two layers in one: steps for the first frames of the first, the steps of both, and steps for the last
  /// frames of the second. What a step makes of the layer that it is not for is undone.
  void run_sharing(const LstmLayerRun& run, std::size_t frames) noexcept {
    const std::size_t hidden = plan_->hidden();
    const std::size_t padded = plan_->padded();
    const std::size_t delay = run.layer->delay();
    static constexpr float kNoInput[hn::MaxLanes(FloatTag())] = {};
    const auto steps = [&](std::size_t from, std::size_t count, bool hears) {
      LstmLayerRun part = run;
      part.in = hears ? run.in + from * run.in_stride : kNoInput;
      part.in_stride = hears ? run.in_stride : 0;
      part.hidden += from * padded;
      plan_->kernel().run(plan_->width(), part, nullptr, count);
    };
    float first_cell[hn::MaxLanes(FloatTag())];
    float second_cell[hn::MaxLanes(FloatTag())];
    const auto first_ends = [&] { std::copy_n(run.cell, hidden, first_cell); };
    const std::size_t alone = std::min(frames, delay);

    std::copy_n(run.cell + hidden, hidden, second_cell);
    steps(0, alone, true);
    first_ends();  // unless it goes on below
    steps(alone, delay - alone, false);
    std::copy_n(second_cell, hidden, run.cell + hidden);
    std::copy_n(run.hidden + hidden, hidden, run.hidden + delay * padded + hidden);
    if (frames > alone) {
      steps(alone, frames - alone, true);
      first_ends();
    }
    steps(std::max(frames, delay), alone, false);
    std::copy_n(first_cell, hidden, run.cell);
    std::copy_n(run.hidden + frames * padded, hidden, run.hidden + (frames + delay) * padded);
  }

  std::shared_ptr<const LstmPlan> owner_;
  const LstmPlan* plan_;
  LstmState state_;
  /// Rows of hidden states: of a tile, of a delay of two frames, and two before.
  static constexpr std::size_t kRows = kLstmTileFrames + 4;
  /// [row][padded], of the layer before a pair and of the pair, in turn
  AlignedFloats hidden_[3];
};

inline LstmPlan::LstmPlan(const LstmConfig& config, const LstmWeights& weights, std::uint64_t prewarm_frames,
                          bool specialise)
    : config_(config),
      shared_(config.num_layers > 1 && 2 * config.hidden_size <= hn::Lanes(FloatTag()) ? 2 : 1),
      // The widths of the sizes that captures come in (nam-format: named architectures).
      kernel_(select_lstm_kernel<8, 12, 16, 20, 24, 40>(width(), specialise)),
      padded_((width() + kernel_.lanes - 1) / kernel_.lanes * kernel_.lanes),
      packed_([&] {
        std::size_t columns = 0;  // with the bias
        for (std::size_t l = 0; l < config.num_layers; l += shared_)
          columns += 1 + config.input_size(l) + width();  // of layers that share: two for each unit
        return (config.out_channels + kGates * columns) * padded_;
      }()),
      head_bias_(weights.head.bias),
      stored_(new_state()),
      settled_(new_state()) {
  float* to = packed_.data();
  for (std::size_t l = 0; l < config.num_layers; l += shared_) pack_layers(weights, l, to);
  for (std::size_t l = 0; l < config.num_layers; ++l) {
    const std::size_t at = l / shared_ * padded_ + l % shared_ * hidden();
    std::copy(weights.layers[l].hidden.weights.begin(), weights.layers[l].hidden.weights.end(),
              stored_.hidden.data() + at);
    std::copy(weights.layers[l].cell.weights.begin(), weights.layers[l].cell.weights.end(),
              stored_.cell.data() + at);
  }
  head_ = to;
  for (std::size_t o = 0; o < config.out_channels; ++o) {
    std::copy_n(weights.head.weights.data() + o * hidden(), hidden(),
                to + o * padded_ + layers_.back().last_lane(hidden()));
  }

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

inline void LstmPlan::pack_layers(const LstmWeights& weights, std::size_t first, float*& to) {
  const std::size_t count = std::min(shared_, config_.num_layers - first);
  const std::size_t inputs = config_.input_size(first);
  // Visits the gate rows of the layers in packed order; padding rows keep the zeros of the buffer.
  const auto pack_column = [&](const auto& entry) {
    for (std::size_t slice = 0; slice < padded_; slice += kernel_.lanes) {
      for (std::size_t gate = 0; gate < kGates; ++gate) {
        for (std::size_t lane = 0; lane < kernel_.lanes; ++lane, ++to) {
          const std::size_t layer = (slice + lane) / hidden();
          // Sigmoids take half of their argument, and halving is exact.
          const float scale = gate == kCandidate ? 1.0F : 0.5F;
          if (layer < count) *to = scale * entry(layer, gate * hidden() + (slice + lane) % hidden());
        }
      }
    }
  };
  const auto weight = [&](std::size_t layer, std::size_t row, std::size_t column) {
    const std::size_t columns = config_.input_size(first + layer) + hidden();
    return weights.layers[first + layer].gates.weights[row * columns + column];
  };
  const float* const bias = to;
  pack_column(
      [&](std::size_t layer, std::size_t row) { return weights.layers[first + layer].gates.bias[row]; });
  const float* const matrix = to;
  for (std::size_t c = 0; c < inputs; ++c) {
    pack_column([&](std::size_t layer, std::size_t row) { return layer == 0 ? weight(0, row, c) : 0.0F; });
  }
  const auto own = [&](std::size_t layer, std::size_t row, std::size_t unit) {
    return unit < hidden() ? weight(layer, row, config_.input_size(first + layer) + unit) : 0.0F;
  };
  if (count == 2) {
    for (std::size_t c = 0; c < hidden(); ++c) {
      pack_column([&](std::size_t layer, std::size_t row) { return layer == 1 ? weight(1, row, c) : 0.0F; });
    }
  }
  const bool exchanges = count == 2 || kernel_.exchanges;
  const std::size_t units = count == 2 ? hidden() : width();
  for (std::size_t c = 0; c < units; ++c) {
    pack_column([&](std::size_t layer, std::size_t row) {
      return own(layer, row, exchanges ? exchanged_unit(row % hidden(), c, units) : c);
    });
  }
  const std::int32_t* table = nullptr;
  if (exchanges) table = exchange_tables_.emplace_back(exchange_table(count, units, kernel_.lanes)).data();
  layers_.push_back({inputs, count, bias, matrix, table});
}

inline std::unique_ptr<Network> LstmPlan::instantiate() const {
  return std::make_unique<Lstm>(*this, std::static_pointer_cast<const LstmPlan>(shared_from_this()),
                                InitialState::prewarmed);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_LSTM_INL_H_

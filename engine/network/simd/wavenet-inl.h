// The WaveNet, compiled once per SIMD target. Three lifetimes: the plan (geometry and packed weights,
// shared), the state (history rings) and the scratch of one tile. A tile runs through all layers while it is
// in the L1 cache.

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "engine/base/aligned_floats.h"
#include "engine/model/limits.h"
#include "engine/model/wavenet_weights.h"
#include "engine/network/network.h"
#include "engine/network/simd/activations-inl.h"
#include "engine/network/simd/history_ring.h"
#include "engine/network/simd/matrix_tile-inl.h"

#if defined(NAMRACK_SIMD_WAVENET_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_WAVENET_INL_H_
#undef NAMRACK_SIMD_WAVENET_INL_H_
#else
#define NAMRACK_SIMD_WAVENET_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

static_assert(kTileFrames % (kVecTile * kLanes) == 0 || kTileFrames % kLanes == 0);

struct PackedLayer {
  LayerConfig config;
  RingLayout ring;
  std::vector<std::size_t> delays;  ///< of each tap, in frames
  const float* conv;                ///< with the mixin and the bias
  const float* one_by_one;
};

struct PackedArray {
  LayerArrayConfig config;
  std::vector<PackedLayer> layers;
  const float* rechannel;
  const float* head;
  bool last;  ///< its residual signal is not heard, so its last 1x1 is not computed
};

/// One tile on its way through the network; rows of kTileFrames floats.
struct Tile {
  std::size_t frames;
  std::size_t vectors;
  bool settle;               ///< treat the current frame as if it had lasted for ever
  const float* condition;    ///< the input, padded
  float* conv_out;           ///< rows of the convolution where the activation needs a pass of its own
  float* activated;          ///< [channels]
  float* head;               ///< [channels]: running sum over the layers
  float* next_head;          ///< [head_size]
  const float* residual_in;  ///< [input_size]
  float* residual_out;       ///< [channels]
};

template <class Use>
HWY_INLINE void for_each_vector(const Tile& tile, std::size_t rows, const Use& use) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t v = 0; v < tile.vectors; ++v) use(row, row * kTileFrames + v * kLanes);
  }
}

inline void apply(const Activation& activation, const Tile& tile, std::size_t rows, const float* from,
                  float* to) {
  const FloatTag d;
  with_activation<FloatTag>(activation, [&](const auto& act) {
    for_each_vector(tile, rows, [&](std::size_t row, std::size_t at) {
      hn::Store(act(hn::Load(d, from + at), row), d, to + at);
    });
  });
}

/// conv_out -> activated, for layers whose activation is not fused into the convolution; and the skip sum.
inline void activate(const LayerConfig& layer, const Tile& tile, std::size_t channels) {
  const FloatTag d;
  apply(layer.activation, tile, channels, tile.conv_out, tile.activated);
  if (layer.gating != Gating::none) {
    float* gates = tile.conv_out + channels * kTileFrames;
    apply(layer.secondary, tile, channels, gates, gates);
    const bool blended = layer.gating == Gating::blended;
    for_each_vector(tile, channels, [&](std::size_t, std::size_t at) {
      const auto gate = hn::Load(d, gates + at);
      const auto a = hn::Load(d, tile.activated + at);
      const auto z = hn::Load(d, tile.conv_out + at);
      const auto out = blended ? hn::MulAdd(gate, hn::Sub(a, z), z) : hn::Mul(gate, a);
      hn::Store(out, d, tile.activated + at);
    });
  }
  for_each_vector(tile, channels, [&](std::size_t, std::size_t at) {
    hn::Store(hn::Add(hn::Load(d, tile.head + at), hn::Load(d, tile.activated + at)), d, tile.head + at);
  });
}

/// One layer array. Channels and kernel size are compile-time constants in the specialised instances.
template <class Channels, class Kernel>
void run_array(const PackedArray& array, HistoryRing* rings, const Tile& tile) {
  const FloatTag d;
  const Channels channels(array.config.channels);
  const auto store_rows = [&](float* to, std::size_t stride) {
    return [=](std::size_t row, std::size_t frame, auto sum)
               HWY_ATTR { hn::StoreU(sum, d, to + row * stride + frame); };
  };
  multiply(array.rechannel, channels, tile.vectors, store_rows(rings[0].current(), rings[0].stride()),
           Operand{&tile.residual_in, Dim<1>(1), Dim<0>(array.config.input_size), kTileFrames});

  const Operand condition{&tile.condition, Dim<1>(1), Dim<1>(1), kTileFrames};
  const float* const activated = tile.activated;
  for (std::size_t l = 0; l < array.layers.size(); ++l) {
    const PackedLayer& layer = array.layers[l];
    HistoryRing& ring = rings[l];
    ring.commit(tile.frames);
    if (tile.settle) ring.fill_with_current();
    std::array<const float*, limits::kKernelSize> taps;
    for (std::size_t k = 0; k < layer.delays.size(); ++k) taps[k] = ring.delayed(layer.delays[k]);
    const Operand history{taps.data(), Kernel(layer.delays.size()), channels, ring.stride()};

    if (layer.config.gating == Gating::none && layer.config.activation.kind == ActivationKind::tanh) {
      const Tanh<FloatTag> act;
      multiply(
          layer.conv, channels, tile.vectors,
          [&](std::size_t row, std::size_t frame, auto sum) HWY_ATTR {
            const std::size_t at = row * kTileFrames + frame;
            const auto a = act(sum);
            hn::Store(a, d, tile.activated + at);
            hn::Store(hn::Add(hn::Load(d, tile.head + at), a), d, tile.head + at);
          },
          history, condition);
    } else {
      multiply(layer.conv, Dim<0>(array.config.conv_rows(layer.config)), tile.vectors,
               store_rows(tile.conv_out, kTileFrames), history, condition);
      activate(layer.config, tile, channels);
    }

    const bool last_layer = l + 1 == array.layers.size();
    if (last_layer && array.last) break;
    float* const to = last_layer ? tile.residual_out : rings[l + 1].current();
    const std::size_t to_stride = last_layer ? kTileFrames : rings[l + 1].stride();
    const float* const from = ring.current();
    const std::size_t from_stride = ring.stride();
    multiply(
        layer.one_by_one, channels, tile.vectors,
        [&](std::size_t row, std::size_t frame, auto sum) HWY_ATTR {
          const auto y = hn::LoadU(d, from + row * from_stride + frame);
          hn::StoreU(hn::Add(y, sum), d, to + row * to_stride + frame);
        },
        Operand{&activated, Dim<1>(1), channels, kTileFrames});
  }
  const float* const head = tile.head;
  multiply(array.head, Dim<0>(array.config.head_size), tile.vectors, store_rows(tile.next_head, kTileFrames),
           Operand{&head, Dim<1>(1), channels, kTileFrames});
  for (std::size_t l = 0; l < array.layers.size(); ++l) rings[l].advance(tile.frames);
}

using RunArray = void (*)(const PackedArray&, HistoryRing*, const Tile&);

/// The widths of the sizes that captures come in (nam-format: named architectures).
template <bool kAllowed = kSpecialise>
RunArray select_kernel(const LayerArrayConfig& array, bool specialise) {
  if constexpr (kAllowed) {
    const bool kernel_of_3 = std::all_of(array.layers.begin(), array.layers.end(),
                                         [](const LayerConfig& l) { return l.kernel_size == 3; });
    if (specialise && kernel_of_3) {
      switch (array.channels) {
        case 2:
          return &run_array<Dim<2>, Dim<3>>;
        case 4:
          return &run_array<Dim<4>, Dim<3>>;
        case 6:
          return &run_array<Dim<6>, Dim<3>>;
        case 8:
          return &run_array<Dim<8>, Dim<3>>;
        case 12:
          return &run_array<Dim<12>, Dim<3>>;
        case 16:
          return &run_array<Dim<16>, Dim<3>>;
        default:
          break;
      }
    }
  }
  return &run_array<Dim<0>, Dim<0>>;
}

class WaveNetPlan : public NetworkPlan {
 public:
  WaveNetPlan(const WaveNetConfig& config, const WaveNetWeights& weights, bool specialise);

  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override { return packed_.size() * sizeof(float); }
  const char* target() const noexcept override { return hwy::TargetName(HWY_TARGET); }

  const std::vector<PackedArray>& arrays() const { return arrays_; }
  const std::vector<RunArray>& kernels() const { return kernels_; }
  float head_scale() const { return head_scale_; }
  std::size_t widest() const { return widest_; }
  std::size_t state_floats() const;

 private:
  void pack_array(const LayerArrayConfig& config, const LayerArrayWeights& weights, float*& to);

  AlignedFloats packed_;
  std::vector<PackedArray> arrays_;
  std::vector<RunArray> kernels_;
  float head_scale_;
  std::size_t widest_ = 1;  ///< most channels of any array
};

/// Packs [rows][columns] with an optional bias.
inline const float* pack_matrix(float*& to, const ConvWeights& matrix, std::size_t rows,
                                std::size_t columns) {
  const float* const begin = to;
  to = pack(
      to, rows, columns, [&](std::size_t row) { return matrix.bias.empty() ? 0.0F : matrix.bias[row]; },
      [&](std::size_t row, std::size_t column) { return matrix.weights[row * columns + column]; });
  return begin;
}

/// Packs a dilated convolution and the condition's mixin as one matrix: columns run tap by tap, then the
/// condition.
inline const float* pack_conv(float*& to, const LayerWeights& weights, std::size_t rows, std::size_t channels,
                              std::size_t kernel, std::size_t condition) {
  const float* const begin = to;
  to = pack(
      to, rows, kernel * channels + condition, [&](std::size_t row) { return weights.conv.bias[row]; },
      [&](std::size_t row, std::size_t column) {
        if (column >= kernel * channels) {
          return weights.mixin.weights[row * condition + column - kernel * channels];
        }
        const std::size_t tap = column / channels;
        const std::size_t channel = column % channels;
        return weights.conv.weights[(row * channels + channel) * kernel + tap];
      });
  return begin;
}

inline WaveNetPlan::WaveNetPlan(const WaveNetConfig& config, const WaveNetWeights& weights, bool specialise)
    // Every weight is packed once and every row has a bias, stored or not.
    : packed_([&] {
        std::size_t floats = config.weight_count();
        for (const LayerArrayConfig& a : config.arrays) floats += a.channels + a.head_size;
        return floats;
      }()),
      head_scale_(weights.head_scale) {
  float* to = packed_.data();
  for (std::size_t a = 0; a < config.arrays.size(); ++a) {
    pack_array(config.arrays[a], weights.arrays[a], to);
    kernels_.push_back(select_kernel(config.arrays[a], specialise));
    widest_ = std::max({widest_, config.arrays[a].channels, config.arrays[a].head_size});
  }
  arrays_.back().last = true;
}

inline void WaveNetPlan::pack_array(const LayerArrayConfig& config, const LayerArrayWeights& weights,
                                    float*& to) {
  PackedArray packed{.config = config, .layers = {}, .rechannel = nullptr, .head = nullptr, .last = false};
  packed.rechannel = pack_matrix(to, weights.rechannel, config.channels, config.input_size);
  for (std::size_t l = 0; l < config.layers.size(); ++l) {
    const LayerConfig& layer = config.layers[l];
    std::vector<std::size_t> delays;
    for (std::size_t k = 0; k < layer.kernel_size; ++k) {
      delays.push_back((layer.kernel_size - 1 - k) * layer.dilation);
    }
    const float* const conv = pack_conv(to, weights.layers[l], config.conv_rows(layer), config.channels,
                                        layer.kernel_size, config.condition_size);
    const float* const one_by_one =
        pack_matrix(to, weights.layers[l].one_by_one, config.channels, config.channels);
    packed.layers.push_back(
        {layer, RingLayout(config.channels, layer.reach()), std::move(delays), conv, one_by_one});
  }
  packed.head = pack_matrix(to, weights.head, config.head_size, config.channels);
  arrays_.push_back(std::move(packed));
}

inline std::size_t WaveNetPlan::state_floats() const {
  std::size_t floats = 0;
  for (const PackedArray& array : arrays_) {
    for (const PackedLayer& layer : array.layers) floats += layer.ring.floats();
  }
  return floats;
}

class WaveNet : public Network {
 public:
  explicit WaveNet(std::shared_ptr<const WaveNetPlan> plan)
      : plan_(std::move(plan)),
        history_(plan_->state_floats()),
        scratch_((kFixedRows + kRowsPerChannel * plan_->widest()) * kTileFrames) {
    float* memory = history_.data();
    for (const PackedArray& array : plan_->arrays()) {
      for (const PackedLayer& layer : array.layers) {
        rings_.emplace_back(layer.ring, memory);
        memory += layer.ring.floats();
      }
    }
    reset(InitialState::prewarmed);
  }

  void process(const float* in, float* out, std::size_t frames) noexcept override {
    for (std::size_t done = 0; done < frames; done += kTileFrames) {
      run_tile(in + done, out + done, std::min(kTileFrames, frames - done), false);
    }
  }

  void reset(InitialState state) noexcept override {
    std::fill_n(history_.data(), history_.size(), 0.0F);
    if (state == InitialState::zero) return;
    // Under a constant input every history holds one constant column, so one frame settles layer after layer.
    float frame = 0.0F;
    run_tile(&frame, &frame, 1, true);
  }

  std::size_t state_bytes() const noexcept override {
    return (history_.size() + scratch_.size()) * sizeof(float);
  }

 private:
  static constexpr std::size_t kFixedRows = 1;       // the input
  static constexpr std::size_t kRowsPerChannel = 7;  // conv_out (2), activated, head (2), residual (2)

  void run_tile(const float* in, float* out, std::size_t frames, bool settle) noexcept {
    const FloatTag d;
    const std::size_t rows = plan_->widest() * kTileFrames;
    float* const input = scratch_.data();
    float* const conv_out = input + kTileFrames;
    float* const activated = conv_out + 2 * rows;
    std::array<float*, 2> head{activated + rows, activated + 2 * rows};
    std::array<float*, 2> residual{activated + 3 * rows, activated + 4 * rows};
    std::copy_n(in, frames, input);
    std::fill(input + frames, input + kTileFrames, 0.0F);
    std::fill_n(head[0], rows, 0.0F);

    const float* residual_in = input;
    HistoryRing* rings = rings_.data();
    for (std::size_t a = 0; a < plan_->arrays().size(); ++a) {
      const PackedArray& array = plan_->arrays()[a];
      const Tile tile{.frames = frames,
                      .vectors = (frames + kLanes - 1) / kLanes,
                      .settle = settle,
                      .condition = input,
                      .conv_out = conv_out,
                      .activated = activated,
                      .head = head[0],
                      .next_head = head[1],
                      .residual_in = residual_in,
                      .residual_out = residual[0]};
      plan_->kernels()[a](array, rings, tile);
      rings += array.layers.size();
      residual_in = residual[0];
      std::swap(residual[0], residual[1]);
      std::swap(head[0], head[1]);
    }
    const auto scale = hn::Set(d, plan_->head_scale());
    for (std::size_t t = 0; t < kTileFrames && t < frames; t += kLanes) {
      hn::Store(hn::Mul(scale, hn::Load(d, head[0] + t)), d, head[0] + t);
    }
    std::copy_n(head[0], frames, out);
  }

  std::shared_ptr<const WaveNetPlan> plan_;
  std::vector<HistoryRing> rings_;  // one a layer, over all arrays
  AlignedFloats history_;
  AlignedFloats scratch_;
};

inline std::unique_ptr<Network> WaveNetPlan::instantiate() const {
  return std::make_unique<WaveNet>(std::static_pointer_cast<const WaveNetPlan>(shared_from_this()));
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_WAVENET_INL_H_

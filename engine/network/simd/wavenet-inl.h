// The WaveNet, compiled once per SIMD target. Three lifetimes: the plan (geometry and packed weights,
// shared), the state (histories) and the scratch of one tile. A tile runs through all layers while it is
// in the L1 cache.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "engine/base/aligned_floats.h"
#include "engine/network/network.h"
#include "engine/network/simd/array_head-inl.h"
#include "engine/network/simd/full_array-inl.h"
#include "engine/network/simd/plain_array-inl.h"
#include "engine/network/simd/tile-inl.h"
#include "engine/network/simd/wavenet_plan-inl.h"

#if defined(NAMRACK_SIMD_WAVENET_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_WAVENET_INL_H_
#undef NAMRACK_SIMD_WAVENET_INL_H_
#else
#define NAMRACK_SIMD_WAVENET_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

static_assert(kTileFrames % kLanes == 0);

/// A function that runs an array, as run_plain_array() says.
using ArrayKernel = void (*)(const PackedArray&, History*, const Tile&, const float* in, Rows skip,
                             const ArrayOutput& out);

/// The kernel of a plain array with the activation Act: a specialised one, if there is one of its width.
template <class Kernel, class Act, std::size_t... kWidths>
ArrayKernel select_plain(const LayerArrayConfig& config, bool specialise) {
  ArrayKernel kernel = &run_plain_array<Dim<0>, Dim<0>, Dim<0>, Act>;
  const bool kernel_fits = std::all_of(config.layers.begin(), config.layers.end(), [](const LayerConfig& l) {
    return Kernel::kStatic == 0 || l.kernel_size == Kernel::kStatic;
  });
  if (!specialise || !kernel_fits || config.bottleneck != config.channels || config.condition_size != 1)
    return kernel;
  const auto try_width = [&](auto width) {
    using Width = decltype(width);
    if (config.channels != width) return;
    // Two channels in registers have too little to do while one vector waits for another. The form is that of
    // all tiles, however long: their outputs must agree.
    constexpr bool kByEstrin =
        Width::kStatic == 2 && stays_in_registers(2) && std::is_same_v<Act, Tanh<FloatTag>>;
    using Form = std::conditional_t<kByEstrin, TanhEstrin<FloatTag>, Act>;
    kernel = &run_plain_array<Width, Kernel, Dim<1>, Form>;
  };
  if constexpr (kSpecialise) (try_width(Dim<kWidths>(kWidths)), ...);
  return kernel;
}

/// Specialised are the widths of the sizes that captures come in (nam-format: named architectures).
inline ArrayKernel select_kernel(const PackedArray& array, bool specialise) {
  const auto all_fit = [&](auto fits) {
    return array.plain && std::all_of(array.config.layers.begin(), array.config.layers.end(),
                                      [&](const LayerConfig& l) { return fits(l.activation); });
  };
  using A1 = Tanh<FloatTag>;
  using A2 = GentleLeakyRelu<FloatTag>;
  if (all_fit(A1::fits)) return select_plain<Dim<3>, A1, 2, 4, 6, 8, 12, 16>(array.config, specialise);
  if (all_fit(A2::fits)) return select_plain<Dim<0>, A2, 3, 8>(array.config, specialise);
  return &run_full_array;
}

class WaveNetPlan : public NetworkPlan {
 public:
  WaveNetPlan(const WaveNetConfig& config, const WaveNetWeights& weights,
              std::shared_ptr<const NetworkPlan> condition, std::uint64_t settling_frames, bool specialise)
      : packer_(packed_floats(config, weights)),
        condition_(std::move(condition)),
        outputs_(config.out_channels()) {
    for (std::size_t a = 0; a < config.arrays.size(); ++a) {
      const LayerArrayConfig& array = config.arrays[a];
      const bool is_last = a + 1 == config.arrays.size();
      arrays_.push_back(
          pack_array(packer_, array, weights.arrays[a], is_last ? weights.head_scale.weights.front() : 1.0F));
      arrays_.back().first = a == 0;
      arrays_.back().last = is_last;
      kernels_.push_back(select_kernel(arrays_.back(), specialise));
      for (const LayerConfig& layer : array.layers) widest_ = std::max(widest_, array.conv_rows(layer));
      widest_ = std::max(
          {widest_, array.channels, array.condition_size, array.skip_size(), array.head.out_channels});
    }
    for (const auto& [channels, reach] : config.histories()) histories_.emplace_back(channels, reach);
    if (config.head) pack_post_head(*config.head, weights.post_head);
    if (settling_frames > 0) settle(settling_frames);
  }

  std::unique_ptr<Network> instantiate() const override;
  std::size_t bytes() const noexcept override {
    return packer_.bytes() + (settled_ ? settled_->bytes() : 0) + (condition_ ? condition_->bytes() : 0);
  }
  const char* target() const noexcept override { return hwy::TargetName(HWY_TARGET); }

  const std::vector<PackedArray>& arrays() const { return arrays_; }
  const std::vector<ArrayKernel>& kernels() const { return kernels_; }
  const std::vector<PackedPostConv>& post_head() const { return post_head_; }
  const Activation& post_activation() const { return post_activation_; }
  /// Those of each layer and then the head, array by array; then of the post-stack head.
  const std::vector<HistoryLayout>& histories() const { return histories_; }
  const NetworkPlan* condition() const { return condition_.get(); }
  std::size_t outputs() const { return outputs_; }
  /// The histories after the prewarm, where one frame cannot tell them; else null.
  const Histories* settled() const { return settled_ ? &*settled_ : nullptr; }
  /// Most rows that any matrix has.
  std::size_t widest() const { return widest_; }

 private:
  void pack_post_head(const PostHeadConfig& head, const std::vector<Matrix>& weights) {
    post_activation_ = head.activation;
    for (const Matrix& conv : weights) {
      post_head_.push_back({packer_.add(conv, 1), conv.shape.columns, conv.shape.rows});
      widest_ = std::max(widest_, conv.shape.rows);
    }
  }

  /// Runs the whole prewarm: a recurrent condition has no constant to settle on.
  void settle(std::uint64_t frames);

  Packer packer_;
  std::shared_ptr<const NetworkPlan> condition_;
  std::vector<PackedArray> arrays_;
  std::vector<ArrayKernel> kernels_;
  std::vector<PackedPostConv> post_head_;
  Activation post_activation_;
  std::vector<HistoryLayout> histories_;
  std::size_t outputs_;
  std::size_t widest_ = 1;
  std::optional<Histories> settled_;
};

class WaveNet : public Network {
 public:
  /// `owner` may be null while the plan itself uses an instance.
  WaveNet(const WaveNetPlan& plan, std::shared_ptr<const WaveNetPlan> owner, InitialState state)
      : owner_(std::move(owner)),
        plan_(&plan),
        histories_(plan.histories()),
        scratch_(kScratchBlocks * block_floats() + kTileFrames),
        tile_{.condition_film = block(kConditionFilm),
              .film = block(kFilm),
              .conv_out = block(kConvOut),
              .mixin_out = block(kMixinOut),
              .activated = block(kActivated),
              .residual = block(kResidual)} {
    runs_.reserve(plan_->arrays().size());
    History* history = histories_.data();
    for (std::size_t a = 0; a < plan_->arrays().size(); ++a) {
      const PackedArray& array = plan_->arrays()[a];
      History* const head = history + array.layers.size();
      runs_.push_back({.array = array,
                       .kernel = plan_->kernels()[a],
                       .histories = history,
                       .skip_scratch = scratch_rows(block(kSkip + a % 2)),
                       .residual = scratch_rows(block(kArrayResidual + a % 2))});
      history = head + 1;
    }
    post_histories_ = history;
    if (plan_->condition() != nullptr) condition_ = plan_->condition()->instantiate();
    reset(state);
  }

  std::size_t outputs() const noexcept override { return plan_->outputs(); }

  void process(const float* in, float* out, std::size_t stride, std::size_t frames) noexcept override {
    for (std::size_t done = 0; done < frames; done += kTileFrames) {
      run_tile(in + done, out + done, stride, std::min(kTileFrames, frames - done), false);
    }
  }

  void reset(InitialState state) noexcept override {
    histories_.clear();
    if (condition_) condition_->reset(state);
    if (state == InitialState::zero) return;
    if (plan_->settled() != nullptr) return histories_.copy(*plan_->settled());
    // Under a constant input every history holds one constant column, so one frame settles layer after layer.
    const float silence = 0.0F;
    run_tile(&silence, nullptr, 0, 1, true);
  }

  std::size_t state_bytes() const noexcept override {
    return histories_.bytes() + scratch_.size() * sizeof(float) +
           (condition_ ? condition_->state_bytes() : 0);
  }

  const Histories& histories() const { return histories_; }

 private:
  /// The scratch, in blocks as wide as the widest matrix. Of what goes from array to array there are two.
  enum ScratchBlock : std::size_t {
    kInput,
    kCondition,
    kConditionFilm,
    kFilm,
    kConvOut = kFilm + 2,
    kMixinOut,
    kActivated,
    kResidual,
    kArrayResidual,
    kSkip = kArrayResidual + 2,
    kResult = kSkip + 2,
    kScratchBlocks
  };
  std::size_t block_floats() const { return plan_->widest() * kTileFrames; }
  float* block(std::size_t index) { return scratch_.data() + index * block_floats(); }

  /// An array and what it reads and writes.
  struct ArrayRun {
    const PackedArray& array;
    ArrayKernel kernel;
    History* histories;  ///< of each layer, then of the head
    Rows skip_scratch;
    Rows residual;  ///< where its residual signal goes

    /// The array gathers its skip sum here: in the history of its head, if that has one.
    Rows skip() const {
      return array.head_has_history() ? current_rows(histories[array.layers.size()]) : skip_scratch;
    }
  };

  void run_tile(const float* in, float* out, std::size_t stride, std::size_t frames, bool settle) noexcept {
    tile_.frames = frames;
    tile_.vectors = (frames + kLanes - 1) / kLanes;
    tile_.settle = settle;
    // Nothing is written to `out`, which may be `in`, before all arrays have read their input.
    const bool whole_vectors = frames == tile_.vectors * kLanes;
    if (!whole_vectors) {
      copy_padded(in, block(kInput), frames);
      in = block(kInput);
    }
    tile_.condition = in;
    if (condition_) {
      condition_->process(in, block(kCondition), kTileFrames, frames);
      tile_.condition = block(kCondition);
    }
    // The output can be written where it belongs, if nothing behind it is overwritten.
    const bool direct = out != nullptr && whole_vectors && plan_->post_head().empty();
    const Rows result = direct ? Rows{out, stride} : scratch_rows(block(kResult));

    Rows skip = runs_.front().skip();
    for (const ArrayRun* run = runs_.data();; ++run) {
      const bool is_last = run->array.last;
      const ArrayOutput to{run->residual, is_last ? result : run[1].skip()};
      run->kernel(run->array, run->histories, tile_, in, skip, to);
      if (is_last) break;
      in = to.residual.base;
      skip = to.head;
    }
    if (direct) return;
    const Rows heard = run_post_head(result);
    if (out == nullptr) return;
    for (std::size_t i = 0; i < plan_->outputs(); ++i) std::copy_n(heard.at(i, 0), frames, out + i * stride);
  }

  /// nam-format: section 6.7: an activation, then a convolution, time and again.
  Rows run_post_head(Rows rows) {
    for (std::size_t j = 0; j < plan_->post_head().size(); ++j) {
      const PackedPostConv& post = plan_->post_head()[j];
      History& history = post_histories_[j];
      apply(plan_->post_activation(), tile_, post.width_in, rows, current_rows(history));
      const auto past =
          read_taps(history, tile_, Dim<0>(post.conv.taps), post.conv.dilation, Dim<0>(post.width_in));
      rows = scratch_rows(block(kArrayResidual + j % 2));
      multiply(post.conv.matrix, Dim<0>(post.width_out), tile_.vectors, StoreTo{rows}, past);
      history.advance(tile_.frames);
    }
    return rows;
  }

  std::shared_ptr<const WaveNetPlan> owner_;
  const WaveNetPlan* plan_;
  std::unique_ptr<Network> condition_;  // null: the input conditions the layers
  Histories histories_;
  AlignedFloats scratch_;
  Tile tile_;
  std::vector<ArrayRun> runs_;
  History* post_histories_ = nullptr;
};

inline std::unique_ptr<Network> WaveNetPlan::instantiate() const {
  return std::make_unique<WaveNet>(*this, std::static_pointer_cast<const WaveNetPlan>(shared_from_this()),
                                   InitialState::prewarmed);
}

inline void WaveNetPlan::settle(std::uint64_t frames) {
  WaveNet settling(*this, nullptr, InitialState::zero);
  const std::vector<float> silence(kTileFrames, 0.0F);
  std::vector<float> ignored(outputs_ * kTileFrames);
  for (std::uint64_t done = 0; done < frames; done += kTileFrames) {
    settling.process(silence.data(), ignored.data(), kTileFrames,
                     std::min<std::uint64_t>(kTileFrames, frames - done));
  }
  settled_.emplace(histories_).copy(settling.histories());
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_WAVENET_INL_H_

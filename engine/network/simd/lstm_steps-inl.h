// The steps of an LSTM, compiled once per SIMD target. The lanes hold hidden units: a recurrence has no
// frames to run side by side. Weights are packed by input column, and in a column by slice of hidden units:
// the gates i, f, g, o of one slice stand together, so that they are made in registers.

#include <cstddef>

#include "engine/base/dim.h"
#include "engine/network/simd/activations-inl.h"
#include "engine/network/simd/matrix_tile-inl.h"
#include "hwy/highway.h"

#if defined(NAMRACK_SIMD_LSTM_STEPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_LSTM_STEPS_INL_H_
#undef NAMRACK_SIMD_LSTM_STEPS_INL_H_
#else
#define NAMRACK_SIMD_LSTM_STEPS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr std::size_t kGates = 4;
inline constexpr std::size_t kCandidate = 2;  ///< the gate that goes through tanh, the others through sigmoid
inline constexpr std::size_t kOutput = 3;

/// Lanes that suit `hidden` units: the whole vector, or the half or quarter that is not mostly padding.
template <std::size_t kHidden>
constexpr std::size_t lanes_for() {
  constexpr std::size_t kWhole = hn::MaxLanes(hn::ScalableTag<float>());
  std::size_t lanes = kWhole;
  while (kHidden > 0 && lanes > 4 && (lanes / 2) * ((kHidden + lanes / 2 - 1) / (lanes / 2)) <= lanes / 2)
    lanes /= 2;
  return lanes;
}

/// What the kernels take for a layer: one of the model's, or two that share their vectors, the second in the
/// lanes behind the first. The second layer of such a pair runs one frame behind the first, so that a step of
/// both depends on nothing but the step before. (A product with a weight of 0 stands for what a layer does
/// not hear: an input that is not finite is not kept from the second layer.)
struct PackedLstmLayer {
  std::size_t inputs;
  std::size_t model_layers;  ///< 1 or 2
  const float* bias;         ///< [slice][gate][lane]
  const float* weights;      ///< [input, then hidden][slice][gate][lane]

  /// Frames that the last of its layers runs behind the first.
  std::size_t delay() const { return model_layers - 1; }
};

/// One layer of a tile: where its input, its hidden states and its cell state are.
struct LstmLayerRun {
  const PackedLstmLayer* layer;
  const float* in;  ///< [frame][in_stride]
  std::size_t in_stride;
  float* hidden;  ///< [frame + 1 + delay][padded]; row 0 is the state before the tile
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
    if constexpr (kSlices == 1) {
      // The output gate is needed last. Its sums fill the time in which the cell state is waited for, if they
      // come behind it: a core begins with what comes first.
      multiply<1, 0, kOutput>(run, t, slice, sums);
      const V cell = update_cell(run, slice, sums[0]);
      multiply<1, kOutput, kGates>(run, behind(cell, t), slice, sums);
      update_hidden(run, t, slice, cell, sums[0]);
    } else {
      multiply(run, t, slice, sums);
      update(run, t, slice, sums);
    }
  }

  /// `t`, which for all the compiler knows depends on `v`: what uses it comes behind what makes `v`.
  HWY_INLINE static std::size_t behind(V v, std::size_t t) {
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
    (void)v;
#elif HWY_ARCH_X86
    asm("" : "+r"(t) : "v"(v.raw));
#elif HWY_ARCH_ARM
    asm("" : "+r"(t) : "w"(v.raw));
#endif
    return t;
  }

  template <std::size_t kSlices, std::size_t kFrom, std::size_t kTo>
  HWY_INLINE static void add_column(const float* weights, float x, Sums<kSlices>& sums) {
    const D d;
    const V factor = hn::Set(d, x);
    for (std::size_t s = 0; s < kSlices; ++s) {
      for (std::size_t g = kFrom; g < kTo; ++g) {
        const V weight = hn::Load(d, weights + (s * kGates + g) * hn::Lanes(d));
        sums[s][g] = hn::MulAdd(weight, factor, sums[s][g]);
      }
    }
  }

  /// bias + weights x [input, hidden state before], for the gates from kFrom to kTo - 1
  template <std::size_t kSlices, std::size_t kFrom = 0, std::size_t kTo = kGates>
  HWY_INLINE void multiply(const LstmLayerRun& run, std::size_t t, std::size_t slice,
                           Sums<kSlices>& sums) const {
    const D d;
    const std::size_t column = kGates * padded();
    const std::size_t offset = slice * kGates * hn::Lanes(d);
    for (std::size_t s = 0; s < kSlices; ++s) {
      for (std::size_t g = kFrom; g < kTo; ++g)
        sums[s][g] = hn::Load(d, run.layer->bias + offset + (s * kGates + g) * hn::Lanes(d));
    }
    const float* weights = run.layer->weights + offset;
    const float* const in = run.in + t * run.in_stride;
    for (std::size_t i = 0; i < run.layer->inputs; ++i, weights += column)
      add_column<kSlices, kFrom, kTo>(weights, in[i], sums);
    const float* const before = run.hidden + t * padded();
    std::size_t j = 0;
    if constexpr (kSlices == 1) {
      // One sum a gate would not hide the latency of the additions: columns take turns with as many as the
      // registers hold.
      constexpr std::size_t kMore = kManyRegisters ? 3 : 1;
      const std::size_t whole = hidden_ / (kMore + 1) * (kMore + 1);
      Sums<1> more[kMore];
      for (std::size_t i = 0; i < kMore; ++i) {
        for (std::size_t g = kFrom; g < kTo; ++g) more[i][0][g] = hn::Zero(d);
      }
      for (; j < whole; j += kMore + 1, weights += (kMore + 1) * column) {
        add_column<1, kFrom, kTo>(weights, before[j], sums);
        for (std::size_t i = 0; i < kMore; ++i)
          add_column<1, kFrom, kTo>(weights + (i + 1) * column, before[j + i + 1], more[i]);
      }
      for (std::size_t g = kFrom; g < kTo; ++g) {
        sums[0][g] = hn::Add(sums[0][g], more[0][0][g]);
        if constexpr (kMore == 3) sums[0][g] = hn::Add(sums[0][g], hn::Add(more[1][0][g], more[2][0][g]));
      }
    }
    for (; j < hidden_; ++j, weights += column) add_column<kSlices, kFrom, kTo>(weights, before[j], sums);
  }

  template <std::size_t kSlices>
  HWY_INLINE void update(const LstmLayerRun& run, std::size_t t, std::size_t slice,
                         const Sums<kSlices>& sums) const {
    for (std::size_t s = 0; s < kSlices; ++s)
      update_hidden(run, t, slice + s, update_cell(run, slice + s, sums[s]), sums[s]);
  }

  // sigmoid(2 x) = (q + n)^2 / 2 (q^2 + n^2): what is known early joins the numerators and denominators, so
  // that little waits for a division.

  HWY_INLINE V update_cell(const LstmLayerRun& run, std::size_t slice, const V (&sums)[kGates]) const {
    const D d;
    const Tanh<D> tanh;
    float* const at = run.cell + slice * hn::Lanes(d);
    const HalfTanh<V> input = tanh.half_argument(sums[0]);
    const HalfTanh<V> forget = tanh.half_argument(sums[1]);
    const HalfTanh<V> candidate = tanh.half_argument(sums[kCandidate]);
    const V half_cell = hn::Mul(hn::Set(d, 0.5F), hn::Load(d, at));
    const V kept = hn::Div(hn::Mul(forget.square_of_sum(), half_cell), forget.norm());
    const V added =
        hn::Div(hn::Mul(input.square_of_sum(), candidate.product()), hn::Mul(input.norm(), candidate.norm()));
    const V cell = hn::Add(kept, added);
    hn::Store(cell, d, at);
    return cell;
  }

  HWY_INLINE void update_hidden(const LstmLayerRun& run, std::size_t t, std::size_t slice, V cell,
                                const V (&sums)[kGates]) const {
    const D d;
    const Tanh<D> tanh;
    const HalfTanh<V> output = tanh.half_argument(sums[kOutput]);
    const V open = hn::Div(output.square_of_sum(), output.norm());
    const HalfTanh<V> heard = tanh.half_argument(cell);
    const V hidden = hn::Div(hn::Mul(open, heard.product()), heard.norm());
    hn::Store(hidden, d, run.hidden + (t + 1) * padded() + slice * hn::Lanes(d));
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

/// The one of this width, if it is among kWidths, or that for any.
template <std::size_t... kWidths>
LstmKernel select_lstm_kernel(std::size_t hidden, bool specialise) {
  LstmKernel kernel = lstm_kernel<0>();
  if constexpr (kSpecialise)
    ((specialise && hidden == kWidths ? void(kernel = lstm_kernel<kWidths>()) : void()), ...);
  return kernel;
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_LSTM_STEPS_INL_H_

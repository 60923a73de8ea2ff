// The steps of an LSTM, compiled once per SIMD target. The lanes hold hidden units: a recurrence has no
// frames to run side by side. Weights are packed by input column, and in a column by slice of hidden units:
// the gates i, f, g, o of one slice stand together, so that they are made in registers.

#include <algorithm>
#include <cstddef>
#include <cstdint>

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
/// lanes behind the first. The second layer of such a pair runs two frames behind the first, so that a step
/// needs from the step before what both hear of themselves, and what the second hears of the first has been
/// known for a step. (A product with a weight of 0 stands for what a layer does not hear: an input that is
/// not finite is not kept from the second layer.)
struct PackedLstmLayer {
  std::size_t inputs;
  std::size_t model_layers;  ///< 1 or 2
  const float* bias;         ///< [slice][gate][lane]
  /// [column][slice][gate][lane]: input, then, if layers share, what the second hears of the first, then
  /// hidden
  const float* weights;

  /// Frames that the last of its layers runs behind the first.
  std::size_t delay() const { return 2 * (model_layers - 1); }
  /// Where the last of its layers begins in a vector, if each has `units`.
  std::size_t last_lane(std::size_t units) const { return (model_layers - 1) * units; }
};

/// One layer of a tile: where its input, its hidden states and its cell state are.
struct LstmLayerRun {
  const PackedLstmLayer* layer;
  const float* in;  ///< [frame][in_stride]
  std::size_t in_stride;
  /// [frame + 1 + delay][padded]; row 0 is the state before the tile. With a delay there is a row before it,
  /// which is read, but heard by nobody.
  float* hidden;
  float* cell;  ///< [padded]
};

/// The recurrence of layers of one width. A step is bound by latency: the products wait for the hidden state,
/// the gates for the products, the hidden state for tanh(cell).
template <class D, class Hidden>
class LstmSteps {
 public:
  explicit LstmSteps(Hidden hidden) : hidden_(hidden) {}

  /// Steps of one layer, or of two that share their vectors.
  void run(const LstmLayerRun& layer, std::size_t frames) const {
    if constexpr (kSlicesKnown <= 1) {
      if (layer.layer->model_layers > 1) return run_sharing(layer, frames);
    }
    if constexpr (kUnitsInRegisters) {
      V before = hn::Load(D(), layer.hidden);
      for (std::size_t t = 0; t < frames; ++t) {
        before = slice_step(layer, t, [before](std::size_t j) HWY_ATTR { return unit(before, j); });
      }
    } else {
      for (std::size_t t = 0; t < frames; ++t) step(layer, t);
    }
  }

  /// Two layers, the second one frame behind the first: each fills the waiting time of the other.
  void run_pair(const LstmLayerRun& first, const LstmLayerRun& second, std::size_t frames) const {
    step(first, 0);
    for (std::size_t t = 1; t < frames; ++t) {
      if constexpr (kNarrow) {
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

  /// The product of one row of the head, [padded], with the hidden state of every frame. Four frames are
  /// added up at a time: hidden states up to a multiple of four are read.
  void run_head(const float* head, float bias, const float* hidden, float* out, std::size_t frames) const {
    const D d;
    const auto products = [&](std::size_t t) HWY_ATTR {
      V sum = hn::Zero(d);
      for (std::size_t h = 0; h < padded(); h += hn::Lanes(d))
        sum = hn::MulAdd(hn::Load(d, head + h), hn::Load(d, hidden + t * padded() + h), sum);
      return sum;
    };
#if HWY_TARGET == HWY_SCALAR
    for (std::size_t t = 0; t < frames; ++t) out[t] = bias + hn::GetLane(products(t));
#else
    const hn::CappedTag<float, 4> four;
    for (std::size_t t = 0; t < frames; t += 4) {
      const V even = add_halves(products(t), products(t + 2));
      const V odd = add_halves(products(t + 1), products(t + 3));
      const auto y = hn::Add(hn::Set(four, bias), sum_of_blocks(d, add_halves(even, odd)));
      if (t + 4 <= frames) {
        hn::StoreU(y, four, out + t);
      } else {
        float last[4];
        hn::StoreU(y, four, last);
        std::copy_n(last, frames - t, out + t);
      }
    }
#endif
  }

 private:
  using V = hn::Vec<D>;
  template <std::size_t kSlices>
  using Sums = V[kSlices][kGates];
  /// Slices of hidden units, 0 if not known at compile time.
  static constexpr std::size_t kSlicesKnown = (Hidden::kStatic + hn::MaxLanes(D()) - 1) / hn::MaxLanes(D());
  /// Nothing but the latency of its step bounds a single slice.
  static constexpr bool kNarrow = kSlicesKnown == 1;
  /// Slices whose sums are made at a time.
  static constexpr std::size_t kGroup = kSlicesKnown == 3 ? 3 : 2;

  /// Whether the hidden state goes from step to step without a way through memory, which takes 14 cycles of a
  /// Zen 5 instead of 6.
  static constexpr bool kUnitsInRegisters = kNarrow && HWY_TARGET <= HWY_AVX2;

#if HWY_TARGET != HWY_SCALAR
  /// In each block of four lanes: a0 + a2, b0 + b2, a1 + a3, b1 + b3.
  HWY_INLINE static V add_halves(V a, V b) {
    return hn::Add(hn::InterleaveLower(D(), a, b), hn::InterleaveUpper(D(), a, b));
  }
  /// The blocks of four lanes of a vector, added.
  template <class DV>
  HWY_INLINE static auto sum_of_blocks(DV d, hn::Vec<DV> v) {
    if constexpr (hn::MaxLanes(d) <= 4) {
      return v;
    } else {
      const hn::Half<DV> half;
      return sum_of_blocks(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
    }
  }
#endif

  std::size_t padded() const { return (hidden_ + hn::Lanes(D()) - 1) / hn::Lanes(D()) * hn::Lanes(D()); }
  std::size_t column() const { return kGates * padded(); }

  void run_sharing(const LstmLayerRun& layers, std::size_t frames) const {
    V before = hn::Load(D(), layers.hidden);
    for (std::size_t t = 0; t < frames; ++t) before = sharing_step(layers, t, before);
  }

  HWY_INLINE void step(const LstmLayerRun& run, std::size_t t) const {
    const std::size_t slices = padded() / hn::Lanes(D());
    std::size_t s = 0;
    for (; s + kGroup <= slices; s += kGroup) {
      Sums<kGroup> sums;
      multiply(run, t, s, sums);
      update(run, t, s, sums);
    }
    for (; s < slices; ++s) slice_step(run, t, unit_in(row(run, t)), s);
  }

  /// A step of one slice. `unit(j)`: the hidden unit j of the step before, in all lanes.
  template <class Unit>
  HWY_INLINE V slice_step(const LstmLayerRun& run, std::size_t t, Unit unit, std::size_t slice = 0) const {
    // The output gate is needed last: its sums fill the time in which the cell state is waited for.
    Sums<1> sums;
    const float* weights = add_inputs<1, 0, kOutput>(run, t, slice, sums);
    add_hidden<0, kOutput>(weights, hidden_, unit, sums);
    const V cell = update_cell(run, slice, sums[0]);
    weights = add_inputs<1, kOutput, kGates>(run, t, slice, sums);
    add_hidden<kOutput, kGates>(weights, hidden_, unit_in(row(run, t)), sums);
    return update_hidden(run, t, slice, cell, sums[0]);
  }

  HWY_INLINE V sharing_step(const LstmLayerRun& run, std::size_t t, V before) const {
    const std::size_t units = hidden_ / 2;
    const auto own = [&](std::size_t j) HWY_ATTR { return unit_of_each(before, j, units); };
    const auto first = unit_in(row(run, t) - padded());
    Sums<1> sums;
    const float* weights = add_inputs<1, 0, kGates>(run, t, 0, sums);
    add_hidden<0, kGates>(weights, units, first, sums);
    weights += units * column();
    add_hidden<0, kOutput>(weights, units, own, sums);
    const V cell = update_cell<true>(run, 0, sums[0]);
    add_hidden<kOutput, kGates>(weights, units, own, sums);
    return update_hidden(run, t, 0, cell, sums[0]);
  }

  const float* row(const LstmLayerRun& run, std::size_t t) const { return run.hidden + t * padded(); }

  /// The hidden unit j, in all lanes: from memory, from a register,
  HWY_INLINE static auto unit_in(const float* hidden) {
    return [hidden](std::size_t j) HWY_ATTR { return hn::Set(D(), hidden[j]); };
  }
  HWY_INLINE static V unit(V hidden, std::size_t j) {
    const hn::RebindToSigned<D> d;
    return hn::TableLookupLanes(hidden, hn::IndicesFromVec(D(), hn::Set(d, static_cast<std::int32_t>(j))));
  }
  /// or of two layers of `units` each, in the lanes of its own layer.
  HWY_INLINE static V unit_of_each(V hidden, std::size_t j, std::size_t units) {
    const hn::RebindToSigned<D> d;
    const auto second = hn::Set(d, static_cast<std::int32_t>(units));
    const auto base = hn::IfThenZeroElse(hn::Lt(hn::Iota(d, 0), second), second);
    const auto lanes = hn::Add(base, hn::Set(d, static_cast<std::int32_t>(j)));
    return hn::TableLookupLanes(hidden, hn::IndicesFromVec(D(), lanes));
  }

  template <std::size_t kSlices, std::size_t kFrom, std::size_t kTo>
  HWY_INLINE static void add_column(const float* weights, V x, Sums<kSlices>& sums) {
    const D d;
    for (std::size_t s = 0; s < kSlices; ++s) {
      for (std::size_t g = kFrom; g < kTo; ++g) {
        const V weight = hn::Load(d, weights + (s * kGates + g) * hn::Lanes(d));
        sums[s][g] = hn::MulAdd(weight, x, sums[s][g]);
      }
    }
  }

  /// sums = bias + weights x input, for the gates from kFrom to kTo - 1. Returns the weights behind these.
  template <std::size_t kSlices, std::size_t kFrom, std::size_t kTo>
  HWY_INLINE const float* add_inputs(const LstmLayerRun& run, std::size_t t, std::size_t slice,
                                     Sums<kSlices>& sums) const {
    const D d;
    const std::size_t offset = slice * kGates * hn::Lanes(d);
    for (std::size_t s = 0; s < kSlices; ++s) {
      for (std::size_t g = kFrom; g < kTo; ++g)
        sums[s][g] = hn::Load(d, run.layer->bias + offset + (s * kGates + g) * hn::Lanes(d));
    }
    const float* weights = run.layer->weights + offset;
    const float* const in = run.in + t * run.in_stride;
    for (std::size_t i = 0; i < run.layer->inputs; ++i, weights += column())
      add_column<kSlices, kFrom, kTo>(weights, hn::Set(d, in[i]), sums);
    return weights;
  }

  /// sums += weights x hidden units, in one slice
  template <std::size_t kFrom, std::size_t kTo, class Unit>
  HWY_INLINE void add_hidden(const float* weights, std::size_t units, Unit unit, Sums<1>& sums) const {
    // One sum a gate would not hide the latency of the additions: columns take turns with as many as the
    // registers hold.
    constexpr std::size_t kMore = kManyRegisters ? 3 : 1;
    const std::size_t whole = units / (kMore + 1) * (kMore + 1);
    Sums<1> more[kMore];
    for (std::size_t i = 0; i < kMore; ++i) {
      for (std::size_t g = kFrom; g < kTo; ++g) more[i][0][g] = hn::Zero(D());
    }
    std::size_t j = 0;
    HWY_UNROLL(16)
    for (; j < whole; j += kMore + 1, weights += (kMore + 1) * column()) {
      add_column<1, kFrom, kTo>(weights, unit(j), sums);
      for (std::size_t i = 0; i < kMore; ++i)
        add_column<1, kFrom, kTo>(weights + (i + 1) * column(), unit(j + i + 1), more[i]);
    }
    for (std::size_t g = kFrom; g < kTo; ++g) {
      for (std::size_t i = 0; i < kMore; ++i) sums[0][g] = hn::Add(sums[0][g], more[i][0][g]);
    }
    for (; j < units; ++j, weights += column()) add_column<1, kFrom, kTo>(weights, unit(j), sums);
  }

  /// bias + weights x [input, hidden state before]
  template <std::size_t kSlices>
  HWY_INLINE void multiply(const LstmLayerRun& run, std::size_t t, std::size_t slice,
                           Sums<kSlices>& sums) const {
    const float* weights = add_inputs<kSlices, 0, kGates>(run, t, slice, sums);
    const auto unit = unit_in(row(run, t));
    if constexpr (kSlices == 1) {
      add_hidden<0, kGates>(weights, hidden_, unit, sums);
    } else {
      for (std::size_t j = 0; j < hidden_; ++j, weights += column())
        add_column<kSlices, 0, kGates>(weights, unit(j), sums);
    }
  }

  template <std::size_t kSlices>
  HWY_INLINE void update(const LstmLayerRun& run, std::size_t t, std::size_t slice,
                         const Sums<kSlices>& sums) const {
    HWY_UNROLL(4)
    for (std::size_t s = 0; s < kSlices; ++s)
      update_hidden(run, t, slice + s, update_cell(run, slice + s, sums[s]), sums[s]);
  }

  // The gates are fractions until the cell state needs them: what is known early joins the numerators and
  // denominators, so that little waits for a division.

  /// In the form of little latency or in that of few operations.
  template <bool kSoon>
  HWY_INLINE static TanhFraction<V> fraction(const Tanh<D>& tanh, V sum) {
    if constexpr (kSoon) {
      return tanh.fraction_soon(sum);
    } else {
      return tanh.fraction(sum);
    }
  }

  /// The forget gate is ready before the other two by a product. A step of one slice has no room for its
  /// quicker form beside their products; where layers share there is.
  template <bool kSharing = false>
  HWY_INLINE V update_cell(const LstmLayerRun& run, std::size_t slice, const V (&sums)[kGates]) const {
    const D d;
    const Tanh<D> tanh;
    const V half = hn::Set(d, 0.5F);
    float* const at = run.cell + slice * hn::Lanes(d);
    const TanhFraction<V> input = fraction<kNarrow>(tanh, sums[0]);
    const TanhFraction<V> candidate = fraction<kNarrow>(tanh, sums[kCandidate]);
    const V added = hn::Div(hn::Mul(hn::Add(input.d, input.n), hn::Mul(half, candidate.n)),
                            hn::Mul(input.d, candidate.d));
    const TanhFraction<V> forget = fraction<kSharing>(tanh, sums[1]);
    const V half_cell = hn::Mul(half, hn::Load(d, at));
    const V kept = hn::MulAdd(half_cell, hn::Div(forget.n, forget.d), half_cell);
    const V cell = hn::Add(kept, added);
    hn::Store(cell, d, at);
    return cell;
  }

  HWY_INLINE V update_hidden(const LstmLayerRun& run, std::size_t t, std::size_t slice, V cell,
                             const V (&sums)[kGates]) const {
    const D d;
    const Tanh<D> tanh;
    const TanhFraction<V> output = tanh.fraction(sums[kOutput]);
    const V open = hn::Mul(hn::Set(d, 0.5F), hn::Add(output.d, output.n));
    const TanhFraction<V> heard = fraction<kNarrow>(tanh, cell);
    const V hidden = hn::Div(hn::Mul(open, heard.n), hn::Mul(output.d, heard.d));
    hn::Store(hidden, d, run.hidden + (t + 1) * padded() + slice * hn::Lanes(d));
    return hidden;
  }

  Hidden hidden_;
};

/// Runs one packed layer, or two that follow each other (`second` not null), over a tile.
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

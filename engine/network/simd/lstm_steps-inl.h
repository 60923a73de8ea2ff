// The steps of an LSTM, compiled once per SIMD target. The lanes hold hidden units: a recurrence has no
// frames to run side by side. Weights are packed by input column, and in a column by slice of hidden units:
// the gates i, f, g, o of one slice stand together, so that they are made in registers.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/base/dim.h"
#include "engine/network/simd/activations-inl.h"
#include "engine/network/simd/lstm_exchange-inl.h"
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

/// The kernels' idea of a layer: one of the model's, or two that share their vectors, the second in the
/// lanes behind the first. The second layer of such a pair runs two frames behind the first, so that a step
/// needs from the step before what both hear of themselves, and what the second hears of the first has been
/// known for a step. (A product with a weight of 0 stands for what a layer does not hear: an input that is
/// not finite is not kept from the second layer.)
struct PackedLstmLayer {
  std::size_t inputs;
  std::size_t model_layers;  ///< 1 or 2
  const float* bias;         ///< [slice][gate][lane]
  /// [column][slice][gate][lane]: input, then, if layers share, what the second hears of the first, then
  /// hidden; where lanes exchange units, each has the weights of those that it hears
  const float* weights;
  const std::int32_t* exchange;  ///< [hidden column][lane], exchange_table(); null: the lanes do not exchange

  /// Frames that the last of its layers runs behind the first.
  std::size_t delay() const { return 2 * (model_layers - 1); }
  /// The lane where the last of its layers begins, if each has `units`.
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
    if constexpr (kSlices <= 1) {
      if (layer.layer->model_layers > 1) return run_sharing(layer, frames);
    }
    if constexpr (kExchanges) {
      V state = hn::Load(D(), layer.hidden);
      for (std::size_t t = 0; t < frames; ++t) state = exchanging_step(layer, t, state);
    } else {
      for (std::size_t t = 0; t < frames; ++t) step(layer, t);
    }
  }

  /// Two layers, the second one frame behind the first: each fills the waiting time of the other.
  void run_pair(const LstmLayerRun& first, const LstmLayerRun& second, std::size_t frames) const {
    if constexpr (kExchanges) {
      V state_of_first = exchanging_step(first, 0, hn::Load(D(), first.hidden));
      V state_of_second = hn::Load(D(), second.hidden);
      for (std::size_t t = 1; t < frames; ++t) {
        Sums<1> of_second;
        Sums<1> of_first;
        multiply_exchanged(second, t - 1, state_of_second, of_second);
        multiply_exchanged(first, t, state_of_first, of_first);
        state_of_second = update(second, t - 1, of_second);
        state_of_first = update(first, t, of_first);
      }
      exchanging_step(second, frames - 1, state_of_second);
    } else {
      step(first, 0);
      for (std::size_t t = 1; t < frames; ++t) {
        step(second, t - 1);
        step(first, t);
      }
      step(second, frames - 1);
    }
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

  /// Slices of hidden units, 0 if not known at compile time.
  static constexpr std::size_t kSlices = (Hidden::kStatic + hn::MaxLanes(D()) - 1) / hn::MaxLanes(D());
  /// Whether a layer is known to be a single slice: then its hidden state goes from step to step in a
  /// register whose lanes exchange units, since nothing but the latency of its step bounds it. Otherwise it
  /// is broadcast from memory, but for layers that share their vectors, whose lanes always exchange.
  static constexpr bool kExchanges = kSlices == 1;

 private:
  using V = hn::Vec<D>;
  template <std::size_t kCount>
  using Sums = V[kCount][kGates];
  /// Slices whose sums are made at a time.
  static constexpr std::size_t kGroup = kSlices == 3 ? 3 : 2;

  /// Into how many parts the sums of one slice are divided, as far as the registers go: one would not hide
  /// the latency of the additions, so that columns take turns.
  static constexpr std::size_t kParts = kManyRegisters ? 4 : 2;
  using Parts = Sums<1>[kParts];

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
    for (; s < slices; ++s) slice_step(run, t, s, unit_in(row(run, t)));
  }

  HWY_INLINE V exchanging_step(const LstmLayerRun& run, std::size_t t, V before) const {
    return slice_step(run, t, 0, exchanged<Hidden::kStatic>(run, before));
  }

  HWY_INLINE V sharing_step(const LstmLayerRun& run, std::size_t t, V before) const {
    const std::size_t units = hidden_ / 2;
    Parts parts;
    const float* weights = add_inputs(run, t, 0, parts);
    add_units<0, kGates>(weights, units, unit_in(row(run, t) - padded()), parts);
    weights += units * column();
    return finish_step(run, t, 0, weights, units, exchanged<Hidden::kStatic / 2>(run, before), parts);
  }

  /// A step of one slice. `unit(j)`: the hidden units that the lanes hear in column j.
  template <class Unit>
  HWY_INLINE V slice_step(const LstmLayerRun& run, std::size_t t, std::size_t slice, Unit unit) const {
    Parts parts;
    const float* const weights = add_inputs(run, t, slice, parts);
    return finish_step(run, t, slice, weights, hidden_, unit, parts);
  }

  /// The rest of it once the inputs are in the sums.
  template <class Unit>
  HWY_INLINE V finish_step(const LstmLayerRun& run, std::size_t t, std::size_t slice, const float* weights,
                           std::size_t units, Unit unit, Parts& parts) const {
    // The output gate is needed last: its products fill the time in which the cell state is waited for.
    Sums<1> sums;
    add_units<0, kOutput>(weights, units, unit, parts);
    add_parts<0, kOutput>(parts, sums);
    const V cell = update_cell(run, slice, sums[0]);
    add_units<kOutput, kGates>(weights, units, unit, parts);
    add_parts<kOutput, kGates>(parts, sums);
    return update_hidden(run, t, slice, cell, sums[0]);
  }

  const float* row(const LstmLayerRun& run, std::size_t t) const { return run.hidden + t * padded(); }

  /// The hidden unit j, in all lanes.
  HWY_INLINE static auto unit_in(const float* hidden) {
    return [hidden](std::size_t j) HWY_ATTR { return hn::Set(D(), hidden[j]); };
  }

  /// The hidden units that the lanes exchange in column j, of layers of kUnits each, 0 if not known.
  template <std::size_t kUnits>
  HWY_INLINE static auto exchanged(const LstmLayerRun& run, V hidden) {
    const std::int32_t* const table = run.layer->exchange;
    return [hidden, table](std::size_t j) HWY_ATTR { return exchange<kUnits>(D(), hidden, table, j); };
  }

  template <std::size_t kCount, std::size_t kFrom, std::size_t kTo>
  HWY_INLINE static void add_column(const float* weights, V x, Sums<kCount>& sums) {
    const D d;
    for (std::size_t s = 0; s < kCount; ++s) {
      for (std::size_t g = kFrom; g < kTo; ++g) {
        const V weight = hn::Load(d, weights + (s * kGates + g) * hn::Lanes(d));
        sums[s][g] = hn::MulAdd(weight, x, sums[s][g]);
      }
    }
  }

  /// sums = bias + weights x input. Returns the weights behind these.
  template <std::size_t kCount>
  HWY_INLINE const float* add_inputs(const LstmLayerRun& run, std::size_t t, std::size_t slice,
                                     Sums<kCount>& sums) const {
    const D d;
    const std::size_t offset = slice * kGates * hn::Lanes(d);
    for (std::size_t s = 0; s < kCount; ++s) {
      for (std::size_t g = 0; g < kGates; ++g)
        sums[s][g] = hn::Load(d, run.layer->bias + offset + (s * kGates + g) * hn::Lanes(d));
    }
    const float* weights = run.layer->weights + offset;
    const float* const in = run.in + t * run.in_stride;
    for (std::size_t i = 0; i < run.layer->inputs; ++i, weights += column())
      add_column<kCount, 0, kGates>(weights, hn::Set(d, in[i]), sums);
    return weights;
  }

  /// The same for one slice, into the first of its parts; the others begin with zero.
  HWY_INLINE const float* add_inputs(const LstmLayerRun& run, std::size_t t, std::size_t slice,
                                     Parts& parts) const {
    for (std::size_t i = 1; i < kParts; ++i) {
      for (std::size_t g = 0; g < kGates; ++g) parts[i][0][g] = hn::Zero(D());
    }
    return add_inputs<1>(run, t, slice, parts[0]);
  }

  /// parts += weights x hidden units
  template <std::size_t kFrom, std::size_t kTo, class Unit>
  HWY_INLINE void add_units(const float* weights, std::size_t units, Unit unit, Parts& parts) const {
    std::size_t j = 0;
    HWY_UNROLL(16)
    for (; j + kParts <= units; j += kParts) {
      for (std::size_t i = 0; i < kParts; ++i)
        add_column<1, kFrom, kTo>(weights + (j + i) * column(), unit(j + i), parts[i]);
    }
    HWY_UNROLL(4)
    for (; j < units; ++j) add_column<1, kFrom, kTo>(weights + j * column(), unit(j), parts[0]);
  }

  template <std::size_t kFrom, std::size_t kTo>
  HWY_INLINE static void add_parts(const Parts& parts, Sums<1>& sums) {
    for (std::size_t g = kFrom; g < kTo; ++g) {
      sums[0][g] = parts[0][0][g];
      for (std::size_t i = 1; i < kParts; ++i) sums[0][g] = hn::Add(sums[0][g], parts[i][0][g]);
    }
  }

  /// bias + weights x [input, hidden state before]
  template <std::size_t kCount>
  HWY_INLINE void multiply(const LstmLayerRun& run, std::size_t t, std::size_t slice,
                           Sums<kCount>& sums) const {
    const auto unit = unit_in(row(run, t));
    const float* weights = add_inputs<kCount>(run, t, slice, sums);
    for (std::size_t j = 0; j < hidden_; ++j, weights += column())
      add_column<kCount, 0, kGates>(weights, unit(j), sums);
  }

  /// The same for a layer of one slice, whose lanes exchange units.
  HWY_INLINE void multiply_exchanged(const LstmLayerRun& run, std::size_t t, V before, Sums<1>& sums) const {
    Parts parts;
    const float* const weights = add_inputs(run, t, 0, parts);
    add_units<0, kGates>(weights, hidden_, exchanged<Hidden::kStatic>(run, before), parts);
    add_parts<0, kGates>(parts, sums);
  }

  HWY_INLINE V update(const LstmLayerRun& run, std::size_t t, const Sums<1>& sums) const {
    return update_hidden(run, t, 0, update_cell(run, 0, sums[0]), sums[0]);
  }

  template <std::size_t kCount>
  HWY_INLINE void update(const LstmLayerRun& run, std::size_t t, std::size_t slice,
                         const Sums<kCount>& sums) const {
    HWY_UNROLL(4)
    for (std::size_t s = 0; s < kCount; ++s)
      update_hidden(run, t, slice + s, update_cell(run, slice + s, sums[s]), sums[s]);
  }

  // The gates are fractions until the cell state needs them: what is known early joins the numerators and
  // denominators, so that little waits for a division.

  /// In the form of little latency where that bounds a step, else in that of few operations.
  HWY_INLINE static TanhFraction<V> fraction(const Tanh<D>& tanh, V sum) {
    if constexpr (kExchanges) {
      return tanh.fraction_soon(sum);
    } else {
      return tanh.fraction(sum);
    }
  }

  /// `scale` x tanh(x)
  HWY_INLINE static TanhFraction<V> times_fraction(const Tanh<D>& tanh, TanhFraction<V> scale, V x) {
    if constexpr (kExchanges) {
      return tanh.fraction_soon(x, scale);
    } else {
      const TanhFraction<V> t = tanh.fraction(x);
      return {hn::Mul(scale.n, t.n), hn::Mul(scale.d, t.d)};
    }
  }

  /// The forget gate is ready before the other two by a product: it has time for fewer operations.
  HWY_INLINE V update_cell(const LstmLayerRun& run, std::size_t slice, const V (&sums)[kGates]) const {
    const D d;
    const Tanh<D> tanh;
    const V half = hn::Set(d, 0.5F);
    float* const at = run.cell + slice * hn::Lanes(d);
    const TanhFraction<V> input = fraction(tanh, sums[0]);
    const TanhFraction<V> candidate = fraction(tanh, sums[kCandidate]);
    const V added = hn::Div(hn::Mul(hn::Add(input.d, input.n), hn::Mul(half, candidate.n)),
                            hn::Mul(input.d, candidate.d));
    const TanhFraction<V> forget = tanh.fraction(sums[1]);
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
    const TanhFraction<V> output = fraction(tanh, sums[kOutput]);
    const TanhFraction<V> open = {hn::Mul(hn::Set(d, 0.5F), hn::Add(output.d, output.n)), output.d};
    const TanhFraction<V> heard = times_fraction(tanh, open, cell);
    const V hidden = hn::Div(heard.n, heard.d);
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

/// The kernels of one width, and what the weights must be packed for.
struct LstmKernel {
  RunLstmLayers run;
  RunLstmHead run_head;
  std::size_t lanes;
  bool exchanges;  ///< whether the lanes exchange the units of a layer; of two always
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
          hn::Lanes(D()), Steps::kExchanges};
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

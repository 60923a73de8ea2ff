// A layer array whose layers are a convolution, an activation and a 1x1, as those of nearly all captures are;
// compiled once per SIMD target (nam-format: section 5).

#include <cstddef>

#include "engine/network/simd/activations-inl.h"
#include "engine/network/simd/array_head-inl.h"
#include "engine/network/simd/plain_vector-inl.h"
#include "engine/network/simd/tile-inl.h"
#include "engine/network/simd/wavenet_plan-inl.h"

#if defined(NAMRACK_SIMD_PLAIN_ARRAY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_SIMD_PLAIN_ARRAY_INL_H_
#undef NAMRACK_SIMD_PLAIN_ARRAY_INL_H_
#else
#define NAMRACK_SIMD_PLAIN_ARRAY_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

/// An epilogue that stores the activated sums and adds them to the skip sum.
template <class Act>
struct Activate {
  const Activation& activation;
  float* activated;  // rows of kTileFrames
  Rows skip;
  template <std::size_t kRows, std::size_t kVecs>
  HWY_INLINE void operator()(std::size_t row, std::size_t frame, FloatVec (&sum)[kRows][kVecs]) const {
    activate_sums<Act>(activation, row, sum);
    StoreTo{scratch_rows(activated)}(row, frame, sum);
    StoreSum{skip, skip}(row, frame, sum);
  }
};

/// An epilogue that adds the activated sums to the skip sum and, while they are in registers, mixes them with
/// the layer's 1x1 into the residual signal, if that is heard; for layers whose channels are one tile of
/// rows.
template <class Act, std::size_t kChannels>
struct ActivateAndMix {
  const Activation& activation;
  Rows skip;
  const float* layer1x1;  // packed
  Rows residual, to;
  bool heard;
  template <std::size_t kRows, std::size_t kVecs>
  HWY_INLINE void operator()(std::size_t row, std::size_t frame, FloatVec (&sum)[kRows][kVecs]) const {
    static_assert(kRows == kChannels);
    const FloatTag d;
    activate_sums<Act>(activation, row, sum);
    StoreSum{skip, skip}(row, frame, sum);
    if (!heard) return;
    // Row by row: the sums of all rows would not fit into the registers beside the activations.
    for (std::size_t r = 0; r < kRows; ++r) {
      FloatVec mixed[kVecs];
      for (std::size_t v = 0; v < kVecs; ++v) mixed[v] = hn::LoadU(d, residual.at(r, frame + v * kLanes));
      mix_row(layer1x1, r, sum, mixed);
      for (std::size_t v = 0; v < kVecs; ++v) hn::StoreU(mixed[v], d, to.at(r, frame + v * kLanes));
    }
  }
};

/// run_plain_array() through the histories.
template <class Channels, class Kernel, class Condition, class Act>
HWY_NOINLINE void run_plain_histories(const PackedArray& array, History* history, const Tile& tile,
                                      const float* in, Rows skip, const ArrayOutput& out) {
  constexpr std::size_t kChannels = Channels::kStatic;
  const LayerArrayConfig& config = array.config;
  const Channels channels(config.channels);
  const Channels bottleneck(config.bottleneck);
  const auto condition = signal(tile.condition, Condition(config.condition_size), kTileFrames);
  multiply(array.rechannel, channels, tile.vectors, StoreTo{current_rows(*history)},
           signal(in, Dim<0>(config.input_size), kTileFrames));
  if (array.first) clear_rows(tile, bottleneck, skip);
  const PackedLayer* const end = array.layers.data() + array.layers.size();
  for (const PackedLayer* layer = array.layers.data(); layer != end; ++layer, ++history) {
    const bool is_last = layer + 1 == end;
    const bool heard = !(is_last && array.last);  // the residual signal behind it
    const Activation& activation = layer->config.activation;
    const Rows residual = current_rows(*history);
    const Rows next = is_last ? out.residual : current_rows(history[1]);
    const auto past = read_taps(*history, tile, Kernel(layer->conv.taps), layer->conv.dilation, channels);
    if constexpr (is_one_tile(Channels::kStatic)) {
      using Epilogue = ActivateAndMix<Act, Channels::kStatic>;
      const Epilogue epilogue{activation, skip, layer->layer1x1, residual, next, heard};
      if constexpr (stays_in_registers(kChannels)) {
        if (sums_apart(past.taps, layer->conv.dilation)) {
          multiply(layer->conv.matrix, bottleneck, tile.vectors, epilogue, condition, apart(past));
        } else {
          multiply(layer->conv.matrix, bottleneck, tile.vectors, epilogue, condition, past);
        }
      } else {
        multiply(layer->conv.matrix, bottleneck, tile.vectors, epilogue, condition, past);
      }
    } else {
      multiply(layer->conv.matrix, bottleneck, tile.vectors, Activate<Act>{activation, tile.activated, skip},
               condition, past);
      if (heard) {
        multiply(layer->layer1x1, channels, tile.vectors, StoreSum{next, residual},
                 signal(tile.activated, bottleneck, kTileFrames));
      }
    }
    history->advance(channels, tile.frames);
  }
  run_plain_head<Channels>(array, *history, tile, skip, out.head);
}

/// An array with its head: from `in` to `out`. Its skip sum is added to what is in `skip`, unless it is the
/// first array; what is there afterwards is of no use. `history` is that of the first layer; then come those
/// of the others, and of the head. Act is the activation of all layers. Channels, kernel size and condition
/// width are compile-time constants in the specialised instances, for arrays whose bottleneck is as wide as
/// the rest.
template <class Channels, class Kernel, class Condition, class Act>
void run_plain_array(const PackedArray& array, History* history, const Tile& tile, const float* in, Rows skip,
                     const ArrayOutput& out) {
  constexpr std::size_t kChannels = Channels::kStatic;
  if constexpr (stays_in_registers(kChannels)) {
    const std::size_t vectors = tile.settle ? 0 : tile.vectors;
    if (vectors == 1)
      return run_plain_vectors<kChannels, 1, Kernel, Condition, Act>(array, history, tile, in, skip, out);
    if (vectors == 2)
      return run_plain_vectors<kChannels, 2, Kernel, Condition, Act>(array, history, tile, in, skip, out);
    if constexpr (kChannels == 2) {
      if (vectors == 4)
        return run_plain_vectors<kChannels, 4, Kernel, Condition, Act>(array, history, tile, in, skip, out);
    }
  }
  run_plain_histories<Channels, Kernel, Condition, Act>(array, history, tile, in, skip, out);
}

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_SIMD_PLAIN_ARRAY_INL_H_

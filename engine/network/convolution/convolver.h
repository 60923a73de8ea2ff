#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "engine/network/convolution/convolution_layout.h"

namespace namrack::engine {

/// One mono stream through a response of any length, without latency: its state and scratch memory.
///
/// The work is spread evenly over the frames: no block costs noticeably more than another of its size. The
/// output does not depend on how a stream is cut into blocks.
/// Real-time contract: process() and reset() neither allocate, lock, throw nor call the system.
/// Threads: one at a time; the object may move between threads.
class Convolver {
 public:
  virtual ~Convolver() = default;
  /// Any number of frames. `in` and `out` may be the same buffer.
  virtual void process(const float* in, float* out, std::size_t frames) noexcept = 0;
  /// Forgets the past: silence before the next frame. Touches the whole state.
  virtual void reset() noexcept = 0;
  /// Bytes of state and scratch memory.
  virtual std::size_t state_bytes() const noexcept = 0;
};

/// A response packed for one SIMD target, shared by all streams through it. Immutable.
class ConvolverPlan : public std::enable_shared_from_this<ConvolverPlan> {
 public:
  virtual ~ConvolverPlan() = default;
  /// A new stream, silent so far. It keeps this plan alive.
  virtual std::unique_ptr<Convolver> instantiate() const = 0;
  /// Bytes of packed taps, spectra and tables.
  virtual std::size_t bytes() const noexcept = 0;
  /// The SIMD target that it is packed for.
  virtual const char* target() const noexcept = 0;
};

/// Packs a response of at least one tap for the best SIMD target of this CPU; response[0] belongs to the
/// current frame. Allocates; off the audio and the control thread.
std::shared_ptr<const ConvolverPlan> make_convolver_plan(std::span<const float> response);
/// The same with a layout of one's own, for tests and measurements.
std::shared_ptr<const ConvolverPlan> make_convolver_plan(std::span<const float> response,
                                                         const ConvolutionLayout& layout);

}  // namespace namrack::engine

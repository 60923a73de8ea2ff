#pragma once

#include <cstddef>
#include <memory>

namespace namrack::engine {

/// The history a stream starts with.
enum class InitialState {
  prewarmed,  ///< as after a long silence at the input
  zero,       ///< empty histories (LSTM: the state stored in the file), without prewarm
};

/// How a network is computed.
enum class CodePath {
  automatic,  ///< the fastest path this CPU has
  general,    ///< SIMD with run-time dimensions even where a specialised shape exists: for tests and
              ///< benchmarks
  reference,  ///< plain scalar loops in double precision: slow, the oracle of the tests
};

/// One mono input stream through a model: its state and scratch memory, at the model's own sample rate.
///
/// Real-time contract: process() and reset() neither allocate, lock, throw nor call the system.
/// Threads: one at a time; the object may move between threads.
class Network {
 public:
  virtual ~Network() = default;

  /// Output streams: 1 for what is heard, more for a network that conditions another.
  virtual std::size_t outputs() const noexcept = 0;

  /// Runs `frames` frames (any number). Output stream i goes to `out + i * stride`. `in` and `out` may be the
  /// same buffer. The output does not depend on how a stream is cut into blocks.
  virtual void process(const float* in, float* out, std::size_t stride, std::size_t frames) noexcept = 0;
  /// The same for networks with a single output.
  void process(const float* in, float* out, std::size_t frames) noexcept { process(in, out, 0, frames); }

  /// Forgets the past. Costs memory traffic over the state, not a run over the receptive field.
  virtual void reset(InitialState state) noexcept = 0;

  /// Bytes of state and scratch memory.
  virtual std::size_t state_bytes() const noexcept = 0;
};

/// The part of a model that all its streams share: geometry and weights, packed for one code path. Immutable.
class NetworkPlan : public std::enable_shared_from_this<NetworkPlan> {
 public:
  virtual ~NetworkPlan() = default;
  /// A new stream, prewarmed. It keeps this plan alive.
  virtual std::unique_ptr<Network> instantiate() const = 0;
  /// Bytes of packed weights.
  virtual std::size_t bytes() const noexcept = 0;
  /// The SIMD target that the weights are packed for, or "reference".
  virtual const char* target() const noexcept = 0;
};

}  // namespace namrack::engine

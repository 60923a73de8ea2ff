#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/audio/block.h"
#include "engine/audio/levels.h"
#include "engine/base/realtime.h"

namespace namrack::engine {

class LevelFollower;

/// One step of a path: it takes a block of sound and leaves another in its place. Built off the audio thread
/// for one sample rate, then at home on one thread at a time; what is noexcept is real-time safe.
class Stage {
 public:
  Stage() = default;
  virtual ~Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Two stages with the same identity do the same, and one may go on in the other's place; 0: there is no
  /// other. Said before a path has it.
  void set_identity(std::uint64_t identity) { identity_ = identity; }
  std::uint64_t identity() const NAMRACK_REALTIME { return identity_; }

  /// In place, at most kMaxFrames. `key` is the path's input of the same frames, behind the gains that it
  /// begins with; only what hears_key() may look at it. Returns false when what came out was no sound: then
  /// silence is in its place, and the stage has started afresh.
  virtual bool process(const Block& block, const ConstBlock& key) NAMRACK_REALTIME = 0;
  virtual bool hears_key() const NAMRACK_REALTIME { return false; }
  /// As after a long silence. What was set stays.
  virtual void reset() NAMRACK_REALTIME {}

  /// Adopts settings from here on; the sound moves there without a click.
  virtual void apply(const Settings&) NAMRACK_REALTIME {}
  /// Sets one of its kind's parameters (stage_kinds.h), by its place there; the value must be allowed.
  virtual void set(std::size_t, double) NAMRACK_REALTIME {}
  /// Puts whatever moves at its goal at once.
  virtual void end_ramps() NAMRACK_REALTIME {}

  /// Frames of past input that decide what comes out.
  virtual std::size_t memory_frames() const NAMRACK_REALTIME { return 0; }
  /// The same of input that decides little: what of it is heard dies away.
  virtual std::size_t settling_frames() const NAMRACK_REALTIME { return 0; }
  /// By which it delays the signal.
  virtual std::size_t latency_frames() const NAMRACK_REALTIME { return 0; }
  /// Its state depends on where in a period of so many frames, counted from the stream's first, it is.
  virtual std::size_t period_frames() const NAMRACK_REALTIME { return 1; }
  /// The factor it goes to, of a stage that multiplies and does nothing else.
  virtual std::optional<float> factor() const NAMRACK_REALTIME { return std::nullopt; }
  /// The level of what comes out, where a stage follows it.
  virtual const LevelFollower* level() const NAMRACK_REALTIME { return nullptr; }

 private:
  std::uint64_t identity_ = 0;
};

}  // namespace namrack::engine

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "engine/rack/rack.h"

namespace namrack::daemon {

/// What became of a command to the rack.
struct Outcome {
  enum class Kind { applied, superseded, too_late };
  Kind kind = Kind::applied;
  /// Frame at which it became audible; nullopt when no audio was running.
  std::optional<std::uint64_t> frame;
  std::uint32_t fade_frames = 0;
  std::uint32_t skipped_frames = 0;
  bool bypassed = false;
};

/// The control thread's side of the rack: submits commands, waits for the audio thread's reports without
/// blocking, and carries commands out itself while no audio runs.
class RackDriver {
 public:
  /// Called once for each accepted command, in the order in which the commands took effect.
  using Completion = std::function<void(const Outcome&)>;
  /// Receives models that the rack has finished with, or never played.
  using ModelReturn = std::function<void(std::unique_ptr<engine::RackModel>)>;

  RackDriver(boost::asio::io_context& control, engine::Rack& rack, ModelReturn model_return);

  /// Tells whether an audio thread may be calling the rack. Before `false`, it must be certain that none is.
  /// Open commands are then carried out at once, and the rack's parameters take effect without ramps.
  void set_running(bool running);
  bool is_running() const { return running_; }

  /// False when too many commands are open; then `completion` is not called and `model` is untouched.
  struct Fade {
    std::uint32_t frames = 0;
    std::uint64_t at_frame = engine::Rack::kNow;
    engine::FadeKind kind = engine::FadeKind::crossfade;
  };
  bool swap(std::unique_ptr<engine::RackModel>& model, const Fade& fade, Completion completion);
  bool bypass(engine::BypassSwitch to, Completion completion);

  engine::Rack& rack() { return rack_; }

 private:
  void track(std::uint64_t id, Completion completion);
  void drain(bool audible);
  void schedule();

  engine::Rack& rack_;
  ModelReturn model_return_;
  boost::asio::steady_timer timer_;
  std::unordered_map<std::uint64_t, Completion> open_;
  bool running_ = false;
};

}  // namespace namrack::daemon

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "tests/daemon/jack_server.h"
#include "tests/daemon/running_daemon.h"
#include "tests/daemon/test_musician.h"

namespace namrack::test {

inline constexpr double kRate = 48000.0;
/// Frames: more than the receptive field of every model used here.
inline constexpr std::size_t kMemory = 8192;

/// guitar -> namrackd -> recorder on a JACK server of its own, in level mode raw. Nothing else is connected.
struct JackRig {
  explicit JackRig(std::vector<std::string> daemon_arguments, JackServerSettings settings = {});

  /// A frame far enough ahead that everything asked for now is in place when it comes.
  std::uint32_t soon() const { return recorder->frame() + 480000; }
  /// Plays `signal` and returns as many frames of what comes back at the same time.
  std::vector<float> play_and_record(const std::vector<float>& signal);

  JackServer server;
  RunningDaemon daemon;
  std::unique_ptr<ControlClient> control;
  std::unique_ptr<TestPort> guitar, recorder;

  /// (Re)places guitar and recorder, without connecting them. libjack shares memory among the clients of a
  /// process: those of a dead server must be closed before the first one of a new server is opened.
  void bring_musicians();
};

/// For what must not miss a block: a message in it would be lost, and frames be counted anew.
inline constexpr JackServerSettings kNoBlockLost{.synchronous = true};

/// Waits until namrackd is connected to JACK.
void wait_for_jack(ControlClient& control, bool connected = true);

/// The first frame at which the two differ by more than `tolerance`, as text for a failure; empty: none.
std::string first_difference(const std::vector<float>& expected, const std::vector<float>& actual,
                             std::size_t from, std::size_t to, float tolerance = 0.0F);

/// The root of the mean square of frames [from, to).
double level(const std::vector<float>& signal, std::size_t from, std::size_t to);
/// The largest difference of neighbouring samples in [from, to).
float largest_step(const std::vector<float>& signal, std::size_t from, std::size_t to);

/// The first seconds of the fixtures' riff.
std::vector<float> riff(std::size_t frames);

}  // namespace namrack::test

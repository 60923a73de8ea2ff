#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "player/commands/handlers.h"
#include "player/host.h"
#include "protocol/script.h"

namespace namrack::player {

/// Plays a script without JACK, as fast as the CPU can, with the same player and rig that play live: what it
/// returns is what the daemon would have put out. Thread: one; the workers are its own.
class OfflineHost {
 public:
  /// `block`: frames a process call. Starts with the daemon's defaults and an empty bank.
  OfflineHost(double sample_rate, std::size_t block);
  ~OfflineHost();
  OfflineHost(const OfflineHost&) = delete;
  OfflineHost& operator=(const OfflineHost&) = delete;

  /// The answer to a line of the script.
  using Report = std::function<void(const protocol::ScriptLine& line, const boost::json::object& result)>;

  /// Carries out the lines without a time, then plays `input` (mono), each other line at its frame. As many
  /// samples as `input`. `progress` as of engine::render(). Throws ProtocolError that names the line.
  std::vector<float> play(const std::vector<protocol::ScriptLine>& script, std::span<const float> input,
                          const Report& report, const std::function<void(double)>& progress);

 private:
  struct Open;
  void begin(const protocol::ScriptLine& line, std::optional<std::uint64_t> frame);
  void wait_until_given(const protocol::ScriptLine& line);
  void collect(const Report& report);
  void process(std::span<const float> in, float* out, const Report& report);
  template <typename Condition>
  void run_until(Condition condition);

  double sample_rate_;
  std::size_t block_;
  Host host_;
  Handlers handlers_;
  Subscriber self_{0, [] {}};
  std::vector<Open> open_;
  std::uint64_t frame_ = 1;  ///< of what is played next
};

}  // namespace namrack::player

#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "daemon/audio_state.h"
#include "daemon/bank.h"
#include "daemon/event_hub.h"
#include "daemon/model_preparation.h"
#include "daemon/rack_driver.h"
#include "daemon/state_store.h"
#include "daemon/worker.h"
#include "protocol/request.h"
#include "protocol/settings.h"

namespace namrack::daemon {

/// The connection that asked for something; 0: the daemon itself.
using Origin = std::uint64_t;

struct SwapResult {
  std::optional<std::string> name, previous;
  std::optional<std::uint64_t> frame;  ///< nullopt: no audio runs, applied when it does
  std::uint32_t fade_frames = 0;
  std::uint64_t rev = 0;
  bool applied() const { return frame.has_value(); }
};

struct BypassResult {
  bool bypass = false;
  std::optional<std::uint64_t> frame;
  std::uint64_t rev = 0;
  bool applied() const { return frame.has_value(); }
};

struct LoadResult {
  std::optional<SwapResult> swap = {};  ///< when it took the place of the audible model
  std::uint64_t rev = 0;
};

/// What the daemon plays: bank, current model, bypass, settings and their revision. Carries out every request
/// that changes the sound, and publishes what changed. Nothing that fails changes anything. Thread: control.
class Player {
 public:
  /// `readers` may wait for files; `builder` must not, for it also serves what cannot wait.
  Player(boost::asio::io_context& control, AudioState& audio, Worker& readers, Worker& builder,
         EventHub& events, ModelPaths paths);

  // ---- Requests. All throw ProtocolError. -----------------------------------------------------------------

  /// Returns when the model is in the bank; if it replaces the audible one, when it is audible.
  boost::asio::awaitable<LoadResult> load(protocol::LoadRequest request, Origin origin);
  /// Loads the file of a model in the bank again, in another size, and then as load().
  boost::asio::awaitable<LoadResult> set_quality(protocol::QualityRequest request, Origin origin);
  /// Returns when the audio thread has begun the crossfade.
  boost::asio::awaitable<SwapResult> swap(protocol::SwapRequest request, Origin origin);
  boost::asio::awaitable<BypassResult> bypass(protocol::BypassRequest request, Origin origin);
  void unload(const protocol::UnloadRequest& request, Origin origin);
  void set(const protocol::SetRequest& request, Origin origin);

  // ---- State ----------------------------------------------------------------------------------------------

  std::uint64_t rev() const { return rev_; }
  const std::optional<std::string>& current() const { return current_; }
  bool is_bypassed() const { return bypassed_; }
  const protocol::Settings& settings() const { return settings_; }
  const Bank& bank() const { return bank_; }
  const ModelPaths& paths() const { return paths_; }
  /// Delay of what plays, in frames.
  std::uint32_t latency_frames() const { return latency_frames_; }

  /// Called after every change of what the state file keeps, and of the latency.
  void on_change(std::function<void()> callback) { changed_ = std::move(callback); }

  SavedState saved_state() const;
  /// At start: settings, bank and bypass as they were; the current model is left to the caller. Logs and
  /// skips what cannot be loaded.
  boost::asio::awaitable<void> restore(SavedState state);

  // ---- Audio comes and goes -------------------------------------------------------------------------------

  /// Makes everything ready for a JACK server with these conditions, while no audio runs.
  boost::asio::awaitable<void> prepare_for(PlayingConditions conditions);
  /// A new block size, for the predictions of later loads.
  void set_block(std::size_t frames) { conditions_.block = frames; }
  /// An audio thread may call the rack from now on, or (false) certainly does not any more.
  void set_running(bool running);
  bool is_running() const { return driver_.is_running(); }

 private:
  struct PendingSwap;

  void require_rev(const protocol::IfRev& expected) const;
  BankEntry& require_entry(const std::string& name);
  boost::asio::awaitable<std::unique_ptr<engine::RackModel>> instance_of(std::string name,
                                                                         protocol::IfRev if_rev);
  boost::asio::awaitable<SwapResult> submit_swap(std::unique_ptr<engine::RackModel> instance,
                                                 std::optional<std::string> name, double fade_ms,
                                                 std::uint64_t at_frame, Origin origin);
  void finish_swap(const PendingSwap& pending, const Outcome& outcome);
  SwapResult unchanged_swap() const;
  void put_into_bank(const protocol::LoadRequest& request, BankEntry entry, Origin origin);
  boost::asio::awaitable<LoadResult> load_into_bank(protocol::LoadRequest request, double fade_ms,
                                                    Origin origin);
  boost::asio::awaitable<BankEntry> prepare_entry(std::string path, double quality);
  boost::asio::awaitable<void> rebuild_current();
  boost::asio::awaitable<void> rebuild_spares();
  void take_back(std::unique_ptr<engine::RackModel> instance);
  boost::asio::awaitable<void> recycle(std::unique_ptr<engine::RackModel> instance);
  void keep_or_discard(std::unique_ptr<engine::RackModel> instance);
  /// Destroys on the builder: giving back megabytes takes time.
  template <typename Thing>
  void discard(Thing thing) {
    builder_.post([thing = std::move(thing)] {});
  }
  void apply_settings();
  void changed();
  std::uint64_t next_rev() { return ++rev_; }

  boost::asio::io_context& control_;
  AudioState& audio_;
  Worker& readers_;
  Worker& builder_;
  EventHub& events_;
  ModelPaths paths_;
  RackDriver driver_;
  Bank bank_;
  PlayingConditions conditions_;
  protocol::Settings settings_;
  std::uint64_t rev_ = 1;
  std::optional<std::string> current_;
  /// Names with open swap commands: in use, though not audible yet.
  std::multiset<std::string> pending_names_;
  std::size_t pending_swaps_ = 0;
  /// Saved models that could not be loaded at start (a folder that is not mounted): kept in the state file.
  std::map<std::string, SavedState::Model> unavailable_;
  bool bypassed_ = false;
  std::uint32_t latency_frames_ = 0;
  std::function<void()> changed_;
};

}  // namespace namrack::daemon

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
#include "daemon/budgets.h"
#include "daemon/event_hub.h"
#include "daemon/model_preparation.h"
#include "daemon/promise.h"
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
  std::optional<std::uint64_t> requested_frame;  ///< nullopt: at once
  std::size_t heard_frames = 0;      ///< live input that the model was given before it was faded in
  std::uint32_t skipped_frames = 0;  ///< of the newest live input, for which there was no time
  engine::FadeKind fade_kind = engine::FadeKind::crossfade;
  double predicted_load = 0.0, predicted_overlap = 0.0;  ///< fractions of the block's deadline
  double prepare_ms = 0.0;                               ///< building, if it was not ready, and hearing
  std::uint64_t rev = 0;
  bool applied() const { return frame.has_value(); }
};

/// As replies and events show it.
boost::json::object swap_report(const SwapResult& result);

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

/// The threads that work for a player.
struct PlayerWorkers {
  Worker& readers;   ///< may wait for files
  Worker& builder;   ///< needs memory only, but may take a while
  Worker& listener;  ///< for what a player who has stepped on a switch waits for
};

/// What the daemon plays: bank, current model, bypass, settings and their revision. Carries out every request
/// that changes the sound, and publishes what changed. Nothing that fails changes anything. Thread: control.
class Player {
 public:
  Player(boost::asio::io_context& control, AudioState& audio, PlayerWorkers workers, EventHub& events,
         ModelPaths paths, Budgets budgets = {});

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
  const Budgets& budgets() const { return budgets_; }
  bool is_over_budget(const BankEntry& entry) const { return entry.predicted_load > budgets_.cpu; }
  /// Of the model that plays; 0 for the dry signal.
  double predicted_load() const;
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
  /// A new block size: what the models take is measured again.
  void set_block(std::size_t frames);
  /// An audio thread may call the rack from now on, or (false) certainly does not any more.
  void set_running(bool running);
  bool is_running() const { return driver_.is_running(); }

 private:
  static constexpr const char* kTooManyCommands = "too many commands wait for their frame";

  class PendingSwap;
  /// A model on its way into the rack.
  struct Joining {
    std::optional<std::string> name;
    std::unique_ptr<engine::RackModel> instance = {};
    std::size_t heard_frames = 0;
    double prepare_ms = 0.0;
  };

  void require_rev(const protocol::IfRev& expected) const;
  BankEntry& require_entry(const std::string& name);
  boost::asio::awaitable<SwapResult> swap_to(protocol::SwapRequest request, Origin origin);
  boost::asio::awaitable<void> wait_until_near(std::uint64_t at_frame);
  boost::asio::awaitable<Joining> prepare_to_join(std::string name, protocol::IfRev if_rev,
                                                  std::optional<std::uint64_t> at_frame);
  boost::asio::awaitable<std::unique_ptr<engine::RackModel>> hear(std::unique_ptr<engine::RackModel> instance,
                                                                  Listening listening);
  /// The entry that `instance` can be played for at this sample rate; nullptr: there is none any more.
  const BankEntry* current_entry(const std::string& name, const engine::RackModel& instance) const;
  Listening listening_of(const BankEntry& entry, const engine::RackModel& instance,
                         std::optional<std::uint64_t> at_frame) const;
  double seconds_until(std::uint64_t at_frame) const;
  boost::asio::awaitable<SwapResult> submit_swap(Joining joining, double fade_ms,
                                                 std::optional<std::uint64_t> at_frame, Origin origin);
  void finish_swap(SwapResult result, std::uint32_t latency_frames, const Outcome& outcome, Origin origin,
                   const Promise<SwapResult>& promise);
  SwapResult unchanged_swap() const;
  void put_into_bank(const protocol::LoadRequest& request, BankEntry entry, Origin origin);
  boost::asio::awaitable<LoadResult> load_into_bank(protocol::LoadRequest request, double fade_ms,
                                                    Origin origin);
  boost::asio::awaitable<BankEntry> prepare_entry(std::string path, double quality);
  boost::asio::awaitable<BankEntry> prepare_within_budget(std::string path, double quality,
                                                          protocol::IfOver if_over);
  void require_memory(const std::string& name, const BankEntry& entry) const;
  boost::asio::awaitable<void> measure_again();
  boost::asio::awaitable<std::unique_ptr<engine::RackModel>> build_instance(
      Worker& worker, std::shared_ptr<const engine::Model> model);
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
  Worker& listener_;
  EventHub& events_;
  ModelPaths paths_;
  Budgets budgets_;
  RackDriver driver_;
  Bank bank_;
  PlayingConditions conditions_;
  protocol::Settings settings_;
  std::uint64_t rev_ = 1;
  std::optional<std::string> current_;
  /// Swaps for now, in the order in which they were asked for: one that is ready late must not undo a newer
  /// one.
  std::uint64_t last_swap_ = 0, newest_submitted_swap_ = 0;
  /// Names with swaps that are being prepared or open: in use, though not audible yet.
  std::multiset<std::string> pending_names_;
  std::size_t pending_swaps_ = 0;
  /// Saved models that could not be loaded at start (a folder that is not mounted): kept in the state file.
  std::map<std::string, SavedState::Model> unavailable_;
  bool bypassed_ = false;
  std::uint32_t latency_frames_ = 0;
  std::function<void()> changed_;
};

}  // namespace namrack::daemon

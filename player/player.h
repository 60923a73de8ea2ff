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
#include <string_view>
#include <vector>

#include "parameters/settings.h"
#include "player/audio_state.h"
#include "player/bank.h"
#include "player/budgets.h"
#include "player/event_hub.h"
#include "player/file_faults.h"
#include "player/kept_values.h"
#include "player/measurements.h"
#include "player/model_preparation.h"
#include "player/open_changes.h"
#include "player/problems.h"
#include "player/promise.h"
#include "player/pulse.h"
#include "player/rig_driver.h"
#include "player/scene_book.h"
#include "player/sound_change.h"
#include "player/state_store.h"
#include "player/worker.h"
#include "protocol/request.h"

namespace namrack::player {

struct LoadResult {
  std::optional<SwapResult> swap = {};  ///< when it took the place of the audible model
  std::vector<std::string> warnings = {};
  std::uint64_t rev = 0;
};

struct SceneResult {
  std::string scene;
  std::vector<std::string> skipped = {};  ///< scenes on the way that cannot be played
  std::optional<std::string> next;        ///< the scene that comes after it
  SoundResult sound;
};

struct TxResult {
  std::vector<std::string> loaded;
  SoundResult sound;
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
  Player(boost::asio::io_context& control, Pulse& pulse, AudioState& audio, PlayerWorkers workers,
         EventHub& events, Problems& problems, ModelPaths paths, Budgets budgets = {});

  // ---- Requests. All throw ProtocolError. -----------------------------------------------------------------

  /// As load() of a request that is forced, but what the model takes and how loud it is are measured when
  /// somebody calls measure_later(): for the start, which nothing must hold up.
  boost::asio::awaitable<LoadResult> load_unmeasured(protocol::LoadRequest request, Origin origin);
  /// Returns when the model is in the bank; if it replaces the audible one, when it is audible.
  boost::asio::awaitable<LoadResult> load(protocol::LoadRequest request, Origin origin);
  /// Loads the file of a model in the bank again, in another size, and then as load().
  boost::asio::awaitable<LoadResult> set_quality(protocol::QualityRequest request, Origin origin);
  /// Returns when the audio thread has begun the crossfade.
  boost::asio::awaitable<SwapResult> swap(protocol::SwapRequest request, Origin origin);
  /// These return when what they ask for is audible.
  boost::asio::awaitable<SoundResult> bypass(protocol::BypassRequest request, Origin origin);
  boost::asio::awaitable<SoundResult> set(protocol::SetRequest request, Origin origin);
  boost::asio::awaitable<SceneResult> recall(protocol::SceneRecallRequest request, Origin origin);
  boost::asio::awaitable<SceneResult> step_scene(protocol::SceneStepRequest request, Origin origin);
  /// The scene at this place of the setlist in use, counted from 0.
  boost::asio::awaitable<SceneResult> recall_place(std::size_t place, protocol::When when, Origin origin);
  boost::asio::awaitable<TxResult> tx(protocol::TxRequest request, Origin origin);
  /// Ends changes that wait for their time, and returns those that will not happen.
  boost::asio::awaitable<std::vector<std::uint64_t>> cancel(protocol::CancelRequest request);
  void unload(const protocol::UnloadRequest& request, Origin origin);
  /// True when it took the place of one of that name.
  bool save_scene(const protocol::SceneSaveRequest& request, Origin origin);
  void delete_scene(const protocol::SceneDeleteRequest& request, Origin origin);
  void rename_scene(const protocol::SceneRenameRequest& request, Origin origin);
  void save_setlist(protocol::SetlistSaveRequest request, Origin origin);
  void delete_setlist(const protocol::SetlistDeleteRequest& request, Origin origin);
  void use_setlist(const protocol::SetlistUseRequest& request, Origin origin);

  // ---- State ----------------------------------------------------------------------------------------------

  std::uint64_t rev() const { return rev_; }
  /// Throws E_CONFLICT.
  void require_rev(const protocol::IfRev& expected) const;
  /// Something beside the player has changed that shares its revision. Returns the new one.
  std::uint64_t count_change();
  const std::optional<std::string>& current() const { return current_; }
  bool is_bypassed() const { return bypassed_; }
  const Settings& settings() const { return settings_; }
  const Bank& bank() const { return bank_; }
  const SceneBook& scenes() const { return scenes_; }
  /// Whether the scene's model is loaded.
  bool is_warm(const Scene& scene) const;
  /// False: its file is known to be missing or broken.
  bool is_playable(const Scene& scene) const;
  /// The first playable scene `step` places on, or more steps of that kind, from where one is; nullptr: none.
  const Scene* next_scene(int step) const;
  /// Whether the sound differs from the current scene as it was saved.
  bool is_scene_edited() const;
  /// Changes of the sound that wait for their time, or are being prepared.
  const OpenChanges& open_changes() const { return open_changes_; }
  /// Models that the bank should hold, but whose files are missing or broken.
  const std::map<std::string, SavedState::Model>& missing() const { return missing_; }
  /// Why such a file cannot be played; nullptr: nothing is known against it.
  const FileFault* fault_of(const std::string& path) const;
  /// What should play cannot, and silence, or the dry signal, is in its place.
  bool is_current_missing() const { return current_ && (rate_fault_ || bank_.find(*current_) == nullptr); }
  /// How many commands the rig has been given. A host that does not run in time waits for the one that it is
  /// waiting for.
  std::uint64_t commands_given() const { return commands_given_; }
  const ModelPaths& paths() const { return paths_; }
  const Budgets& budgets() const { return budgets_; }
  bool is_over_budget(const BankEntry& entry) const { return entry.predicted_load > budgets_.cpu; }
  /// Of the model that plays; 0 for the dry signal, nullopt while it has not been measured.
  std::optional<double> predicted_load() const;
  /// What is to be said about the levels of a model with the settings of now, one sentence each.
  std::vector<std::string> level_warnings(const BankEntry& entry) const;
  /// Where the loudness comes from that it is matched by in level mode normalized.
  engine::MatchSource match_source(const BankEntry& entry) const;
  /// Delay of what plays, in frames.
  std::uint32_t latency_frames() const { return latency_frames_; }

  /// Of the settings that a pedal moves, those which a scene's recall leaves where the pedal is.
  void keep(const std::set<Setting>& settings) { kept_.allow(settings); }

  /// Called after every change of what the state file keeps, and of the latency.
  void on_change(std::function<void()> callback) { changed_ = std::move(callback); }

  SavedState saved_state() const;
  /// At start: settings, bank and bypass as they were; the current model is left to the caller. Logs and
  /// skips what cannot be loaded. What has not been measured yet waits for measure_later().
  boost::asio::awaitable<void> restore(SavedState state);
  /// At start: loads a model, or lists it as missing. Returns why it cannot be played.
  boost::asio::awaitable<std::optional<protocol::ProtocolError>> load_or_miss(protocol::LoadRequest request);
  /// At start: plays `name`, or is silent until it can be played.
  boost::asio::awaitable<void> want(std::optional<std::string> name);
  /// Looks now and then at the files that are needed but not loaded, for ever: tells which are missing, and
  /// loads what has come back.
  boost::asio::awaitable<void> watch_files();
  /// Looks once.
  boost::asio::awaitable<void> look_at_files();
  /// Measures in the background what has not been measured of the models in the bank: what they take for a
  /// block of this size, and how loud they are. One that plays and is to be matched otherwise then is
  /// crossfaded into itself.
  void measure_later();

  // ---- Audio comes and goes -------------------------------------------------------------------------------

  /// Makes everything ready for a JACK server with these conditions, while no audio runs.
  boost::asio::awaitable<void> prepare_for(PlayingConditions conditions);
  /// A new block size: what the models take is measured again.
  void set_block(std::size_t frames);
  /// An audio thread may call the rig from now on, or (false) certainly does not any more.
  void set_running(bool running);
  bool is_running() const { return driver_.is_running(); }

 private:
  static constexpr const char* kTooManyCommands = "too many commands wait for their frame";

  class BusyListener;
  class Heading;
  /// Loads and unloads that take effect together with a change of the sound, or not at all.
  struct Group {
    struct Load {
      protocol::LoadRequest request;
      BankEntry entry;
      std::unique_ptr<Reservation> reservation;
    };
    std::map<std::string, Load> loads;
    std::set<std::string> unloads;
    std::vector<std::string> held;  ///< names in held_names_ on its behalf
  };
  /// A model on its way into the rig.
  struct Joining {
    std::optional<std::string> name;
    std::unique_ptr<engine::Path> path = {};
    std::size_t heard_frames = 0;
    bool catches_up = true;  ///< with what it still lacks
    double prepare_ms = 0.0;
  };
  /// What has been given to the rig.
  struct Submitted {
    SoundChange change;
    std::shared_ptr<Group> group;
    std::optional<SwapResult> swap = {};
    std::uint32_t latency_frames = 0;
    OpenChange* open = nullptr;  ///< outlives it
  };
  /// Of the latest swap.
  struct Fade {
    std::optional<std::string> name;
    std::uint64_t xruns = 0;
  };

  /// As it will be when `group` (may be null) has taken effect; nullptr: there will be none.
  const BankEntry* find_entry(const std::string& name, const Group* group) const;
  BankEntry& require_entry(const std::string& name, Group* group = nullptr);
  std::optional<std::uint64_t> current_frame() const;

  // player_sound.cc
  boost::asio::awaitable<SoundResult> change_sound(SoundChange change, std::shared_ptr<Group> group,
                                                   Origin origin);
  boost::asio::awaitable<void> wait_until_near(protocol::When& when, OpenChange& open);
  std::optional<std::uint64_t> frame_of(const protocol::When& when) const;
  double beats_to_prepare(const TransportPosition& now) const;
  boost::asio::awaitable<void> wait_for_open_changes();
  std::uint64_t frame_of_beat(const protocol::When& when) const;

  // player_joining.cc
  boost::asio::awaitable<Joining> prepare_to_join(std::string name, std::shared_ptr<Group> group,
                                                  SoundChange change, std::optional<std::uint64_t> at_frame);
  boost::asio::awaitable<std::unique_ptr<engine::ModelStage>> build_to_join(
      std::shared_ptr<const engine::Model> model);
  boost::asio::awaitable<Joining> hear(Joining joining, Listening listening);
  /// The entry that `path` can be played for at this sample rate; nullptr: there is none any more.
  const BankEntry* current_entry(const std::string& name, const Group* group, const engine::Path& path) const;
  Listening listening_of(const BankEntry& entry, const engine::Path& path, const SettingChanges& changes,
                         std::optional<std::uint64_t> at_frame) const;
  std::size_t frames_to_hear(const BankEntry& entry, const engine::Path& path, bool blocks_dc,
                             double seconds) const;

  // player_sound.cc
  double seconds_until(std::uint64_t at_frame) const;
  boost::asio::awaitable<std::optional<SoundResult>> try_change(SoundChange change,
                                                                std::shared_ptr<Group> group,
                                                                std::uint64_t order, std::uint64_t xruns,
                                                                OpenChange& open);
  boost::asio::awaitable<SoundResult> submit(SoundChange change, Joining joining,
                                             std::shared_ptr<Group> group, std::uint64_t order,
                                             std::uint64_t xruns, OpenChange& open);
  SwapResult describe_swap(const SoundChange& change, const Joining& joining, const Group* group,
                           std::optional<std::uint64_t> at_frame, std::uint64_t xruns) const;
  void finish(const Submitted& submitted, const engine::Change& outcome, const Promise<SoundResult>& promise);
  void adopt_action(const engine::Change& change);
  void adopt_bypass(bool bypassed, std::optional<std::uint64_t> frame, Origin origin);
  void adopt_settings(const SettingChanges& changes, std::optional<std::uint64_t> frame, Origin origin);
  SoundResult adopt(const Submitted& submitted, const engine::Change& outcome);
  void return_to_pedals();
  SwapResult finish_swap(SwapResult result, const engine::Change& outcome);
  SwapResult unchanged_swap() const;
  std::optional<double> measured_load() const;
  void report_fade(const engine::Change& change);

  // player_group.cc
  std::shared_ptr<Group> make_group();
  boost::asio::awaitable<void> stage(protocol::TxOperation operation, std::shared_ptr<Group> group,
                                     SoundChange& change, double fade_ms);
  boost::asio::awaitable<void> stage_load(protocol::LoadRequest request, std::shared_ptr<Group> group,
                                          Measuring measuring = Measuring::everything);
  void hold(const std::string& name, Group& group);
  void stage_unload(const std::string& name, Group& group, const SoundChange& change);
  void commit(Group& group, Origin origin);

  // player_scenes.cc
  boost::asio::awaitable<SceneResult> recall_scene(Scene scene, SoundChange change, double fade_ms,
                                                   Origin origin);
  boost::asio::awaitable<SceneResult> recall_step(Scene scene, std::size_t place,
                                                  protocol::SceneStepRequest request,
                                                  std::vector<std::string> skipped, Origin origin);
  std::optional<SceneModel> current_model() const;
  boost::asio::awaitable<void> wait_until_free(std::string name, const Heading& heading);
  boost::asio::awaitable<void> stage_scene(SceneModel model, std::shared_ptr<Group> group);
  void warm_up();
  boost::asio::awaitable<void> keep_warm();
  boost::asio::awaitable<void> keep_next_warm();
  bool has_loaded(const SceneModel& model) const;
  void require_not_pending(const std::string& scene) const;
  void publish_scene(std::string_view change, const std::string& name, Origin origin);

  // player_files.cc
  protocol::ProtocolError is_missing(const std::string& name, const SavedState::Model& model) const;
  boost::asio::awaitable<void> note_fault(std::string path, protocol::ProtocolError error);
  boost::asio::awaitable<void> change_to_missing(std::string name);
  boost::asio::awaitable<void> try_again(std::string name);
  std::vector<std::string> needed_files() const;
  void report_files();
  void report_rate();

  // player_models.cc
  static protocol::ProtocolError already_loaded(const std::string& name);
  static protocol::ProtocolError bank_is_full();
  boost::asio::awaitable<bool> is_loaded_from(std::string name, std::string path, double quality);
  /// Refuses what a waiting group, but not `own`, is going to replace or unload.
  void require_not_held(const std::string& name, const Group* own) const;
  void require_unloadable(const std::string& name, const std::optional<std::string>& playing) const;
  void take_from_bank(const std::string& name, Origin origin);
  void put_into_bank(const protocol::LoadRequest& request, BankEntry entry, Origin origin);
  boost::asio::awaitable<LoadResult> load_into_bank(protocol::LoadRequest request, double fade_ms,
                                                    Origin origin,
                                                    Measuring measuring = Measuring::everything);
  boost::asio::awaitable<BankEntry> prepare_entry(std::string path, double quality, Measuring measuring);
  boost::asio::awaitable<BankEntry> prepare_within_budget(std::string path, double quality,
                                                          protocol::IfOver if_over, Measuring measuring);
  std::vector<KnownModel> known_models(double quality) const;
  void require_memory(const std::string& name, const BankEntry& entry, const Group* group = nullptr);

  // player_measuring.cc
  void adopt_known(BankEntry& entry, Measuring measuring) const;
  void keep_measurements(const BankEntry& entry);
  boost::asio::awaitable<void> keep_measuring();
  boost::asio::awaitable<void> measure_entry(std::string name);
  std::optional<std::string> next_to_measure(const std::set<std::string>& failed) const;
  bool lacks_load(const BankEntry& entry) const;
  void adopt_measured(const std::string& name, BankEntry& entry, const BankEntry& probe);
  void adopt_loudness(const std::string& name, BankEntry& entry, std::optional<float> measured_loudness_db);
  boost::asio::awaitable<void> match_anew(std::string name);
  engine::LevelAdjustment adjustment_of(const BankEntry& entry, const Settings& settings) const;

  // player_models.cc
  boost::asio::awaitable<std::unique_ptr<engine::ModelStage>> build_instance(
      Worker& worker, std::shared_ptr<const engine::Model> model);
  boost::asio::awaitable<void> rebuild_current();
  boost::asio::awaitable<void> rebuild_spares();
  void take_back(std::unique_ptr<engine::Path> path);
  boost::asio::awaitable<void> recycle(std::unique_ptr<engine::ModelStage> instance);
  void keep_or_discard(std::unique_ptr<engine::ModelStage> instance);
  /// Destroys on the builder: giving back megabytes takes time.
  template <typename Thing>
  void discard(Thing thing) {
    builder_.post([thing = std::move(thing)] {});
  }
  void changed();
  std::uint64_t next_rev() { return ++rev_; }

  boost::asio::io_context& control_;
  Pulse& pulse_;
  AudioState& audio_;
  Worker& readers_;
  Worker& builder_;
  Worker& listener_;
  EventHub& events_;
  Problems& problems_;
  ModelPaths paths_;
  Budgets budgets_;
  RigDriver driver_;
  Bank bank_;
  PlayingConditions conditions_;
  Settings settings_;
  std::uint64_t rev_ = 1;
  std::optional<std::string> current_;
  /// Swaps for now, in the order in which they were asked for: one that is ready late must not undo a newer
  /// one.
  std::uint64_t last_change_ = 0, newest_submitted_swap_ = 0;
  OpenChanges open_changes_;
  /// Names that a waiting group will replace or unload.
  std::multiset<std::string> held_names_;
  std::size_t recalls_now_ = 0;
  std::uint64_t commands_given_ = 0;
  /// Order and place of the newest scene that is to be audible at once, until it is.
  std::optional<std::pair<std::uint64_t, std::optional<std::size_t>>> heading_;
  Fade fade_;
  SceneBook scenes_;
  KeptValues kept_;
  /// The model of the scene that comes next, when it is not in the bank.
  struct Warm {
    SceneModel model;
    BankEntry entry;
  };
  std::optional<Warm> warm_;
  bool warming_ = false, warm_again_ = false, measuring_ = false;
  std::size_t busy_listeners_ = 0;
  Measurements measurements_;
  /// By name, what the bank should hold and does not (a folder that is not mounted): kept in the state file.
  std::map<std::string, SavedState::Model> missing_;
  FileFaults faults_;
  /// The current model is loaded, but cannot be played at the server's sample rate: why.
  std::optional<std::string> rate_fault_;
  bool bypassed_ = false;
  std::uint32_t latency_frames_ = 0;
  std::function<void()> changed_;
};

}  // namespace namrack::player

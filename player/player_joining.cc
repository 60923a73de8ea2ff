// The part of the player that has a model hear what came before it is heard.

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/audio/paths.h"
#include "player/player.h"

namespace namrack::player {
using engine::ModelStage;
namespace {

// The longest that a model listens before it is swapped in: whoever has stepped on a switch waits for it.
constexpr double kMostListeningSeconds = 0.5;
// The same where blocks have no deadline: for everything, as far as that ends at all.
constexpr double kMostOfflineSeconds = 60.0;
// A DC blocker settles for 0.4 s, of which little is heard; where hearing so much takes longer than this,
// less has to do.
constexpr double kDcPatienceSeconds = 0.06;
// Of the time that is left until a frame, to be on the safe side.
constexpr double kUsableTime = 0.7;

}  // namespace

// The ready instance of a model, or a new one when the ready one is still fading out; it has heard the past.
boost::asio::awaitable<Player::Joining> Player::prepare_to_join(std::string name,
                                                                std::shared_ptr<Group> group,
                                                                SoundChange change,
                                                                std::optional<std::uint64_t> at_frame) {
  const auto begin = std::chrono::steady_clock::now();
  for (;;) {
    BankEntry& entry = require_entry(name, group.get());
    Joining joining{.name = name};
    const engine::CaptureLevels levels = entry.levels();
    const bool ready = entry.spare && entry.spare->host_rate() == conditions_.sample_rate;
    if (ready) {
      joining.path = engine::model_path(std::move(entry.spare), levels);
    } else {
      std::unique_ptr<ModelStage> built = co_await build_to_join(entry.model);
      joining.path = engine::model_path(std::move(built), levels);
    }
    // Anything may have happened meanwhile, here and below: the model replaced, the rate changed.
    if (const BankEntry* const still = current_entry(name, group.get(), *joining.path)) {
      const Listening listening = listening_of(*still, *joining.path, change.settings, at_frame);
      joining = co_await hear(std::move(joining), listening);
    }
    joining.prepare_ms =
        1e3 * std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const bool conflict = change.if_rev && *change.if_rev != rev_;
    if (const BankEntry* const still = current_entry(name, group.get(), *joining.path);
        still != nullptr && !conflict) {
      engine::set_levels(*joining.path, still->levels());
      co_return joining;
    }
    take_back(std::move(joining.path));
    require_rev(change.if_rev);
  }
}

// A listener is busy as long as one of these lives.
class Player::BusyListener {
 public:
  explicit BusyListener(Player& player) : player_(player) { ++player_.busy_listeners_; }
  ~BusyListener() { --player_.busy_listeners_; }
  BusyListener(const BusyListener&) = delete;
  BusyListener& operator=(const BusyListener&) = delete;

 private:
  Player& player_;
};

boost::asio::awaitable<std::unique_ptr<ModelStage>> Player::build_to_join(
    std::shared_ptr<const engine::Model> model) {
  const BusyListener busy(*this);
  co_return co_await build_instance(listener_, std::move(model));
}

// No swap waits for what another one hears: while all listeners are busy it does without its past, and so
// does a model that would never catch up with the live input. Without deadlines there is time to wait.
boost::asio::awaitable<Player::Joining> Player::hear(Joining joining, Listening listening) {
  if (listening.frames == 0) co_return joining;
  const engine::RecentInput& input = audio_.rig.recent_input();
  const bool has_listener =
      busy_listeners_ < listener_.threads() || audio_.freewheeling.load(std::memory_order_relaxed);
  if (listening.seconds <= 0.0 || !has_listener) {
    joining.path->hear_nothing(input, listening.frames);
    joining.catches_up = false;
    co_return joining;
  }
  const BusyListener busy(*this);
  auto job = [&input, listening, path = std::move(joining.path)]() mutable {
    const std::size_t heard = let_listen(*path, input, listening);
    return std::pair(std::move(path), heard);
  };
  auto [path, heard] = co_await listener_.run(std::move(job));
  joining.path = std::move(path);
  joining.heard_frames = std::min(heard, listening.frames);
  co_return joining;
}

const BankEntry* Player::current_entry(const std::string& name, const Group* group,
                                       const engine::Path& path) const {
  const BankEntry* const entry = find_entry(name, group);
  const bool current = entry != nullptr && entry->model->plan() == engine::model_of(path)->plan() &&
                       path.sample_rate() == conditions_.sample_rate;
  return current ? entry : nullptr;
}

Listening Player::listening_of(const BankEntry& entry, const engine::Path& path,
                               const SettingChanges& changes, std::optional<std::uint64_t> at_frame) const {
  if (!driver_.is_running()) return {};
  const Settings settings = changes.applied_to(settings_);
  const bool blocks_dc = engine::is_on(settings, Setting::dc_blocker);
  Listening listening{.frames = path.memory_frames(), .settings = settings, .seconds = kMostOfflineSeconds};
  // Without deadlines there is time for everything.
  if (audio_.freewheeling.load(std::memory_order_relaxed)) {
    if (blocks_dc) listening.frames = path.whole_memory_frames();
    return listening;
  }
  listening.seconds = kMostListeningSeconds;
  if (at_frame) listening.seconds = std::min(listening.seconds, kUsableTime * seconds_until(*at_frame));
  if (entry.predicted_load >= 1.0)
    listening.seconds = 0.0;
  else
    listening.frames = frames_to_hear(entry, path, blocks_dc, listening.seconds);
  return listening;
}

// Of a model's past, what there is time for, as far as is known what it takes.
std::size_t Player::frames_to_hear(const BankEntry& entry, const engine::Path& path, bool blocks_dc,
                                   double seconds) const {
  const double load = std::max(entry.predicted_load.value_or(0.0), 1e-6);
  const auto frames_in = [&](double most) {
    const double frames = std::max(0.0, most) * conditions_.sample_rate / load;
    return static_cast<std::size_t>(std::min(frames, static_cast<double>(engine::RecentInput::kFrames)));
  };
  std::size_t frames = path.memory_frames();
  if (blocks_dc)
    frames = std::min(path.whole_memory_frames(), std::max(frames, frames_in(kDcPatienceSeconds)));
  // While it listens, more input comes, which it has to hear as well.
  return std::min(frames, frames_in(seconds * (1.0 - load)));
}

}  // namespace namrack::player

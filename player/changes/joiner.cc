#include "player/changes/joiner.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/audio/paths.h"

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
// The share of the time until a frame that is used, to be on the safe side.
constexpr double kUsableTime = 0.7;

}  // namespace

boost::asio::awaitable<void> Joiner::prepare(std::shared_ptr<Change> change) {
  const auto begin = std::chrono::steady_clock::now();
  const std::string name = *change->asked.swap->name;
  std::unique_ptr<engine::Path>& path = change->incoming;
  for (;;) {
    BankEntry& entry = library_.require(name, change->group.get());
    const engine::CaptureLevels levels = entry.levels();
    std::unique_ptr<ModelStage> instance;
    if (entry.spare && entry.spare->host_rate() == library_.workshop().conditions().sample_rate)
      instance = std::move(entry.spare);
    else
      instance = co_await build_to_join(entry.model);
    path = engine::model_path(std::move(instance), levels);
    // Anything may have happened meanwhile, here and below: the model replaced, the rate changed.
    if (const BankEntry* const still = current_entry(name, change->group.get(), *path)) {
      const Listening listening = listening_of(*still, *path, change->asked.settings, change->due_frame);
      co_await hear(change, listening);
    }
    change->result.swap->prepare_ms =
        1e3 * std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const bool conflict = change->asked.if_rev && *change->asked.if_rev != state_.rev();
    if (const BankEntry* const still = current_entry(name, change->group.get(), *path);
        still != nullptr && !conflict) {
      engine::set_levels(*path, still->levels());
      co_return;
    }
    library_.take_back(std::move(path));
    state_.require_rev(change->asked.if_rev);
  }
}

// A listener is busy as long as one of these lives.
class Joiner::BusyListener {
 public:
  explicit BusyListener(Joiner& joiner) : joiner_(joiner) { ++joiner_.busy_listeners_; }
  ~BusyListener() { --joiner_.busy_listeners_; }
  BusyListener(const BusyListener&) = delete;
  BusyListener& operator=(const BusyListener&) = delete;

 private:
  Joiner& joiner_;
};

boost::asio::awaitable<std::unique_ptr<ModelStage>> Joiner::build_to_join(
    std::shared_ptr<const engine::Model> model) {
  const BusyListener busy(*this);
  co_return co_await library_.workshop().build(listener_, std::move(model));
}

// No swap waits for what another one hears: while all listeners are busy it does without its past, and so
// does a model that would never catch up with the live input. Without deadlines there is time to wait.
boost::asio::awaitable<void> Joiner::hear(std::shared_ptr<Change> change, Listening listening) {
  if (listening.frames == 0) co_return;
  const engine::RecentInput& input = audio_.rig.recent_input();
  const bool has_listener =
      busy_listeners_ < listener_.threads() || audio_.freewheeling.load(std::memory_order_relaxed);
  if (listening.seconds <= 0.0 || !has_listener) {
    change->incoming->hear_nothing(input, listening.frames);
    change->catches_up = false;
    co_return;
  }
  const BusyListener busy(*this);
  auto job = [&input, listening, path = std::move(change->incoming)]() mutable {
    const std::size_t heard = let_listen(*path, input, listening);
    return std::pair(std::move(path), heard);
  };
  auto [path, heard] = co_await listener_.run(std::move(job));
  change->incoming = std::move(path);
  change->result.swap->heard_frames = std::min(heard, listening.frames);
}

const BankEntry* Joiner::current_entry(const std::string& name, const Group* group,
                                       const engine::Path& path) const {
  const BankEntry* const entry = library_.find(name, group);
  const bool current = entry != nullptr && entry->model->plan() == engine::model_of(path)->plan() &&
                       path.sample_rate() == library_.workshop().conditions().sample_rate;
  return current ? entry : nullptr;
}

Listening Joiner::listening_of(const BankEntry& entry, const engine::Path& path,
                               const SettingChanges& changes, std::optional<std::uint64_t> at_frame) const {
  if (!timing_.current_frame()) return {};
  const Settings settings = changes.applied_to(state_.settings());
  const bool blocks_dc = engine::is_on(settings, Setting::dc_blocker);
  Listening listening{.frames = path.memory_frames(), .settings = settings, .seconds = kMostOfflineSeconds};
  // Without deadlines there is time for everything.
  if (audio_.freewheeling.load(std::memory_order_relaxed)) {
    if (blocks_dc) listening.frames = path.whole_memory_frames();
    return listening;
  }
  listening.seconds = kMostListeningSeconds;
  if (at_frame)
    listening.seconds = std::min(listening.seconds, kUsableTime * timing_.seconds_until(*at_frame));
  if (entry.predicted_load >= 1.0)
    listening.seconds = 0.0;
  else
    listening.frames = frames_to_hear(entry, path, blocks_dc, listening.seconds);
  return listening;
}

// The part of a model's past that there is time for, as far as its load is known.
std::size_t Joiner::frames_to_hear(const BankEntry& entry, const engine::Path& path, bool blocks_dc,
                                   double seconds) const {
  const double load = std::max(entry.predicted_load.value_or(0.0), 1e-6);
  const auto frames_in = [&](double most) {
    const double frames = std::max(0.0, most) * library_.workshop().conditions().sample_rate / load;
    return static_cast<std::size_t>(std::min(frames, static_cast<double>(engine::RecentInput::kFrames)));
  };
  std::size_t frames = path.memory_frames();
  if (blocks_dc)
    frames = std::min(path.whole_memory_frames(), std::max(frames, frames_in(kDcPatienceSeconds)));
  // While it listens, more input comes, which it has to hear as well.
  return std::min(frames, frames_in(seconds * (1.0 - load)));
}

}  // namespace namrack::player

// The part of the player that knows scenes and setlists.

#include <spdlog/spdlog.h>

#include <boost/json/value_from.hpp>
#include <chrono>
#include <utility>

#include "player/error_map.h"
#include "player/player.h"
#include "player/spawn.h"

namespace namrack::player {
using protocol::ErrorCode;
using protocol::ProtocolError;
namespace {

// Such a failure is one of the scene, not of the request.
bool is_for_want_of_a_model(ErrorCode code) {
  switch (code) {
    case ErrorCode::busy:
    case ErrorCode::io:
    case ErrorCode::mem_budget:
    case ErrorCode::model_invalid:
    case ErrorCode::model_unsupported:
    case ErrorCode::not_found:
    case ErrorCode::permission:
      return true;
    default:
      return false;
  }
}

}  // namespace

// The scene that is on its way, from which a further step is counted: who presses "next" twice means two
// steps, also where the first one takes a while.
class Player::Heading {
 public:
  Heading(Player& player, std::optional<std::size_t> place, const SoundChange& change)
      : player_(player), order_(change.order), is_now_(change.when.is_now()) {
    if (is_now_) player_.heading_ = {order_, place};
    player_.recalls_now_ += is_now_ ? 1 : 0;
  }
  ~Heading() {
    player_.recalls_now_ -= is_now_ ? 1 : 0;
    player_.bank_.names_free().ring();
    if (player_.heading_ && player_.heading_->first == order_) player_.heading_.reset();
  }
  Heading(const Heading&) = delete;
  Heading& operator=(const Heading&) = delete;

  /// Recalls that are on their way, besides this one.
  std::size_t others() const { return player_.recalls_now_ - (is_now_ ? 1 : 0); }

 private:
  Player& player_;
  std::uint64_t order_;
  bool is_now_;
};

boost::asio::awaitable<SceneResult> Player::recall(protocol::SceneRecallRequest request, Origin origin) {
  require_rev(request.if_rev);
  const std::optional<std::size_t> place = scenes_.place_of(request.name);
  SoundChange change{.what = "scene.recall",
                     .when = request.when,
                     .if_rev = request.if_rev,
                     .scene = SoundChange::SceneChoice{request.name, place}};
  const double fade_ms = request.fade_ms.value_or(settings_[Setting::fade_ms]);
  co_return co_await recall_scene(scenes_.require(request.name), std::move(change), fade_ms, origin);
}

// What cannot be played must not stand between two songs: it is left out.
boost::asio::awaitable<SceneResult> Player::step_scene(protocol::SceneStepRequest request, Origin origin) {
  require_rev(request.if_rev);
  std::optional<std::size_t> place = heading_ ? heading_->second : scenes_.place();
  std::vector<std::string> skipped;
  std::optional<ProtocolError> first;
  for (std::size_t left = scenes_.length(); left > 0; --left) {
    place = scenes_.place_after(place, request.step);
    const Scene scene = *scenes_.at(*place);
    std::exception_ptr failure;
    try {
      co_return co_await recall_step(scene, *place, request, skipped, origin);
    } catch (...) {
      failure = std::current_exception();
    }
    const ProtocolError error = to_protocol_error(failure);
    if (!is_for_want_of_a_model(error.code())) throw error;
    if (!first) first = error;
    skipped.push_back(scene.name);
  }
  if (!first) throw ProtocolError(ErrorCode::not_found, "there are no scenes; `scene.save` makes one");
  throw ProtocolError(first->code(), "none of the scenes can be played; the first one: " + first->message(),
                      {{"skipped", boost::json::value_from(skipped)}});
}

boost::asio::awaitable<SceneResult> Player::recall_step(Scene scene, std::size_t place,
                                                        protocol::SceneStepRequest request,
                                                        std::vector<std::string> skipped, Origin origin) {
  if (const FileFault* const fault = is_playable(scene) ? nullptr : fault_of(scene.model->path))
    throw ProtocolError(ErrorCode::not_found, fault->reason, {{"path", scene.model->path}});
  SoundChange change{.what = request.step > 0 ? "scene.next" : "scene.prev",
                     .when = request.when,
                     .if_rev = request.if_rev,
                     .scene = SoundChange::SceneChoice{scene.name, place}};
  const double fade_ms = request.fade_ms.value_or(settings_[Setting::fade_ms]);
  SceneResult result = co_await recall_scene(std::move(scene), std::move(change), fade_ms, origin);
  result.skipped = std::move(skipped);
  co_return result;
}

const Scene* Player::next_scene(int step) const {
  std::optional<std::size_t> place = scenes_.place();
  for (std::size_t left = scenes_.length(); left > 0; --left) {
    place = scenes_.place_after(place, step);
    const Scene* const scene = scenes_.at(*place);
    if (is_playable(*scene)) return scene;
  }
  return nullptr;
}

boost::asio::awaitable<SceneResult> Player::recall_place(std::size_t place, protocol::When when,
                                                         Origin origin) {
  const Scene* const scene = scenes_.at(place);
  if (scene == nullptr)
    throw ProtocolError(ErrorCode::not_found, "there is no scene number " + std::to_string(place),
                        {{"number", place}});
  SoundChange change{
      .what = "scene.recall", .when = when, .scene = SoundChange::SceneChoice{scene->name, place}};
  co_return co_await recall_scene(*scene, std::move(change), settings_[Setting::fade_ms], origin);
}

boost::asio::awaitable<SceneResult> Player::recall_scene(Scene scene, SoundChange change, double fade_ms,
                                                         Origin origin) {
  change.order = ++last_change_;
  change.bypass = scene.bypass ? protocol::Switch::on : protocol::Switch::off;
  change.settings = kept_.over(scene.settings);
  const Heading heading(*this, change.scene->place, change);
  std::shared_ptr<Group> group;
  if (scene.model) co_await wait_until_free(scene.model->name, heading);
  if (scene.model) require_not_held(scene.model->name, nullptr);
  if (scene.model && !has_loaded(*scene.model)) {
    group = make_group();
    co_await stage_scene(*scene.model, group);
  }
  const std::optional<std::string> name = scene.model ? std::optional(scene.model->name) : std::nullopt;
  if (group || name != current_ || rate_fault_ || open_changes_.any_swap())
    change.swap = SoundChange::Swap{name, fade_ms};
  SceneResult result{.scene = scene.name, .next = {}, .sound = {}};
  result.sound = co_await change_sound(std::move(change), group, origin);
  if (const Scene* const next = next_scene(1)) result.next = next->name;
  co_return result;
}

// A foot that goes from one switch to another and back is faster than a file is read: the second recall of a
// scene waits for what the first one loads. What a group holds that waits for its time may take a day.
boost::asio::awaitable<void> Player::wait_until_free(std::string name, const Heading& heading) {
  constexpr std::chrono::seconds kPatience{10};
  const auto deadline = Bell::Clock::now() + kPatience;
  const auto is_taken = [&] { return held_names_.contains(name) || bank_.is_reserved(name); };
  while (is_taken() && heading.others() > 0 && Bell::Clock::now() < deadline)
    co_await bank_.names_free().wait(deadline);
}

bool Player::has_loaded(const SceneModel& model) const {
  const BankEntry* const entry = bank_.find(model.name);
  return entry != nullptr && entry->path == model.path &&
         entry->model->info().is_same_size(entry->quality, model.quality);
}

bool Player::is_warm(const Scene& scene) const {
  return !scene.model || has_loaded(*scene.model) || (warm_ && warm_->model == *scene.model);
}

boost::asio::awaitable<void> Player::stage_scene(SceneModel model, std::shared_ptr<Group> group) {
  // What a scene holds has been played before: too dear for this CPU or not, it was wanted.
  protocol::LoadRequest request{.name = model.name,
                                .path = model.path,
                                .quality = model.quality,
                                .replace = true,
                                .if_over = protocol::IfOver::force};
  const bool ready = warm_ && warm_->model == model &&
                     warm_->entry.spare->host_rate() == conditions_.sample_rate &&
                     !open_changes_.swaps_now_to(model.name);
  if (!ready) {
    co_await stage_load(std::move(request), group, Measuring::loudness);
    co_return;
  }
  if (bank_.find(model.name) == nullptr && !bank_.has_room()) throw bank_is_full();
  Group::Load load{
      .request = request, .entry = {}, .reservation = std::make_unique<Reservation>(bank_, model.name)};
  load.entry = std::move(std::exchange(warm_, std::nullopt)->entry);
  try {
    require_memory(model.name, load.entry, group.get());
  } catch (...) {
    discard(std::move(load.entry));
    throw;
  }
  hold(model.name, *group);
  group->loads.emplace(model.name, std::move(load));
}

void Player::warm_up() {
  warm_again_ = true;
  if (!std::exchange(warming_, true)) spawn(control_, "keeping the next scene ready", keep_warm());
}

boost::asio::awaitable<void> Player::keep_warm() {
  while (std::exchange(warm_again_, false)) co_await keep_next_warm();
  warming_ = false;
}

// The model of the scene that comes next waits beside the bank, if there is memory for it.
boost::asio::awaitable<void> Player::keep_next_warm() {
  const Scene* const next = next_scene(1);
  const std::optional<SceneModel> model = next != nullptr ? next->model : std::nullopt;
  if (warm_ && model == warm_->model) co_return;
  if (warm_) discard(std::move(std::exchange(warm_, std::nullopt)->entry));
  if (!model || has_loaded(*model)) co_return;
  std::exception_ptr failure;
  try {
    Warm warm{.model = *model, .entry = {}};
    warm.entry = co_await prepare_entry(model->path, model->quality, Measuring::everything);
    const Scene* const still = next_scene(1);
    const bool wanted = still != nullptr && still->model == *model && !warm_ && !has_loaded(*model);
    const std::size_t bytes = bank_.bytes_with({{model->name, &warm.entry}});
    if (wanted && bytes <= budgets_.memory)
      warm_ = std::move(warm);
    else
      discard(std::move(warm.entry));
    co_return;
  } catch (...) {
    failure = std::current_exception();
  }
  // So that the scene is left out, and the one behind it made ready.
  co_await note_fault(model->path, to_protocol_error(failure));
  report_files();
  warm_again_ = true;
}

// As a scene keeps it. nullopt: the dry signal, or nothing is known of what should play.
std::optional<SceneModel> Player::current_model() const {
  if (!current_) return std::nullopt;
  if (const BankEntry* const entry = bank_.find(*current_))
    return SceneModel{.name = *current_, .path = entry->path, .quality = entry->quality};
  const auto missing = missing_.find(*current_);
  if (missing == missing_.end()) return std::nullopt;
  return SceneModel{.name = *current_, .path = missing->second.path, .quality = missing->second.quality};
}

bool Player::is_scene_edited() const {
  if (!scenes_.current()) return false;
  const Scene& scene = scenes_.require(*scenes_.current());
  const std::optional<SceneModel> model = current_model();
  const BankEntry* const entry = current_ ? bank_.find(*current_) : nullptr;
  const bool same_model = entry != nullptr && scene.model
                              ? scene.model->name == *current_ && has_loaded(*scene.model)
                              : model == scene.model && current_.has_value() == scene.model.has_value();
  return !same_model || bypassed_ != scene.bypass ||
         kept_.over(scene.settings).applied_to(settings_) != settings_;
}

bool Player::save_scene(const protocol::SceneSaveRequest& request, Origin origin) {
  driver_.catch_up();  // what is saved is what is heard
  require_rev(request.if_rev);
  if (current_ && !current_model()) require_entry(*current_);
  Scene scene{
      .name = request.name, .model = current_model(), .bypass = bypassed_, .settings = sound_of(settings_)};
  const bool replaced = scenes_.save(std::move(scene));
  publish_scene("saved", request.name, origin);
  return replaced;
}

void Player::require_not_pending(const std::string& scene) const {
  if (open_changes_.recalls(scene))
    throw ProtocolError(ErrorCode::busy, "scene \"" + scene + "\" is about to be recalled",
                        {{"name", scene}});
}

void Player::delete_scene(const protocol::SceneDeleteRequest& request, Origin origin) {
  require_rev(request.if_rev);
  require_not_pending(request.name);
  scenes_.remove(request.name);
  publish_scene("deleted", request.name, origin);
}

void Player::rename_scene(const protocol::SceneRenameRequest& request, Origin origin) {
  require_rev(request.if_rev);
  require_not_pending(request.name);
  scenes_.rename(request.name, request.to);
  publish_scene("renamed", request.to, origin);
}

void Player::save_setlist(protocol::SetlistSaveRequest request, Origin origin) {
  require_rev(request.if_rev);
  scenes_.save_setlist(request.name, std::move(request.scenes));
  publish_scene("setlist saved", request.name, origin);
}

void Player::delete_setlist(const protocol::SetlistDeleteRequest& request, Origin origin) {
  require_rev(request.if_rev);
  scenes_.remove_setlist(request.name);
  publish_scene("setlist deleted", request.name, origin);
}

void Player::use_setlist(const protocol::SetlistUseRequest& request, Origin origin) {
  require_rev(request.if_rev);
  scenes_.use_setlist(request.name);
  publish_scene("setlist used", request.name.value_or(""), origin);
}

void Player::publish_scene(std::string_view change, const std::string& name, Origin origin) {
  events_.publish(protocol::Topic::scene, next_rev(), std::nullopt, {{"change", change}, {"name", name}},
                  origin);
  warm_up();
  changed();
}

}  // namespace namrack::player

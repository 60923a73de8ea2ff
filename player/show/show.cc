#include "player/show/show.h"

#include <boost/json/value_from.hpp>
#include <utility>

#include "player/error_map.h"

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
class Show::Heading {
 public:
  Heading(Show& show, std::optional<std::size_t> place, const SoundChange& change)
      : show_(show), order_(change.order), is_now_(change.when.is_now()) {
    if (is_now_) show_.heading_ = {order_, place};
    show_.recalls_now_ += is_now_ ? 1 : 0;
  }
  ~Heading() {
    show_.recalls_now_ -= is_now_ ? 1 : 0;
    show_.library_.bank().names_free().ring();
    if (show_.heading_ && show_.heading_->first == order_) show_.heading_.reset();
  }
  Heading(const Heading&) = delete;
  Heading& operator=(const Heading&) = delete;

  /// Recalls that are on their way, besides this one.
  std::size_t others() const { return show_.recalls_now_ - (is_now_ ? 1 : 0); }

 private:
  Show& show_;
  std::uint64_t order_;
  bool is_now_;
};

Show::Show(PlayerState& state, Library& library, SoundChanges& changes)
    : state_(state), library_(library), changes_(changes) {
  changes_.on_recalled([this](const SoundChange::SceneChoice& scene, Origin origin) {
    if (!book_.has(scene.name)) return;
    book_.go_to(scene.name, scene.place);
    publish("recalled", scene.name, origin);
  });
  library_.warm().on_wanted([this] {
    const Scene* const scene = next(1);
    return scene != nullptr ? scene->model : std::nullopt;
  });
}

boost::asio::awaitable<SceneResult> Show::recall(protocol::SceneRecallRequest request, Origin origin) {
  state_.require_rev(request.if_rev);
  const std::optional<std::size_t> place = book_.place_of(request.name);
  SoundChange change{.what = "scene.recall",
                     .when = request.when,
                     .if_rev = request.if_rev,
                     .scene = SoundChange::SceneChoice{request.name, place}};
  const double fade_ms = request.fade_ms.value_or(state_.settings()[Setting::fade_ms]);
  co_return co_await make_audible(book_.require(request.name), std::move(change), fade_ms, origin);
}

// A scene that cannot be played must not stand between two songs: it is left out.
boost::asio::awaitable<SceneResult> Show::step(protocol::SceneStepRequest request, Origin origin) {
  state_.require_rev(request.if_rev);
  std::optional<std::size_t> place = heading_ ? heading_->second : book_.place();
  std::vector<std::string> skipped;
  std::optional<ProtocolError> first;
  for (std::size_t left = book_.length(); left > 0; --left) {
    place = book_.place_after(place, request.step);
    const Scene scene = *book_.at(*place);
    std::exception_ptr failure;
    try {
      co_return co_await try_step(scene, *place, request, skipped, origin);
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

boost::asio::awaitable<SceneResult> Show::try_step(Scene scene, std::size_t place,
                                                   protocol::SceneStepRequest request,
                                                   std::vector<std::string> skipped, Origin origin) {
  if (!library_.is_playable(scene.model)) {
    const std::string& path = scene.model->path;
    throw ProtocolError(ErrorCode::not_found, library_.missing().fault_of(path)->reason, {{"path", path}});
  }
  SoundChange change{.what = request.step > 0 ? "scene.next" : "scene.prev",
                     .when = request.when,
                     .if_rev = request.if_rev,
                     .scene = SoundChange::SceneChoice{scene.name, place}};
  const double fade_ms = request.fade_ms.value_or(state_.settings()[Setting::fade_ms]);
  SceneResult result = co_await make_audible(std::move(scene), std::move(change), fade_ms, origin);
  result.skipped = std::move(skipped);
  co_return result;
}

const Scene* Show::next(int step) const {
  std::optional<std::size_t> place = book_.place();
  for (std::size_t left = book_.length(); left > 0; --left) {
    place = book_.place_after(place, step);
    const Scene* const scene = book_.at(*place);
    if (library_.is_playable(scene->model)) return scene;
  }
  return nullptr;
}

boost::asio::awaitable<SceneResult> Show::recall_place(std::size_t place, protocol::When when,
                                                       Origin origin) {
  const Scene* const scene = book_.at(place);
  if (scene == nullptr)
    throw ProtocolError(ErrorCode::not_found, "there is no scene number " + std::to_string(place),
                        {{"number", place}});
  SoundChange change{
      .what = "scene.recall", .when = when, .scene = SoundChange::SceneChoice{scene->name, place}};
  co_return co_await make_audible(*scene, std::move(change), state_.settings()[Setting::fade_ms], origin);
}

boost::asio::awaitable<SceneResult> Show::make_audible(Scene scene, SoundChange change, double fade_ms,
                                                       Origin origin) {
  change.order = changes_.next_order();
  change.bypass = scene.bypass ? protocol::Switch::on : protocol::Switch::off;
  change.settings = changes_.kept().over(scene.settings);
  const Heading heading(*this, change.scene->place, change);
  std::shared_ptr<Group> group;
  if (scene.model) co_await wait_until_free(scene.model->name, heading);
  if (scene.model) library_.require_not_held(scene.model->name);
  if (scene.model && !library_.bank().has(*scene.model)) {
    group = make_group(library_);
    co_await stage_scene(library_, group, *scene.model);
  }
  const std::optional<std::string> name = scene.model ? std::optional(scene.model->name) : std::nullopt;
  if (group || name != state_.current() || state_.rate_fault() || changes_.open().any_swap())
    change.swap = SoundChange::Swap{name, fade_ms};
  SceneResult result{.scene = scene.name, .next = {}, .sound = {}};
  result.sound = co_await changes_.carry_out(std::move(change), group, origin);
  if (const Scene* const after = next(1)) result.next = after->name;
  co_return result;
}

// A foot that goes from one switch to another and back is faster than a file is read: the second recall of a
// scene waits for what the first one loads. What a group holds that waits for its time may take a day.
boost::asio::awaitable<void> Show::wait_until_free(std::string name, const Heading& heading) {
  constexpr std::chrono::seconds kPatience{10};
  const auto deadline = Bell::Clock::now() + kPatience;
  Bank& bank = library_.bank();
  const auto is_taken = [&] { return bank.is_held(name) || bank.is_reserved(name); };
  while (is_taken() && heading.others() > 0 && Bell::Clock::now() < deadline)
    co_await bank.names_free().wait(deadline);
}

// As a scene keeps it. nullopt: the dry signal, or nothing is known of what should play.
std::optional<ModelFile> Show::current_model() const {
  const std::optional<std::string>& current = state_.current();
  if (!current) return std::nullopt;
  if (const BankEntry* const entry = library_.find(*current))
    return ModelFile{.name = *current, .path = entry->path, .quality = entry->quality};
  const auto missing = library_.missing().models().find(*current);
  return missing != library_.missing().models().end() ? std::optional(missing->second) : std::nullopt;
}

bool Show::is_edited() const {
  if (!book_.current()) return false;
  const Scene& scene = book_.require(*book_.current());
  const std::optional<std::string>& current = state_.current();
  const bool is_loaded = current && library_.find(*current) != nullptr;
  const bool same_model =
      is_loaded && scene.model
          ? scene.model->name == *current && library_.bank().has(*scene.model)
          : current_model() == scene.model && current.has_value() == scene.model.has_value();
  return !same_model || state_.is_bypassed() != scene.bypass ||
         changes_.kept().over(scene.settings).applied_to(state_.settings()) != state_.settings();
}

std::vector<std::string> Show::files_not_ready() const {
  std::vector<std::string> files;
  for (const Scene& scene : book_.scenes())
    if (!library_.is_ready(scene.model)) files.push_back(scene.model->path);
  return files;
}

bool Show::save(const protocol::SceneSaveRequest& request, Origin origin) {
  changes_.catch_up();  // what is saved is what is heard
  state_.require_rev(request.if_rev);
  const std::optional<std::string>& current = state_.current();
  if (current && !current_model()) library_.require(*current);
  Scene scene{.name = request.name,
              .model = current_model(),
              .bypass = state_.is_bypassed(),
              .settings = sound_of(state_.settings())};
  const bool replaced = book_.save(std::move(scene));
  publish("saved", request.name, origin);
  return replaced;
}

void Show::require_not_pending(const std::string& scene) const {
  if (changes_.open().recalls(scene))
    throw ProtocolError(ErrorCode::busy, "scene \"" + scene + "\" is about to be recalled",
                        {{"name", scene}});
}

void Show::remove(const protocol::SceneDeleteRequest& request, Origin origin) {
  state_.require_rev(request.if_rev);
  require_not_pending(request.name);
  book_.remove(request.name);
  publish("deleted", request.name, origin);
}

void Show::rename(const protocol::SceneRenameRequest& request, Origin origin) {
  state_.require_rev(request.if_rev);
  require_not_pending(request.name);
  book_.rename(request.name, request.to);
  publish("renamed", request.to, origin);
}

void Show::save_setlist(protocol::SetlistSaveRequest request, Origin origin) {
  state_.require_rev(request.if_rev);
  book_.save_setlist(request.name, std::move(request.scenes));
  publish("setlist saved", request.name, origin);
}

void Show::remove_setlist(const protocol::SetlistDeleteRequest& request, Origin origin) {
  state_.require_rev(request.if_rev);
  book_.remove_setlist(request.name);
  publish("setlist deleted", request.name, origin);
}

void Show::use_setlist(const protocol::SetlistUseRequest& request, Origin origin) {
  state_.require_rev(request.if_rev);
  book_.use_setlist(request.name);
  publish("setlist used", request.name.value_or(""), origin);
}

void Show::publish(std::string_view change, const std::string& name, Origin origin) {
  state_.publish_change(protocol::Topic::scene, std::nullopt, {{"change", change}, {"name", name}}, origin);
  library_.warm().update();
  state_.changed();
}

}  // namespace namrack::player

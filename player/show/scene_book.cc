#include "player/show/scene_book.h"

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>
#include <utility>

#include "player/or_null.h"
#include "player/plain_words.h"
#include "protocol/error.h"
#include "protocol/nearest.h"
#include "protocol/parameter_json.h"
#include "protocol/quote.h"

namespace namrack::player {
namespace json = boost::json;
using protocol::ErrorCode;
using protocol::ProtocolError;
namespace {

ProtocolError no_such(const std::string& kind, const std::string& name,
                      const std::vector<std::string>& names) {
  const std::optional<std::string> near = protocol::nearest(name, names);
  return {ErrorCode::not_found, "there is no " + kind + " \"" + name + "\"" + protocol::did_you_mean(near),
          protocol::with_nearest({{"name", name}}, near)};
}

ProtocolError no_setlist(const std::string& name, const SceneBook::Setlists& setlists) {
  std::vector<std::string> names;
  for (const auto& [setlist, scenes] : setlists) names.push_back(setlist);
  return no_such("setlist", name, names);
}

}  // namespace

std::size_t SceneBook::find(const std::string& name) const {
  return static_cast<std::size_t>(std::ranges::find(scenes_, name, &Scene::name) - scenes_.begin());
}

const Scene& SceneBook::require(const std::string& name) const {
  const std::size_t index = find(name);
  if (index == scenes_.size()) {
    std::vector<std::string> names;
    for (const Scene& scene : scenes_) names.push_back(scene.name);
    throw no_such("scene", name, names);
  }
  return scenes_[index];
}

bool SceneBook::save(Scene scene) {
  const std::size_t index = find(scene.name);
  const std::string name = scene.name;
  const bool exists = index < scenes_.size();
  if (exists) {
    scenes_[index] = std::move(scene);
  } else {
    if (scenes_.size() == kMaxScenes)
      throw ProtocolError(ErrorCode::limit, "there are too many scenes", {{"limit", kMaxScenes}});
    scenes_.push_back(std::move(scene));
  }
  go_to(name);
  return exists;
}

void SceneBook::remove(const std::string& name) {
  require(name);
  for (const auto& [setlist, scenes] : setlists_)
    if (std::ranges::find(scenes, name) != scenes.end())
      throw ProtocolError(ErrorCode::busy, "setlist \"" + setlist + "\" has scene \"" + name + "\"",
                          {{"setlist", setlist}});
  const std::size_t index = find(name);
  scenes_.erase(scenes_.begin() + static_cast<std::ptrdiff_t>(index));
  if (current_ == name) current_.reset();
  if (!setlist_ && place_ && *place_ >= index) {
    // The one before it, so that "next" is the one that came after it.
    place_ = *place_ > 0 ? std::optional(*place_ - 1) : std::nullopt;
  }
}

void SceneBook::rename(const std::string& name, const std::string& to) {
  require(name);
  if (name != to && find(to) < scenes_.size())
    throw ProtocolError(ErrorCode::busy, "there is a scene \"" + to + "\" already", {{"name", to}});
  scenes_[find(name)].name = to;
  for (auto& [setlist, scenes] : setlists_) std::ranges::replace(scenes, name, to);
  if (current_ == name) current_ = to;
}

void SceneBook::save_setlist(const std::string& name, std::vector<std::string> scenes) {
  for (const std::string& scene : scenes) require(scene);
  if (!setlists_.contains(name) && setlists_.size() == kMaxSetlists)
    throw ProtocolError(ErrorCode::limit, "there are too many setlists", {{"limit", kMaxSetlists}});
  setlists_[name] = std::move(scenes);
  if (setlist_ == name) use_setlist(name);
}

void SceneBook::remove_setlist(const std::string& name) {
  if (setlists_.erase(name) == 0) throw no_setlist(name, setlists_);
  if (setlist_ == name) use_setlist(std::nullopt);
}

void SceneBook::use_setlist(const std::optional<std::string>& name) {
  if (name && !setlists_.contains(*name)) throw no_setlist(*name, setlists_);
  setlist_ = name;
  place_.reset();
  if (current_) go_to(std::string(*current_));
}

std::vector<std::string> SceneBook::order() const {
  if (setlist_) return setlists_.at(*setlist_);
  std::vector<std::string> names;
  for (const Scene& scene : scenes_) names.push_back(scene.name);
  return names;
}

std::optional<std::size_t> SceneBook::place_after(std::optional<std::size_t> place, int step) const {
  const auto size = static_cast<std::ptrdiff_t>(order().size());
  if (size == 0) return std::nullopt;
  if (!place) return static_cast<std::size_t>(step > 0 ? 0 : size - 1);
  const std::ptrdiff_t next = (static_cast<std::ptrdiff_t>(*place) + step) % size;
  return static_cast<std::size_t>(next < 0 ? next + size : next);
}

const Scene* SceneBook::at(std::size_t place) const {
  const std::vector<std::string> names = order();
  return place < names.size() ? &require(names[place]) : nullptr;
}

const Scene* SceneBook::neighbour(int step) const {
  const std::optional<std::size_t> place = place_after(place_, step);
  return place ? at(*place) : nullptr;
}

std::optional<std::size_t> SceneBook::place_of(const std::string& name) const {
  const std::vector<std::string> names = order();
  if (place_ && *place_ < names.size() && names[*place_] == name) return place_;
  const auto found = std::ranges::find(names, name);
  return found != names.end() ? std::optional(static_cast<std::size_t>(found - names.begin())) : place_;
}

void SceneBook::go_to(const std::string& name, std::optional<std::size_t> place) {
  current_ = name;
  const Scene* const there = place ? at(*place) : nullptr;
  place_ = there != nullptr && there->name == name ? place : place_of(name);
}

void SceneBook::restore_place(std::size_t place) {
  if (place < length()) place_ = place;
}

json::object to_json(const Scene& scene) {
  json::object object{{"name", scene.name}};
  object["model"] = scene.model ? json::value(scene.model->name) : json::value(nullptr);
  object["path"] = scene.model ? json::value(scene.model->path) : json::value(nullptr);
  object["quality"] = scene.model ? json::value(scene.model->quality) : json::value(nullptr);
  object["bypass"] = scene.bypass;
  object["params"] = protocol::changes_json(kSettings, scene.settings);
  return object;
}

json::object to_json(const SceneBook& book) {
  json::array scenes;
  for (const Scene& scene : book.scenes()) scenes.push_back(to_json(scene));
  json::object setlists;
  for (const auto& [name, names] : book.setlists()) setlists[name] = json::value_from(names);
  return {{"scenes", std::move(scenes)},
          {"setlists", std::move(setlists)},
          {"setlist", or_null(book.setlist())},
          {"current", or_null(book.current())},
          {"place", or_null(book.place())}};
}

namespace {

Scene scene_from_json(const json::object& object) {
  Scene scene{.name = json::value_to<std::string>(object.at("name")),
              .bypass = object.at("bypass").as_bool()};
  if (!object.at("model").is_null())
    scene.model = ModelFile{.name = json::value_to<std::string>(object.at("model")),
                            .path = json::value_to<std::string>(object.at("path")),
                            .quality = object.at("quality").to_number<double>()};
  const json::object& params = object.at("params").as_object();
  for (const auto& [key, value] : params)
    if (!find_setting(key)) throw std::invalid_argument("unknown setting in a scene");
  scene.settings = protocol::changes_in(kSettings, params);
  return scene;
}

}  // namespace

// A fault in an element costs that element alone.
SceneBook scene_book_from_json(const json::object& document,
                               const std::function<void(std::string)>& problem) {
  SceneBook book;
  const auto attempt = [&problem](const std::string& what, const auto& read) {
    try {
      read();
    } catch (const std::exception& error) {
      problem(what + ": " + plain_words(error));
    }
  };
  const auto quoted = [](const char* kind, const json::value* name) {
    return name != nullptr && name->is_string() ? kind + (' ' + protocol::quote(name->get_string()))
                                                : std::string(kind);
  };
  attempt("all scenes", [&] {
    for (const json::value& scene : document.at("scenes").as_array())
      attempt(quoted("scene", scene.is_object() ? scene.get_object().if_contains("name") : nullptr),
              [&] { book.save(scene_from_json(scene.as_object())); });
  });
  attempt("all setlists", [&] {
    for (const auto& [name, scenes] : document.at("setlists").as_object()) {
      const std::string what = "setlist " + protocol::quote(name);
      attempt(what, [&, &setlist = name, &list = scenes] {
        std::vector<std::string> known;
        for (const std::string& scene : json::value_to<std::vector<std::string>>(list))
          attempt(what, [&] { known.push_back(book.require(scene).name); });
        book.save_setlist(setlist, std::move(known));
      });
    }
  });
  attempt("the current scene", [&] {
    const json::value& current = document.at("current");
    if (current.is_string()) book.go_to(book.require(json::value_to<std::string>(current)).name);
  });
  attempt("the setlist in use", [&] {
    const json::value& setlist = document.at("setlist");
    if (setlist.is_string()) book.use_setlist(json::value_to<std::string>(setlist));
  });
  // Older files have none.
  if (const json::value* const place = document.if_contains("place"); place != nullptr && !place->is_null())
    attempt("the place in the setlist", [&] { book.restore_place(place->to_number<std::size_t>()); });
  return book;
}

}  // namespace namrack::player

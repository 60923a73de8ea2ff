#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "parameters/settings.h"
#include "player/library/model_file.h"

namespace namrack::player {

/// Everything that is audible.
struct Scene {
  std::string name;
  std::optional<ModelFile> model = {};  ///< nullopt: the dry signal
  bool bypass = false;
  SettingChanges settings = {};  ///< all but fade_ms
  friend bool operator==(const Scene&, const Scene&) = default;
};

/// Scenes, setlists, and where in them one is. Thread: control. Methods that take names throw ProtocolError:
/// not_found, busy, limit.
class SceneBook {
 public:
  static constexpr std::size_t kMaxScenes = 1000;
  static constexpr std::size_t kMaxSetlists = 100;
  using Setlists = std::map<std::string, std::vector<std::string>>;

  /// In the order in which they were first saved.
  const std::vector<Scene>& scenes() const { return scenes_; }
  const Setlists& setlists() const { return setlists_; }
  /// nullopt: all scenes, as saved.
  const std::optional<std::string>& setlist() const { return setlist_; }
  /// The scene that was recalled or saved last.
  const std::optional<std::string>& current() const { return current_; }

  bool has(const std::string& name) const { return find(name) < scenes_.size(); }
  const Scene& require(const std::string& name) const;
  /// True when it took the place of one of that name. It becomes the current one.
  bool save(Scene scene);
  /// Refused while a setlist names it.
  void remove(const std::string& name);
  void rename(const std::string& name, const std::string& to);
  void save_setlist(const std::string& name, std::vector<std::string> scenes);
  void remove_setlist(const std::string& name);
  void use_setlist(const std::optional<std::string>& name);

  /// Places in the setlist in use are counted from 0. The scene at `place`; nullptr: it has fewer.
  const Scene* at(std::size_t place) const;
  /// Where one is; nullopt: before the first.
  std::optional<std::size_t> place() const { return place_; }
  /// Where one would be with this scene: nearest to where one is. A scene that is not in the setlist leaves
  /// the place in it where it was.
  std::optional<std::size_t> place_of(const std::string& name) const;
  /// `step` places on from `place`; behind the setlist's end it begins again. nullopt: there are no scenes.
  std::optional<std::size_t> place_after(std::optional<std::size_t> place, int step) const;
  /// The scene `step` places on from where one is. nullptr: there are none.
  const Scene* neighbour(int step) const;
  /// The number of scenes of the setlist in use.
  std::size_t length() const { return order().size(); }
  /// Notes that `name` has become audible, at `place` if it is still there.
  void go_to(const std::string& name, std::optional<std::size_t> place = std::nullopt);
  /// At start: where one was; nothing happens when there is no such place.
  void restore_place(std::size_t place);

  friend bool operator==(const SceneBook&, const SceneBook&) = default;

 private:
  std::size_t find(const std::string& name) const;
  std::vector<std::string> order() const;

  std::vector<Scene> scenes_;
  Setlists setlists_;
  std::optional<std::string> setlist_, current_;
  /// In order(); nullopt: before the first.
  std::optional<std::size_t> place_;
};

boost::json::object to_json(const Scene& scene);
boost::json::object to_json(const SceneBook& book);
/// Leaves out each element that cannot be understood, and calls `problem` with its name and what is wrong.
SceneBook scene_book_from_json(const boost::json::object& document,
                               const std::function<void(std::string)>& problem);

}  // namespace namrack::player

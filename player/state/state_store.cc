#include "player/state/state_store.h"

#include <spdlog/spdlog.h>

#include <boost/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "player/plain_words.h"
#include "player/state/durable_file.h"
#include "protocol/parameter_json.h"
#include "protocol/quote.h"
#include "protocol/request.h"
#include "protocol/utf8.h"
#include "protocol/wire/json_reader.h"
#include "protocol/wire/json_text.h"

namespace namrack::player {
namespace json = boost::json;
namespace fs = std::filesystem;
namespace {

constexpr int kFormat = 1;

using Lost = std::function<void(std::string)>;

// Only what `read` cannot make sense of is lost.
template <typename Read>
void attempt(const std::string& what, const Lost& lost, const Read& read) {
  try {
    read();
  } catch (const std::exception& error) {
    lost(what + ": " + plain_words(error));
  }
}

const json::value& member(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  if (value == nullptr) throw std::runtime_error("is missing");
  return *value;
}

const json::object& as_object(const json::value& value) {
  if (!value.is_object()) throw std::runtime_error("is no object");
  return value.get_object();
}

// For messages: the element's own name, if it has one.
std::string named(const char* kind, const json::value& element) {
  const json::object* const object = element.if_object();
  const json::value* const name = object != nullptr ? object->if_contains("name") : nullptr;
  return name != nullptr && name->is_string() ? kind + (' ' + protocol::quote(name->get_string())) : kind;
}

Settings read_settings(const json::object& object, const Lost& lost) {
  Settings settings;
  for (const auto& [key, value] : object) {
    attempt("setting " + std::string(key), lost, [&, &name = key, &setting = value] {
      const std::optional<Setting> place = find_setting(name);
      if (!place) throw std::runtime_error("there is none of that name");
      settings.set(*place, protocol::value_in(row_of(*place), setting));
    });
  }
  return settings;
}

// Read by who reads requests, so that nothing comes in by this way that could not by the other.
ModelFile read_model(const json::object& object) {
  const json::object params{{"name", member(object, "name")},
                            {"path", member(object, "path")},
                            {"quality", member(object, "quality")}};
  const auto request = std::get<protocol::LoadRequest>(protocol::make_request("load", params));
  return {request.name, request.path, request.quality};
}

std::vector<ModelFile> read_bank(const json::value& bank, const Lost& lost) {
  std::vector<ModelFile> models;
  std::set<std::string> names;
  if (!bank.is_array()) throw std::runtime_error("is no array");
  for (const json::value& entry : bank.get_array()) {
    attempt(named("model", entry), lost, [&] {
      ModelFile model = read_model(as_object(entry));
      if (!names.insert(model.name).second) throw std::runtime_error("there are two of that name");
      models.push_back(std::move(model));
    });
  }
  return models;
}

// 0: there is none that says something.
int format_of(const json::object& document) {
  const json::value* const format = document.if_contains("format");
  boost::system::error_code error;
  const int number = format != nullptr ? format->to_number<int>(error) : 0;
  return error ? 0 : number;
}

}  // namespace

json::object to_json(const SavedState& state) {
  json::array bank;
  for (const auto& model : state.bank)
    bank.push_back(json::object{{"name", model.name}, {"path", model.path}, {"quality", model.quality}});
  json::object document{{"format", kFormat}};
  document["bank"] = std::move(bank);
  document["current"] = state.current ? json::value(json::string(*state.current)) : json::value(nullptr);
  document["bypass"] = state.bypass;
  document["params"] = protocol::values_json(kSettings, state.settings);
  document["scenes"] = to_json(state.scenes);
  document["midi"] = to_json(state.midi);
  document["measurements"] = to_json(state.measurements);
  return document;
}

SavedState saved_state_from_json(const json::object& document, const Lost& lost) {
  SavedState state;
  attempt("all models", lost, [&] { state.bank = read_bank(member(document, "bank"), lost); });
  attempt("what played", lost, [&] {
    const json::value& current = member(document, "current");
    if (!current.is_string() && !current.is_null()) throw std::runtime_error("is no name");
    if (current.is_string()) state.current = json::value_to<std::string>(current);
  });
  attempt("bypass", lost, [&] {
    const json::value& bypass = member(document, "bypass");
    if (!bypass.is_bool()) throw std::runtime_error("is neither true nor false");
    state.bypass = bypass.get_bool();
  });
  attempt("all settings", lost,
          [&] { state.settings = read_settings(as_object(member(document, "params")), lost); });
  // Older files have none of these.
  const auto part = [&](const char* key, const char* what, const auto& read) {
    if (const json::value* const value = document.if_contains(key))
      attempt(what, lost, [&] { read(as_object(*value)); });
  };
  part("scenes", "all scenes",
       [&](const json::object& scenes) { state.scenes = scene_book_from_json(scenes, lost); });
  part("midi", "the MIDI map", [&](const json::object& midi) {
    state.midi =
        midi_map_from_json(midi, [&](const char* reason) { lost(std::string("a MIDI mapping: ") + reason); });
  });
  // Measured again when they are missed, so that nobody has lost anything.
  part("measurements", "measurements", [&](const json::object& measured) {
    state.measurements = measurements_from_json(
        measured, [](const char* reason) { spdlog::warn("a saved measurement is skipped: {}", reason); });
  });
  return state;
}

std::optional<RestoredState> StateStore::read() {
  const std::optional<std::string> text = read_regular_file(file_, kMaxBytes);
  if (!text) return std::nullopt;
  RestoredState restored;
  const auto lost = [&restored](std::string what) { restored.lost.push_back(std::move(what)); };
  // Version 0.1 wrote names of files as the system had them.
  const std::string readable = protocol::printable(*text, R"(\\x)");
  if (readable != *text) lost("names of files that are not UTF-8");
  attempt("everything", lost, [&] {
    if (readable.empty()) throw std::runtime_error("the file is empty");
    const json::value document = protocol::read_json(readable).value;
    const int format = format_of(as_object(document));
    restored.is_newer = format > kFormat;
    if (restored.is_newer) return;
    if (format != kFormat) lost("the number of the format");
    restored.state = saved_state_from_json(document.get_object(), lost);
  });
  may_write_ = !restored.is_newer;
  if (restored.is_newer || restored.lost.empty()) return restored;
  try {
    restored.aside = keep_aside(file_, *text);
  } catch (const std::exception& error) {
    spdlog::error("the damaged state file cannot be kept aside: {}", plain_words(error));
    may_write_ = false;
  }
  return restored;
}

void StateStore::write(const SavedState& state) const {
  replace_file(file_, protocol::json_text(to_json(state)) + "\n");
}

}  // namespace namrack::player

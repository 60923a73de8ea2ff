#include "player/state_store.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include "protocol/setting_table.h"

namespace namrack::player {
namespace json = boost::json;
namespace fs = std::filesystem;
namespace {

constexpr int kFormat = 1;

[[noreturn]] void throw_errno(const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), path.string());
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {
    if (fd_ < 0) throw_errno(path_);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write_all(const std::string& text) const {
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = ::write(fd_, text.data() + done, text.size() - done);
      if (count < 0 && errno != EINTR) throw_errno(path_);
      if (count > 0) done += static_cast<std::size_t>(count);
    }
  }
  void sync() const {
    if (::fsync(fd_) != 0) throw_errno(path_);
  }

 private:
  fs::path path_;
  int fd_;
};

// The settings of `object` that pass the table's own checks; the rest keep their defaults.
protocol::Settings read_settings(const json::object& object) {
  json::object accepted;
  for (const protocol::ParamSpec& spec : protocol::kSettings) {
    const json::value* value = object.if_contains(spec.name);
    if (value == nullptr) continue;
    bool good = false;
    if (spec.type == protocol::ParamType::number && value->is_number()) {
      const double number = value->to_number<double>();
      good = std::isfinite(number) && number >= spec.min && number <= spec.max;
    } else if (spec.type == protocol::ParamType::choice && value->is_string()) {
      for (const auto& choice : spec.choices) good = good || choice == std::string_view(value->get_string());
    }
    if (good)
      accepted[spec.name] = *value;
    else
      spdlog::warn("saved setting {} is out of range and keeps its default", spec.name);
  }
  return protocol::apply_changes({}, protocol::setting_changes_from_json(accepted));
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
  document["params"] = protocol::settings_to_json(state.settings);
  document["scenes"] = to_json(state.scenes);
  document["midi"] = to_json(state.midi);
  document["measurements"] = to_json(state.measurements);
  return document;
}

SavedState saved_state_from_json(const json::object& document) {
  if (document.at("format").to_number<int>() != kFormat) throw std::runtime_error("unknown format number");
  SavedState state;
  for (const json::value& entry : document.at("bank").as_array()) {
    const json::object& model = entry.as_object();
    state.bank.push_back({json::value_to<std::string>(model.at("name")),
                          json::value_to<std::string>(model.at("path")),
                          model.at("quality").to_number<double>()});
  }
  if (const json::value& current = document.at("current"); !current.is_null())
    state.current = json::value_to<std::string>(current);
  state.bypass = document.at("bypass").as_bool();
  state.settings = read_settings(document.at("params").as_object());
  if (const json::value* const scenes = document.if_contains("scenes"))  // older files have none
    state.scenes = scene_book_from_json(scenes->as_object(), [](const char* reason) {
      spdlog::warn("a saved scene or setlist is skipped: {}", reason);
    });
  if (const json::value* const midi = document.if_contains("midi"); midi != nullptr && midi->is_object())
    state.midi = midi_map_from_json(midi->get_object(), [](const char* reason) {
      spdlog::warn("a saved MIDI mapping is skipped: {}", reason);
    });
  if (const json::value* const measured = document.if_contains("measurements");
      measured != nullptr && measured->is_object())
    state.measurements = measurements_from_json(measured->get_object(), [](const char* reason) {
      spdlog::warn("a saved measurement is skipped: {}", reason);
    });
  return state;
}

std::optional<SavedState> StateStore::read() const {
  std::ifstream stream(file_);
  if (!stream) {
    if (fs::exists(file_)) spdlog::error("state file {} cannot be read", file_.string());
    return std::nullopt;
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  try {
    return saved_state_from_json(json::parse(text).as_object());
  } catch (const std::exception& error) {
    fs::path aside = file_;
    aside += ".corrupt";
    std::error_code ignored;
    fs::rename(file_, aside, ignored);
    spdlog::error("state file {} is broken ({}); moved to {}", file_.string(), error.what(), aside.string());
    return std::nullopt;
  }
}

void StateStore::write(const SavedState& state) const {
  const fs::path folder = file_.has_parent_path() ? file_.parent_path() : fs::path(".");
  fs::create_directories(folder);
  fs::path temporary = file_;
  temporary += ".new";
  {
    const Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    file.write_all(json::serialize(to_json(state)) + "\n");
    file.sync();
  }
  fs::rename(temporary, file_);
  // Without this the rename itself may be lost in a power cut.
  Descriptor(folder, O_RDONLY | O_DIRECTORY).sync();
}

}  // namespace namrack::player

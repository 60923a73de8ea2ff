#include "player/library/measurements.h"

#include <sys/utsname.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "player/or_null.h"

namespace namrack::player {
namespace json = boost::json;
namespace {

constexpr int kHexadecimal = 16;

std::string hexadecimal(std::uint64_t number) {
  std::string text(kHexadecimal, '\0');
  text.resize(static_cast<std::size_t>(
      std::to_chars(text.data(), text.data() + text.size(), number, kHexadecimal).ptr - text.data()));
  return text;
}

std::uint64_t number_from(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
    throw std::runtime_error("not a number: " + std::string(text));
  return number;
}

// The machine and version that a load is measured on. Another version may have other kernels.
std::string measured_on() {
  return cpu_name() + ", namrack " + NAMRACK_VERSION;
}

}  // namespace

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  std::string parts;
  for (std::string line; std::getline(file, line) && !line.empty();) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    if (line.starts_with("model name")) return line.substr(colon + 2);
    // ARM's have no names.
    if (line.starts_with("CPU ")) parts += (parts.empty() ? "" : " ") + line.substr(colon + 2);
  }
  if (!parts.empty()) return parts;
  utsname system{};
  return ::uname(&system) == 0 ? system.machine : "unknown";
}

std::optional<double> Measurements::load(const Key& key, std::size_t block) const {
  const auto model = models_.find(key);
  if (model == models_.end()) return std::nullopt;
  const auto load = model->second.loads.find(block);
  return load != model->second.loads.end() ? std::optional(load->second) : std::nullopt;
}

std::optional<Measurements::Loudness> Measurements::loudness(const Key& key) const {
  const auto model = models_.find(key);
  return model != models_.end() ? model->second.loudness : std::nullopt;
}

Measurements::Model& Measurements::entry(const Key& key) {
  if (!models_.contains(key) && models_.size() == kMaxModels)
    models_.erase(std::ranges::min_element(models_, {}, [](const auto& model) { return model.second.kept; }));
  Model& model = models_[key];
  model.kept = ++count_;
  return model;
}

void Measurements::keep_load(const Key& key, std::size_t block, double load) {
  entry(key).loads[block] = load;
}

void Measurements::keep_loudness(const Key& key, Loudness loudness) {
  entry(key).loudness = loudness;
}

// In the order in which they were measured, so that reading them back keeps it.
json::object to_json(const Measurements& measurements) {
  std::vector<std::pair<const Measurements::Key*, const Measurements::Model*>> ordered;
  for (const auto& [key, model] : measurements.models_) ordered.emplace_back(&key, &model);
  std::ranges::sort(ordered, {}, [](const auto& pair) { return pair.second->kept; });
  json::array models;
  for (const auto& [key, model] : ordered) {
    json::object object{{"content", hexadecimal(key->content)}, {"quality", key->quality}};
    if (model->loudness) object["loudness"] = or_null(model->loudness->db);
    json::object loads;
    for (const auto& [block, load] : model->loads) loads[std::to_string(block)] = load;
    object["loads"] = std::move(loads);
    models.push_back(std::move(object));
  }
  return {{"on", measured_on()}, {"models", std::move(models)}};
}

Measurements measurements_from_json(const json::object& document,
                                    const std::function<void(const char*)>& problem) {
  Measurements measurements;
  const json::value* const on = document.if_contains("on");
  const json::value* const models = document.if_contains("models");
  if (models == nullptr || !models->is_array()) return measurements;
  const bool same_machine = on != nullptr && on->is_string() && on->get_string() == measured_on();
  for (const json::value& value : models->get_array()) {
    try {
      const json::object& object = value.as_object();
      const Measurements::Key key{.content = number_from(object.at("content").as_string(), kHexadecimal),
                                  .quality = object.at("quality").to_number<double>()};
      if (const json::value* const loudness = object.if_contains("loudness"))
        measurements.keep_loudness(
            key, {loudness->is_null() ? std::nullopt : std::optional(loudness->to_number<float>())});
      if (!same_machine) continue;
      for (const auto& [block, load] : object.at("loads").as_object()) {
        const auto fraction = load.to_number<double>();
        if (!std::isfinite(fraction) || fraction < 0.0) throw std::runtime_error("a load that is none");
        measurements.keep_load(key, number_from(block, 10), fraction);
      }
    } catch (const std::exception& error) {
      problem(error.what());
    }
  }
  return measurements;
}

}  // namespace namrack::player

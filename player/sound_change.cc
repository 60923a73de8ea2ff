#include "player/sound_change.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "player/or_null.h"

namespace namrack::player {
namespace json = boost::json;
namespace {

std::optional<float> to_float(const std::optional<double>& value) {
  return value ? std::optional(static_cast<float>(*value)) : std::nullopt;
}

// Neither module knows the other's enumerations, but both know the users' names.
template <typename Value, typename Name, typename Find>
auto by_name(const std::optional<Value>& value, Name name_of, Find find) {
  return value ? find(name_of(*value)) : decltype(find(name_of(*value))){};
}

json::value level_json(float rms) {
  return rms > 0.0F ? json::value(20.0 * std::log10(double{rms})) : json::value(nullptr);
}

}  // namespace

engine::RigSettingChanges to_engine(const protocol::SettingChanges& changes) {
  using protocol::auto_switch_name;
  return {.input_db = to_float(changes.input_db),
          .output_db = to_float(changes.output_db),
          .interface_dbu = to_float(changes.interface_dbu),
          .ceiling_db = to_float(changes.ceiling_db),
          .level_mode = by_name(changes.level_mode, protocol::level_mode_name, engine::level_mode_from_name),
          .match = by_name(changes.match, protocol::loudness_match_name, engine::loudness_match_from_name),
          .dc_blocker = by_name(changes.dc_blocker, auto_switch_name, engine::auto_switch_from_name),
          .peak_guard = by_name(changes.peak_guard, auto_switch_name, engine::auto_switch_from_name)};
}

RigValue rig_value(std::string_view key) {
  using engine::RigSettings;
  static constexpr auto kValues = std::to_array<std::pair<std::string_view, RigValue>>({
      {"ceiling_db", [](const RigSettings& rig) noexcept { return rig.ceiling_db; }},
      {"dc_blocker", [](const RigSettings& rig) noexcept { return static_cast<float>(rig.path.dc_blocker); }},
      {"input_db", [](const RigSettings& rig) noexcept { return rig.path.input_db; }},
      {"interface_dbu", [](const RigSettings& rig) noexcept { return rig.path.interface_dbu; }},
      {"level_mode", [](const RigSettings& rig) noexcept { return static_cast<float>(rig.path.level_mode); }},
      {"match", [](const RigSettings& rig) noexcept { return static_cast<float>(rig.path.match); }},
      {"output_db", [](const RigSettings& rig) noexcept { return rig.path.output_db; }},
      {"peak_guard", [](const RigSettings& rig) noexcept { return static_cast<float>(rig.peak_guard); }},
  });
  const auto* const found = std::ranges::find(kValues, key, &std::pair<std::string_view, RigValue>::first);
  return found != kValues.end() ? found->second : nullptr;
}

json::object swap_report(const SwapResult& result) {
  return {{"name", or_null(result.name)},
          {"previous", or_null(result.previous)},
          {"requested_frame", or_null(result.requested_frame)},
          {"frame", or_null(result.frame)},
          {"fade", result.fade_kind == engine::FadeKind::crossfade ? "crossfade" : "through_zero"},
          {"fade_frames", result.fade_frames},
          // Both models run while they crossfade, so that there never is a gap.
          {"gap_frames", 0},
          {"heard_frames", result.heard_frames},
          {"skipped_frames", result.skipped_frames},
          {"load_ms", or_null(result.load_ms)},
          {"prepare_ms", result.prepare_ms},
          {"match_db", result.match_db},
          {"level_before_db", level_json(result.level_before)},
          {"level_after_db", level_json(result.level_after)},
          {"predicted_load", or_null(result.predicted_load)},
          {"predicted_overlap", or_null(result.predicted_overlap)},
          {"measured_load", or_null(result.measured_load)},
          {"xruns", result.xruns},
          {"warnings", json::value_from(result.warnings)},
          {"applied", result.applied()},
          {"rev", result.rev}};
}

void add_outcome(json::object& reply, const SoundResult& result) {
  reply["frame"] = or_null(result.frame);
  reply["applied"] = result.applied();
  reply["rev"] = result.rev;
}

}  // namespace namrack::player

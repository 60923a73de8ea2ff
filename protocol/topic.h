#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace namrack::protocol {

/// The topics that a client may subscribe to.
enum class Topic {
  swap,
  faded,
  bypass,
  bank,
  params,
  scene,
  midi,
  jack,
  problem,
  xrun,
  overload,
  meters,
  lost
};

struct TopicSpec {
  Topic topic;
  std::string_view name;
  std::string_view help;
  /// A state topic reports a change of state and is never dropped silently; the others are measurements.
  bool is_state;
};

/// In the order of the enumeration.
inline constexpr auto kTopics = std::to_array<TopicSpec>({
    {Topic::swap, "swap", "another model became audible", true},
    {Topic::faded, "faded", "the crossfade of a swap has ended; what it took", true},
    {Topic::bypass, "bypass", "bypass was switched", true},
    {Topic::bank, "bank", "a model was loaded, replaced or unloaded", true},
    {Topic::params, "params", "settings were changed", true},
    {Topic::scene, "scene", "a scene was recalled, or scenes or setlists were changed", true},
    {Topic::midi, "midi", "a MIDI message came, and what it did; or the map was changed", true},
    {Topic::jack, "jack", "the JACK server came, went, or changed its block size or rate", true},
    {Topic::problem, "problem", "something went wrong, or (`active` false) is right again", true},
    {Topic::xrun, "xrun", "JACK reported an xrun", true},
    {Topic::overload, "overload", "a block took longer than its deadline", true},
    {Topic::meters, "meters", "levels and load, at `rate_hz`; the newest replaces an unsent older one",
     false},
    {Topic::lost, "lost", "this client read too slowly and events were dropped: fetch `status` again", true},
});

inline constexpr auto kTopicNames = [] {
  std::array<std::string_view, kTopics.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kTopics[i].name;
  return names;
}();

std::string_view topic_name(Topic topic);
std::optional<Topic> topic_from_name(std::string_view name);

}  // namespace namrack::protocol

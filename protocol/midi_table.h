#pragma once

#include <array>
#include <string_view>

namespace namrack::protocol {

/// Names of MidiKind, MidiTarget and MidiSwitch, in the order of the enumerations.
inline constexpr auto kMidiKinds = std::to_array<std::string_view>({"note", "control", "program"});
inline constexpr auto kMidiTargets =
    std::to_array<std::string_view>({"bypass", "scene", "scene.next", "scene.prev", "set", "swap"});
inline constexpr auto kMidiSwitches = std::to_array<std::string_view>({"toggle", "hold", "inverse"});

}  // namespace namrack::protocol

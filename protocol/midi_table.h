#pragma once

#include <array>
#include <string_view>

namespace namrack::protocol {

/// Names of MidiKind, MidiTarget, MidiSwitch, MidiPress, MidiTakeover and MidiBank, in the order of the
/// enumerations.
inline constexpr auto kMidiKinds = std::to_array<std::string_view>({"note", "control", "program"});
inline constexpr auto kMidiTargets =
    std::to_array<std::string_view>({"bypass", "scene", "scene.next", "scene.prev", "set", "swap"});
inline constexpr auto kMidiSwitches = std::to_array<std::string_view>({"toggle", "hold", "inverse"});
inline constexpr auto kMidiPresses =
    std::to_array<std::string_view>({"momentary", "latching", "long", "double"});
inline constexpr auto kMidiTakeovers = std::to_array<std::string_view>({"jump", "pickup"});
inline constexpr auto kMidiBanks = std::to_array<std::string_view>({"14bit", "msb", "lsb", "ignore"});

}  // namespace namrack::protocol

#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "midi/message.h"
#include "parameters/settings.h"

namespace namrack::protocol {

/// The kinds of what a mapping does.
enum class MidiTarget : std::uint8_t { bypass, scene, next_scene, previous_scene, set, swap };

/// The ways in which a note or controller switches bypass. Pressed: a note that is on, a controller at 64 or
/// more.
enum class MidiSwitch : std::uint8_t {
  toggle,   ///< each press switches
  hold,     ///< bypassed while pressed
  inverse,  ///< bypassed while not pressed
};

inline constexpr double kDefaultLongMs = 500.0;

/// When a setting that follows a controller begins to.
enum class MidiTakeover : std::uint8_t {
  jump,    ///< with the controller's first message
  pickup,  ///< when the controller has reached or passed what the setting is at present
};

/// Which controllers choose the bank of the programs that follow.
enum class MidiBank : std::uint8_t {
  both,    ///< 128 * controller 0 + controller 32
  msb,     ///< controller 0
  lsb,     ///< controller 32
  ignore,  ///< none: it is always bank 0
};

struct MidiAction {
  MidiTarget target = MidiTarget::bypass;
  std::optional<std::string> name = {};        ///< of the scene, or of the model; nullopt: the dry signal
  MidiSwitch mode = MidiSwitch::toggle;        ///< of bypass
  Setting setting = {};                        ///< of set: which
  std::optional<double> value = {};            ///< what a press sets it to; nullopt: it follows
  double min = 0.0, max = 0.0;                 ///< a setting that follows: at 0 and at 127
  MidiPress press = MidiPress::momentary;      ///< of what a press does
  double long_ms = 0.0;                        ///< of a long press; else 0
  MidiTakeover takeover = MidiTakeover::jump;  ///< of a setting that follows
  bool keep = false;  ///< of a setting that follows: a scene's recall leaves it where the controller is
  /// Whether it sets what its source's value says, and not what a press does.
  bool follows() const { return target == MidiTarget::set && !value; }
  friend bool operator==(const MidiAction&, const MidiAction&) = default;
};

/// False for a program, which neither has a value nor ends, where the action needs one of these.
bool can_do(MidiKind kind, const MidiAction& action);
/// The change that an action asks for when its source is at `value`, 0..127; nothing: that does nothing.
SettingChanges setting_at(const MidiAction& action, MidiKind kind, int value);

/// The parameters of `midi.map` that make this mapping; what is optional and not given is left out.
boost::json::object midi_mapping_to_json(const MidiSource& source, const MidiAction& action);
boost::json::object midi_source_to_json(const MidiSource& source);
boost::json::object midi_action_to_json(const MidiAction& action);

/// From parameters that have passed check_params(). Throw ProtocolError(params) where they do not fit each
/// other.
MidiSource midi_source_in(const boost::json::object& params);
MidiAction midi_action_in(const boost::json::object& params);

/// "control 64 on channel 1".
std::string describe(const MidiSource& source);
std::string_view midi_kind_name(MidiKind kind);
std::string_view midi_bank_name(MidiBank bank);
/// `name` must be one of them.
MidiBank midi_bank_from_name(std::string_view name);

}  // namespace namrack::protocol

#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "player/midi/midi_control.h"
#include "player/player.h"

// Parts that several replies share.
namespace namrack::player {

/// The description of a model in `load` and `list`.
boost::json::object describe_model(const Player& player, const std::string& name, const BankEntry& entry);
/// The fields of replies to changes of several things: swap, bypass, params, frame, applied, rev.
boost::json::object sound_reply(const SoundResult& result);
/// current, next and setlist, as `status` and `scene.list` show them.
boost::json::object scene_position(const Player& player);
/// mappings, messages, dropped and connected, as `status` shows them.
boost::json::object midi_summary(const MidiControl& midi);

}  // namespace namrack::player

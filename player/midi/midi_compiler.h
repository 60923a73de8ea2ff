#pragma once

#include "engine/audio/midi/table.h"
#include "player/midi/midi_map.h"

namespace namrack::player {

/// What `map` asks of the audio thread, worked out beforehand. With `is_learning` nothing acts but the end of
/// a hold.
engine::MidiTable compile(const MidiMap& map, bool is_learning);

}  // namespace namrack::player

#pragma once

#include <string>

#include "cli/text/fields.h"
#include "cli/text/style.h"

// Results of the MIDI methods for people, as result_text() gives them.
namespace namrack::cli {

std::string midi_mapped_text(const Fields& result, const Style& style);
std::string midi_learned_text(const Fields& result, const Style& style);
std::string midi_unmapped_text(const Fields& result, const Style& style);
std::string midi_list_text(const Fields& result, const Style& style);
std::string midi_set_text(const Fields& result, const Style& style);
std::string midi_cancelled_text(const Fields& result, const Style& style);

/// The message or the change in an event of the topic midi.
std::string midi_event_text(const Fields& event);

/// The part of the status: "3 mappings, 1,200 messages"; empty where there is none.
std::string midi_summary_text(const Fields& midi);

}  // namespace namrack::cli

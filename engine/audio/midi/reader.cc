#include "engine/audio/midi/reader.h"

namespace namrack::engine {
namespace {

constexpr std::uint8_t kStatusBit = 0x80, kKindBits = 0xF0, kChannelBits = 0x0F;
constexpr std::uint8_t kNoteOff = 0x80, kNoteOn = 0x90, kControl = 0xB0, kProgram = 0xC0, kPressure = 0xD0,
                       kSystem = 0xF0;
constexpr std::uint8_t kFull = 127;

// JACK delivers whole messages, each with its status. Those of the system are none of ours, whatever they
// hold.
MidiReader::Kind kind_of(const MidiEvent& event) NAMRACK_REALTIME {
  if (event.size == 0 || event.bytes[0] < kStatusBit) return MidiReader::Kind::malformed;
  if (event.bytes[0] >= kSystem) return MidiReader::Kind::other;
  const std::uint8_t kind = event.bytes[0] & kKindBits;
  const std::uint8_t size = kind == kProgram || kind == kPressure ? 2 : 3;
  if (event.size != size) return MidiReader::Kind::malformed;
  for (std::uint8_t i = 1; i < size; ++i)
    if (event.bytes[i] >= kStatusBit) return MidiReader::Kind::malformed;
  const bool is_ours = kind == kNoteOff || kind == kNoteOn || kind == kControl || kind == kProgram;
  return is_ours ? MidiReader::Kind::message : MidiReader::Kind::other;
}

}  // namespace

MidiReader::Kind MidiReader::read(const MidiEvent& event, const MidiTable& table,
                                  MidiMessage& message) NAMRACK_REALTIME {
  const Kind what = kind_of(event);
  if (what != Kind::message) return what;
  const std::uint8_t kind = event.bytes[0] & kKindBits;
  message = {.channel = static_cast<std::uint8_t>((event.bytes[0] & kChannelBits) + 1),
             .number = event.bytes[1]};
  if (kind == kProgram) {
    const Bank& bank = banks_[message.channel - 1U];
    message.kind = MidiKind::program;
    message.value = kFull;
    message.bank = table.bank(table.selects_bank(message.channel, kBankCoarse) ? bank.coarse : 0,
                              table.selects_bank(message.channel, kBankFine) ? bank.fine : 0);
    return what;
  }
  message.kind = kind == kControl ? MidiKind::control : MidiKind::note;
  message.value = kind == kNoteOff ? 0 : event.bytes[2];
  if (kind == kControl) note_bank(message, table);
  return what;
}

// What came while the controller did something else is no bank afterwards.
void MidiReader::note_bank(const MidiMessage& message, const MidiTable& table) NAMRACK_REALTIME {
  if (message.number != kBankCoarse && message.number != kBankFine) return;
  Bank& bank = banks_[message.channel - 1U];
  (message.number == kBankCoarse ? bank.coarse : bank.fine) =
      table.selects_bank(message.channel, message.number) ? message.value : std::uint8_t{0};
}

}  // namespace namrack::engine

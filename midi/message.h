#pragma once

#include <cstdint>
#include <optional>

// What a MIDI message is, and which are meant: a leaf that every module may use. Real-time safe.
namespace namrack {

/// The messages of MIDI 1.0 that can be mapped.
enum class MidiKind : std::uint8_t { note, control, program };

/// The controllers that choose the bank of the programs that follow.
inline constexpr std::uint8_t kBankCoarse = 0, kBankFine = 32;

/// A note, controller or program that came.
struct MidiMessage {
  MidiKind kind = MidiKind::control;
  std::uint8_t channel = 1;  ///< 1..16
  std::uint8_t number = 0;   ///< 0..127
  std::uint8_t value = 0;    ///< velocity (0: the note ends) or position; 127 of a program
  std::uint16_t bank = 0;    ///< of a program, as far as controllers choose banks
};

/// Which messages are meant.
struct MidiSource {
  MidiKind kind = MidiKind::control;
  std::uint8_t number = 0;                   ///< of the note, controller or program, 0..127
  std::optional<std::uint8_t> channel = {};  ///< 1..16; nullopt: each
  std::optional<std::uint16_t> bank = {};    ///< of a program, 0..16383; nullopt: each
  friend constexpr bool operator==(const MidiSource&, const MidiSource&) = default;

  constexpr bool means(const MidiMessage& message) const noexcept {
    return kind == message.kind && number == message.number &&
           channel.value_or(message.channel) == message.channel &&
           bank.value_or(message.bank) == message.bank;
  }
  /// Of two sources that mean the same message the more particular one answers: a bank says more than a
  /// channel.
  constexpr int particularity() const noexcept { return (bank ? 2 : 0) + (channel ? 1 : 0); }
};

/// Which messages of a switch are a press.
enum class MidiPress : std::uint8_t {
  momentary,     ///< each that is pressed; a release is none
  latching,      ///< each: latching pedals send 127 and 0 in turn
  long_press,    ///< one that is held for long_ms, as soon as it has been
  double_press,  ///< the second of two within kDoublePressMs
};
inline constexpr double kDoublePressMs = 400.0;

/// A controller at 64 or more, a note that is on (whose value is its velocity), any program.
constexpr bool is_pressed(MidiKind kind, int value) noexcept {
  constexpr int kPressed = 64;
  if (kind == MidiKind::program) return true;
  return value >= (kind == MidiKind::note ? 1 : kPressed);
}

}  // namespace namrack

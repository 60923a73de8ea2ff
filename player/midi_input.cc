#include "player/midi_input.h"

#include <algorithm>
#include <utility>

namespace namrack::player {
using protocol::MidiKind;
namespace {

constexpr std::uint8_t kKindBits = 0xF0, kChannelBits = 0x0F, kDataBits = 0x7F;
constexpr std::uint8_t kNoteOff = 0x80, kNoteOn = 0x90, kControl = 0xB0, kProgram = 0xC0;
constexpr std::uint8_t kFull = 127;

}  // namespace

MidiInput::MidiInput() {
  use(MidiTable({}, false));
}

void MidiInput::use(MidiTable table) {
  const std::uint64_t number = tables_.empty() ? 1 : tables_.back()->number + 1;
  tables_.push_back(std::make_unique<const Numbered>(number, std::move(table)));
  current_.store(tables_.back().get(), std::memory_order_release);
}

void MidiInput::tidy(bool audio_runs) {
  const bool is_idle = !audio_runs || seen_.load(std::memory_order_acquire) == tables_.back()->number;
  if (is_idle) tables_.erase(tables_.begin(), tables_.end() - 1);
}

std::optional<MidiInput::News> MidiInput::poll() {
  News news;
  return news_.pop(news) ? std::optional(news) : std::nullopt;
}

// nullopt: none that can be mapped.
std::optional<MidiMessage> MidiInput::read(const MidiEvent& event) noexcept {
  if (event.size < 2) return std::nullopt;
  const std::uint8_t kind = event.bytes[0] & kKindBits;
  const std::uint8_t channel = event.bytes[0] & kChannelBits;
  MidiMessage message{.channel = static_cast<std::uint8_t>(channel + 1),
                      .number = static_cast<std::uint8_t>(event.bytes[1] & kDataBits)};
  if (kind == kProgram) {
    message.kind = MidiKind::program;
    message.value = kFull;
    message.bank = static_cast<std::uint16_t>(banks_[channel].coarse << 7U | banks_[channel].fine);
    return message;
  }
  if (event.size < 3) return std::nullopt;
  message.value = event.bytes[2] & kDataBits;
  switch (kind) {
    case kNoteOff:
      message.value = 0;
      [[fallthrough]];
    case kNoteOn:
      message.kind = MidiKind::note;
      return message;
    case kControl:
      message.kind = MidiKind::control;
      if (message.number == kBankCoarse) banks_[channel].coarse = message.value;
      if (message.number == kBankFine) banks_[channel].fine = message.value;
      return message;
    default:
      return std::nullopt;
  }
}

void MidiInput::process(std::span<const MidiEvent> events, std::uint64_t first_frame,
                        engine::Rack& rack) noexcept {
  const Numbered& current = *current_.load(std::memory_order_acquire);
  int frames = 0;
  std::uint64_t last = 0;
  for (const MidiEvent& event : events) {
    const std::optional<MidiMessage> message = read(event);
    if (!message || !current.table.hears(message->channel)) continue;
    messages_.fetch_add(1, std::memory_order_relaxed);
    News news{.message = *message, .frame = first_frame + event.offset};
    bool has_room = true;
    if (const engine::RackAction* const action = current.table.find(*message)) {
      if (frames == 0 || (news.frame != last && frames < kMaxFramesPerBlock)) {
        last = news.frame;
        ++frames;
      }
      news.frame = last;
      news.has_acted = has_room = rack.act(*action, last);
    }
    if (!news_.push(news) || !has_room) dropped_.fetch_add(1, std::memory_order_relaxed);
  }
  // Last, so that whoever reads it knows that the former table is not used any more.
  seen_.store(current.number, std::memory_order_release);
}

}  // namespace namrack::player

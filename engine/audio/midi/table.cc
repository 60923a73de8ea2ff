#include "engine/audio/midi/table.h"

#include <algorithm>
#include <utility>

namespace namrack::engine {
MidiTable::MidiTable(Contents contents)
    : channel_(contents.channel),
      adds_banks_(contents.adds_banks),
      coarse_(contents.coarse),
      fine_(contents.fine) {
  for (auto& [source, slot] : contents.slots) group_of(source).slots.push_back(std::move(slot));
  // What is mapped for one channel takes the place of what is mapped for each.
  for (const bool particular : {false, true})
    for (std::size_t i = 0; i < groups_.size(); ++i)
      if (groups_[i].source.channel.has_value() == particular)
        place(groups_[i], static_cast<std::uint16_t>(i + 1));
  for (std::vector<std::uint16_t>& groups : programs_)
    std::ranges::stable_sort(groups, std::ranges::greater(),
                             [this](std::uint16_t group) { return groups_[group].source.particularity(); });
  for (const Group& group : groups_)
    for (const MidiSlot& slot : group.slots)
      if (slot.press == MidiPress::long_press) long_presses_.push_back(&slot);
}

MidiTable::Group& MidiTable::group_of(const MidiSource& source) {
  const auto found = std::ranges::find(groups_, source, &Group::source);
  return found != groups_.end() ? *found : groups_.emplace_back(Group{.source = source, .slots = {}});
}

void MidiTable::place(const Group& group, std::uint16_t number) {
  if (group.source.kind == MidiKind::program) {
    programs_[group.source.number].push_back(static_cast<std::uint16_t>(number - 1));
    return;
  }
  Places& places = group.source.kind == MidiKind::note ? notes_ : controls_;
  for (std::size_t channel = 0; channel < kChannels; ++channel)
    if (group.source.channel.value_or(channel + 1) == channel + 1)
      places[channel][group.source.number] = number;
}

// The most particular ones come first.
const MidiTable::Group* MidiTable::find_program(const MidiMessage& message) const NAMRACK_REALTIME {
  for (const std::uint16_t group : programs_[message.number])
    if (groups_[group].source.means(message)) return &groups_[group];
  return nullptr;
}

std::span<const MidiSlot> MidiTable::slots(const MidiMessage& message) const NAMRACK_REALTIME {
  if (message.kind == MidiKind::program) {
    const Group* const group = find_program(message);
    return group != nullptr ? std::span(group->slots) : std::span<const MidiSlot>();
  }
  const Places& places = message.kind == MidiKind::note ? notes_ : controls_;
  const std::uint16_t place = places[message.channel - 1U][message.number];
  return place != 0 ? std::span(groups_[place - 1U].slots) : std::span<const MidiSlot>();
}

}  // namespace namrack::engine

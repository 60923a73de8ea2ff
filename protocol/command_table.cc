#include "protocol/command_table.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace namrack::protocol {
namespace {

template <typename Row>
std::vector<Row> all_of(std::initializer_list<std::span<const Row>> families) {
  std::vector<Row> rows;
  for (const std::span<const Row> family : families) rows.insert(rows.end(), family.begin(), family.end());
  return rows;
}

}  // namespace

std::span<const CommandSpec> command_table() {
  static const std::vector<CommandSpec> kTable = [] {
    auto rows = all_of<CommandSpec>({change_commands(), connection_commands(), midi_commands(),
                                     model_commands(), scene_commands(), sound_commands(), state_commands()});
    std::ranges::sort(rows, {}, &CommandSpec::name);
    return rows;
  }();
  return kTable;
}

std::span<const std::string_view> command_names() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const CommandSpec& command : command_table()) names.push_back(command.name);
    return names;
  }();
  return kNames;
}

const CommandSpec* find_command(std::string_view name) {
  const std::span<const CommandSpec> table = command_table();
  const auto row = std::ranges::lower_bound(table, name, {}, &CommandSpec::name);
  return row != table.end() && row->name == name ? &*row : nullptr;
}

const ParamSpec& find_param(std::string_view method, std::string_view param) {
  const std::span<const ParamSpec> params = find_command(method)->params;
  return *std::ranges::find(params, param, &ParamSpec::name);
}

const EventSpec& event_spec(Topic topic) {
  static const std::vector<EventSpec> kEvents = all_of<EventSpec>(
      {connection_events(), midi_events(), model_events(), scene_events(), sound_events(), state_events()});
  const auto row = std::ranges::find(kEvents, topic, &EventSpec::topic);
  if (row == kEvents.end()) throw std::logic_error("a topic has no family");
  return *row;
}

}  // namespace namrack::protocol

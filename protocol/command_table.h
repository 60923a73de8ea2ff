#pragma once

#include <span>
#include <string_view>

#include "protocol/param_spec.h"

namespace namrack::protocol {

/// A field of a method's result.
struct ResultField {
  std::string_view name;
  std::string_view help;
};

/// One method of the protocol: everything that lookup, checking, help, completion and the reference need.
struct CommandSpec {
  std::string_view name;
  std::string_view summary;
  std::span<const ParamSpec> params;
  std::span<const ResultField> result;
  /// Changes the state: the result carries `rev`, and `if_rev` is among the parameters.
  bool mutates = false;
};

/// All methods, sorted by name.
std::span<const CommandSpec> command_table();
/// Their names, in the same order.
std::span<const std::string_view> command_names();
/// nullptr when there is no such method.
const CommandSpec* find_command(std::string_view name);

}  // namespace namrack::protocol

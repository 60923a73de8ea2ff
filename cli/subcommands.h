#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/arguments.h"

// Each function adds its commands to the application; a command that was given leaves what to do in `action`.
namespace namrack::cli {

/// A command that is a method of the protocol: its summary comes from the table, its examples follow the
/// help.
CLI::App* add_method_command(CLI::App& app, const std::string& method, const std::string& examples);
/// The option --if-rev of methods that change the state.
void add_if_rev(CLI::App* command, std::optional<std::uint64_t>& if_rev);

/// load, swap, quality, bypass, unload, list.
void add_model_commands(CLI::App& app, Action& action);
/// status, set, get, events, call, hello, ping.
void add_state_commands(CLI::App& app, Action& action);
/// play.
void add_script_commands(CLI::App& app, Action& action);
/// inspect, render, bench.
void add_offline_commands(CLI::App& app, Action& action);
/// help-protocol, completion.
void add_documentation_commands(CLI::App& app, Action& action);

}  // namespace namrack::cli

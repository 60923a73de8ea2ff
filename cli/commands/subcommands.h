#pragma once

#include <CLI/App.hpp>

#include "cli/commands/arguments.h"

// Each function adds its commands to the application; a command that was given leaves what to do in `action`.
namespace namrack::cli {

/// load, swap, quality, bypass, unload, pending, cancel, models, list.
void add_model_commands(CLI::App& app, Action& action);
/// status, set, get, events, call, hello, ping.
void add_state_commands(CLI::App& app, Action& action);
/// play.
void add_script_commands(CLI::App& app, Action& action);
/// scene and setlist with their verbs.
void add_scene_commands(CLI::App& app, Action& action);
/// midi with its verbs.
void add_midi_commands(CLI::App& app, Action& action);
/// tx.
void add_group_command(CLI::App& app, Action& action);
/// inspect, render, bench.
void add_offline_commands(CLI::App& app, Action& action);
/// help-protocol, completion.
void add_documentation_commands(CLI::App& app, Action& action);

/// The whole command line: the global options and all commands, which leave what was given in `invocation`.
void add_everything(CLI::App& app, Invocation& invocation);

}  // namespace namrack::cli

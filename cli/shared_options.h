#pragma once

#include <CLI/App.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"

// What several commands share.
namespace namrack::cli {

/// A command that is a method of the protocol: its summary comes from the table, its examples follow the
/// help. A method with a dot, such as "scene.save", is the verb behind the dot.
CLI::App* add_method_command(CLI::App& parent, const std::string& method, const std::string& examples);

/// What may follow the command's name, where its arguments exclude one another: "NAME", "--dry".
void set_forms(CLI::App* command, std::vector<std::string> forms);

/// A method that is called without parameters.
void add_bare_command(CLI::App& parent, Action& action, const std::string& method,
                      const std::string& examples);

/// A command that does nothing by itself and has verbs: "scene" with "save", "recall" and so on.
CLI::App* add_family(CLI::App& app, const std::string& name, const std::string& summary,
                     const std::string& examples);

/// The option --if-rev of methods that change the state.
void add_if_rev(CLI::App* command, std::optional<std::uint64_t>& if_rev);

/// The option --fade-ms; `of` completes "length of the crossfade".
void add_fade_ms(CLI::App* command, std::optional<double>& fade_ms, const std::string& of = "");

/// When a change of the sound is to happen, and on which revision. Nothing given: at once, on any.
struct ChangeOptions {
  std::optional<std::uint64_t> at_frame, at_bar, if_rev;
  std::optional<double> in_ms, at_beat;
};
/// --at-frame, --in-ms, --at-bar with --at-beat, and --if-rev. Frame, time and bar exclude one another.
void add_change_options(CLI::App* command, ChangeOptions& options);
void put_change_options(boost::json::object& params, const ChangeOptions& options);

/// Puts what was given.
template <typename T>
void put(boost::json::object& params, std::string_view key, const std::optional<T>& value) {
  if (value) params[key] = *value;
}

}  // namespace namrack::cli

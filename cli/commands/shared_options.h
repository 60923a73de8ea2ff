#pragma once

#include <CLI/App.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands/arguments.h"

// Options that several commands share.
namespace namrack::cli {

/// A command that is a method of the protocol: its summary comes from the table, its examples follow the
/// help. A method with a dot, such as "scene.save", is the verb behind the dot.
CLI::App* add_method_command(CLI::App& parent, const std::string& method, const std::string& examples);

/// The words that may follow the command's name, where its arguments exclude one another: "NAME", "--dry".
void set_forms(CLI::App* command, std::vector<std::string> forms);

/// A method that is called without parameters.
void add_bare_command(CLI::App& parent, Action& action, const std::string& method,
                      const std::string& examples);

/// A command that does nothing by itself and has verbs: "scene" with "save", "recall" and so on.
CLI::App* add_family(CLI::App& app, const std::string& name, const std::string& summary,
                     const std::string& examples);

/// The parameters of a request, filled in by options as they are read.
using Params = std::shared_ptr<boost::json::object>;

/// How a parameter of a method is given.
struct ParamOption {
  std::string flag;            ///< "--fade-ms", or "NAME" of a positional argument
  std::string help = "";       ///< empty: as the schema has it
  std::string type_name = "";  ///< empty: CLI11's own
  /// Refused here when it is not as the schema says; otherwise the daemon, which may be newer, is to judge.
  bool is_checked = false;
};
/// Puts what is given into `params`. Type, range and choices are those of the schema.
CLI::Option* add_param(CLI::App* command, const Params& params, std::string_view method,
                       std::string_view name, const ParamOption& option);
/// A parameter, or a flag that stands for null.
void add_param_or_null(CLI::App* command, const Params& params, std::string_view method,
                       std::string_view name, const ParamOption& option, const ParamOption& null);
/// Has a command call its method with `params`. Unless `needed` is empty it is what has to be given, where
/// nothing is, or nothing that the schema requires.
void call_with(CLI::App* command, Action& action, const std::string& method, const Params& params,
               const std::string& needed = "");

/// The option --if-rev of methods that change the state.
void add_if_rev(CLI::App* command, const Params& params, std::string_view method);
/// The option --fade-ms; `of` completes "length of the crossfade".
void add_fade_ms(CLI::App* command, const Params& params, std::string_view method,
                 const std::string& of = "");
/// --at-frame, --in-ms, --at-bar with --at-beat, and --if-rev. Frame, time and bar exclude one another.
void add_change_options(CLI::App* command, const Params& params, std::string_view method);

/// A command for each method that has none yet, made of its schema alone: what is required stands in order,
/// the rest are options, and the result is shown as JSON.
void add_other_methods(CLI::App& app, Action& action);

}  // namespace namrack::cli

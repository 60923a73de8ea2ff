#pragma once

#include <CLI/App.hpp>
#include <CLI/Error.hpp>
#include <CLI/Validators.hpp>
#include <optional>
#include <string>
#include <vector>

namespace namrack::shell {

/// Accepts these words only, and answers others with the nearest of them.
CLI::Validator one_of(std::vector<std::string> words);

/// Accepts numbers within these bounds only.
CLI::Validator between(double least, double greatest);

/// Why a command line was refused, in one line that says what would be right.
struct UsageFault {
  std::string message;
  std::optional<std::string> nearest;  ///< the command, option or word that was likely meant
};

/// Explains `error`, with which `app` (whose help is a HelpLayout) has refused `arguments` (without the
/// program's name): the first word that is unknown before all that is missing because of it.
UsageFault explain(const CLI::App& app, const std::vector<std::string>& arguments,
                   const CLI::ParseError& error);

/// "byte 0xE9 at position 4" of the first byte that is not UTF-8, counted from 1; nullopt: all of it is.
std::optional<std::string> not_utf8(const std::string& text);

}  // namespace namrack::shell

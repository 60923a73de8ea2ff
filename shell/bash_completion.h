#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace namrack::shell {

/// Functions for scripts of bash that complete: _namrack_unquote WORD, _namrack_files TYPED [BEFORE] and
/// _namrack_files_behind_equals, which leave files in COMPREPLY that readline quotes.
std::string_view bash_functions();

/// A script for bash that completes the commands, options and files of `app`, which is named as the program.
/// `words_of` returns, for a command by all of its words ("" is the program itself), bash code that says what
/// may follow apart from its options. It sets `words` to words, `names` to the command of the program that
/// lists names as JSON, or nothing, for files; it may look at $previous (the word before) and $place (how
/// many words that are no options came since the command).
using WordsOf = std::function<std::string(const std::string& command)>;
std::string bash_completion(const CLI::App& app, const WordsOf& words_of);

}  // namespace namrack::shell

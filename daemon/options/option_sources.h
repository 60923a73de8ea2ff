#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace namrack::daemon {

/// The values from one source, by the option's name; "true" or "false" for flags. All of it is checked.
using OptionValues = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Something that was given is wrong. what() is one line: where it stands, what is wrong, what would be
/// right.
class OptionError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// All of these throw OptionError.

/// `arguments` without the name of the program.
OptionValues read_command_line(const std::vector<std::string>& arguments);

/// NAMRACKD_* of `environ`-like NAME=VALUE strings. A list is written as in the file, or is one value.
OptionValues read_environment(const char* const* environment);

/// TOML. Keys are the options' names, with dashes or underscores.
OptionValues read_config_file(const std::filesystem::path& file);
/// `name` stands for the file in messages.
OptionValues read_config_text(std::string_view text, const std::string& name);

/// Takes over `values`, which win over what is there.
void overrule(OptionValues& all, OptionValues values);

/// Where the configuration is looked for when none is named: the first of these that exists.
std::vector<std::filesystem::path> config_search_path();

}  // namespace namrack::daemon

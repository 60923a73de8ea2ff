#pragma once

#include <functional>
#include <optional>
#include <string>

namespace namrack::protocol {

/// Reads an environment variable: nullopt when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The environment of this process. Threads: while nobody changes it.
std::optional<std::string> process_environment(const std::string& name);

/// nullopt when it is empty, too.
std::optional<std::string> non_empty(const Environment& environment, const std::string& name);

/// A folder of the XDG Base Directory Specification, such as XDG_STATE_HOME. A relative value is ignored, as
/// the specification says.
std::optional<std::string> xdg_folder(const Environment& environment, const std::string& name);

/// The same, or `fallback` below $HOME, such as ".local/state". nullopt: neither is known.
std::optional<std::string> xdg_home(const Environment& environment, const std::string& name,
                                    const std::string& fallback);

}  // namespace namrack::protocol

#include "protocol/environment.h"

#include <cstdlib>

namespace namrack::protocol {

std::optional<std::string> process_environment(const std::string& name) {
  // Nothing in these programs changes the environment once threads run.
  const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

std::optional<std::string> non_empty(const Environment& environment, const std::string& name) {
  std::optional<std::string> value = environment(name);
  return value && !value->empty() ? value : std::nullopt;
}

std::optional<std::string> xdg_folder(const Environment& environment, const std::string& name) {
  std::optional<std::string> value = environment(name);
  return value && value->starts_with('/') ? value : std::nullopt;
}

std::optional<std::string> xdg_home(const Environment& environment, const std::string& name,
                                    const std::string& fallback) {
  if (std::optional<std::string> folder = xdg_folder(environment, name)) return folder;
  const std::optional<std::string> home = xdg_folder(environment, "HOME");
  return home ? std::optional(*home + '/' + fallback) : std::nullopt;
}

}  // namespace namrack::protocol

#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "protocol/commands/when.h"

// inspect, list, load, models, quality, unload: files and the bank.
namespace namrack::protocol {

struct CommandSpec;
struct EventSpec;

/// How many files `models` lists when the client does not say.
inline constexpr std::size_t kDefaultModelsLimit = 1000;

/// The way to deal with a model that takes more than the CPU budget.
enum class IfOver {
  refuse,  ///< E_CPU_BUDGET
  slim,    ///< load the largest quality step that fits; E_CPU_BUDGET when none does
  force,   ///< load it all the same
};

struct InspectRequest {
  std::string path;
};
struct ListRequest {};
struct LoadRequest {
  std::string name;
  std::string path;
  double quality = 1.0;  ///< 0..1
  bool replace = false;
  IfOver if_over = IfOver::refuse;
  IfRev if_rev = {};
};
struct ModelsRequest {
  std::optional<std::string> dir = {};  ///< nullopt: all model folders
  std::string query = {};               ///< empty: all
  std::size_t limit = kDefaultModelsLimit;
};
struct QualityRequest {
  std::string name;
  double quality = 1.0;                ///< 0..1
  std::optional<double> fade_ms = {};  ///< nullopt: Setting::fade_ms
  IfRev if_rev = {};
};
struct UnloadRequest {
  std::string name;
  IfRev if_rev = {};
};

using ModelRequests =
    std::variant<InspectRequest, ListRequest, LoadRequest, ModelsRequest, QualityRequest, UnloadRequest>;
std::span<const CommandSpec> model_commands();
std::span<const EventSpec> model_events();

}  // namespace namrack::protocol

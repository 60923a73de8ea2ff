#pragma once

#include <array>

#include "protocol/command_table.h"
#include "protocol/param_spec.h"

// Parameters and result of `models`, for the table of commands.
namespace namrack::protocol {

inline constexpr auto kModelsParams = std::to_array<ParamSpec>(
    {{.name = "dir",
      .type = ParamType::path,
      .help = "only this folder; a relative one is looked up below the model folders. Default: all of them"},
     {.name = "limit",
      .type = ParamType::integer,
      .help = "how many are listed at most; default 1000",
      .min = 1.0,
      .max = 10000.0},
     {.name = "query",
      .help = "words that the path below the folder must have, in any order, whatever their capitals and "
              "accents"}});
inline constexpr auto kModelsResult =
    std::to_array<ResultField>({{"models", "files that may be models, sorted by name"},
                                {"folders", "that were searched, in their order"},
                                {"truncated", "whether there are more"}});

}  // namespace namrack::protocol

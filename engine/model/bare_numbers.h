#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace namrack::engine {

/// Where a text has NaN, Infinity and -Infinity: Python's json module writes them, JSON does not know them.
struct BareNumbers {
  struct Place {
    std::string path;  ///< such as "weights[3]"
    std::string_view token;
  };

  std::vector<std::string_view> tokens;  ///< parts of the text, in its order
  std::optional<Place> outside;          ///< the first one that is not part of a model's metadata
};

/// Looks for them outside of strings. What is found is exact if the rest of the text is JSON of no more than
/// kJsonDepth levels; whether it is, remains for a parser to say.
BareNumbers find_bare_numbers(std::string_view text);

}  // namespace namrack::engine

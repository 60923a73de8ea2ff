#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace namrack::engine {

/// The places of NaN, Infinity and -Infinity in a text: Python's json module writes them, JSON knows them
/// not.
struct BareNumbers {
  struct Place {
    std::string path;  ///< such as "weights[3]"
    std::string_view token;
  };

  std::vector<std::string_view> tokens;  ///< parts of the text, in its order
  std::optional<Place> outside;          ///< the first one that is not part of a model's metadata
};

/// Looks for them outside of strings. The result is exact if the rest of the text is JSON of no more than
/// kJsonDepth levels; a parser has to find out whether it is.
BareNumbers find_bare_numbers(std::string_view text);

}  // namespace namrack::engine

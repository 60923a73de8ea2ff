#pragma once

#include <string>

namespace namrack::player {

/// A file as the bank plays it, or should.
struct ModelFile {
  std::string name;  ///< in the bank
  std::string path;
  double quality = 1.0;
  friend bool operator==(const ModelFile&, const ModelFile&) = default;
};

}  // namespace namrack::player

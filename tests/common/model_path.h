#pragma once

#include <string>

namespace namrack::test {

/// Path of a random model of the fixtures, such as "a1_nano".
inline std::string model_path(const std::string& name) {
  std::string path = NAMRACK_FIXTURES "/models/random/";
  path += name;
  path += ".nam";
  return path;
}

}  // namespace namrack::test

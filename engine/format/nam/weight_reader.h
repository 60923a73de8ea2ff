#pragma once

#include <string>
#include <vector>

#include "engine/network/description/network_description.h"

namespace namrack::engine {

/// A model's weights as its file lists them, and where in the file they stand.
struct FlatWeights {
  std::vector<float> values;
  std::string path;
};

/// Fills the matrices of `network`, without those of a condition, and folds batch normalisations. Throws
/// ModelError(invalid) unless the count is exactly right and the batch normalisation is finite.
void read_weights(NetworkDescription& network, const FlatWeights& flat);

}  // namespace namrack::engine

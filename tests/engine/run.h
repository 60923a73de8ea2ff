#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/model/model.h"

namespace namrack::engine::testing {

/// What a new stream through the model makes of `in`, cut into blocks.
inline std::vector<float> run(const Model& model, const std::vector<float>& in, std::size_t block,
                              InitialState state = InitialState::prewarmed) {
  const auto network = model.instantiate();
  network->reset(state);
  std::vector<float> out(in.size());
  for (std::size_t done = 0; done < in.size(); done += block) {
    network->process(in.data() + done, out.data() + done, std::min(block, in.size() - done));
  }
  return out;
}

}  // namespace namrack::engine::testing

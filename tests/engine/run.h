#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/model/model.h"

namespace namrack::engine::testing {

/// What a new stream through the model makes of `in`, cut into blocks of these lengths in turn.
inline std::vector<float> run(const Model& model, const std::vector<float>& in,
                              const std::vector<std::size_t>& blocks,
                              InitialState state = InitialState::prewarmed) {
  const auto network = model.instantiate();
  network->reset(state);
  std::vector<float> out(in.size());
  for (std::size_t done = 0, i = 0; done < in.size(); ++i) {
    const std::size_t block = std::min(blocks[i % blocks.size()], in.size() - done);
    network->process(in.data() + done, out.data() + done, block);
    done += block;
  }
  return out;
}
inline std::vector<float> run(const Model& model, const std::vector<float>& in, std::size_t block,
                              InitialState state = InitialState::prewarmed) {
  return run(model, in, std::vector<std::size_t>{block}, state);
}

}  // namespace namrack::engine::testing

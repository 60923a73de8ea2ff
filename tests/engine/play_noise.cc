// Plays noise through a model, for tools that count what that takes: play_noise MODEL BLOCKS
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>

#include "engine/model/model.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s MODEL BLOCKS\n", argv[0]);
    return 2;
  }
  try {
    const auto model = namrack::engine::Model::load(argv[1]);
    const auto network = model->instantiate();
    std::minstd_rand random(1);
    std::array<float, 64> in{};
    std::array<float, 64> out{};
    for (float& x : in) x = static_cast<float>(random()) / 2147483648.0F - 0.5F;
    float sum = 0.0F;
    for (int block = std::atoi(argv[2]); block > 0; --block) {
      network->process(in.data(), out.data(), in.size());
      sum += out[0];
    }
    std::printf("%s %g\n", model->target().c_str(), static_cast<double>(sum));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

#include "cli/run.h"

int main(int argc, char** argv) {
  return static_cast<int>(namrack::cli::run({argv + 1, argv + argc}));
}

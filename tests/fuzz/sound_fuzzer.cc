// libFuzzer's entry point for the reader of sound files.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namrack::fuzz::read_sound({reinterpret_cast<const char*>(data), size});
  return 0;
}

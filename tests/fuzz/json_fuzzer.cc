#include "tests/fuzz/json_fuzzer.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/json_mutator.h"

namespace namrack::fuzz {
namespace {

namespace json = boost::json;

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

bool parse(std::string_view text, json::value& value) {
  json::error_code failure;
  value = json::parse(text, failure, {}, {.max_depth = 64});
  return !failure;
}

/// The document's text in `out`; 0 if it does not fit.
std::size_t write(JsonMutator& mutator, json::value& document, std::uint8_t* out, std::size_t max_size) {
  if (mutator.below(8) != 0) json_fuzzer().repair(document);
  std::string text = json::serialize(document);
  if (mutator.below(32) == 0) mutator.spoil_a_number(text);
  if (text.size() > max_size) return 0;
  std::ranges::copy(text, out);
  return text.size();
}

}  // namespace
}  // namespace namrack::fuzz

using namespace namrack::fuzz;

// Of libFuzzer: changes bytes.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  json_fuzzer().run(text_of(data, size));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  JsonMutator mutator(seed, json_fuzzer().words);
  json::value document;
  std::size_t written = 0;
  if (mutator.below(16) != 0 && parse(text_of(data, size), document)) {
    mutator.mutate(document);
    written = write(mutator, document, data, max_size);
  }
  return written > 0 ? written : LLVMFuzzerMutate(data, size, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                                 const std::uint8_t* second, std::size_t second_size,
                                                 std::uint8_t* out, std::size_t max_size, unsigned seed) {
  JsonMutator mutator(seed, json_fuzzer().words);
  json::value document;
  json::value other;
  if (!parse(text_of(first, first_size), document) || !parse(text_of(second, second_size), other)) return 0;
  mutator.cross(document, other);
  return write(mutator, document, out, max_size);
}

#pragma once

#include <boost/json/value.hpp>
#include <span>
#include <string_view>

namespace namrack::fuzz {

/// A fuzzer of one kind of JSON text.
struct JsonFuzzer {
  void (*run)(std::string_view text);         ///< the target
  std::span<const std::string_view> words;    ///< strings that mean something to it
  void (*repair)(boost::json::value& value);  ///< applied to most changed documents; may do nothing
};

/// Each program that links json_fuzzer.cc, libFuzzer's entry points, defines its own.
const JsonFuzzer& json_fuzzer();

}  // namespace namrack::fuzz

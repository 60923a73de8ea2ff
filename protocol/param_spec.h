#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "parameters/parameter.h"

namespace namrack::protocol {

enum class ParamType {
  name,           ///< of a model, scene or setlist: 1..kMaxNameCharacters, no control characters
  text,           ///< a string of at most kMaxTextCharacters, no control characters
  path,           ///< of a file: 1..kMaxPathBytes, no NUL
  number,         ///< finite, within min..max
  integer,        ///< a whole number within min..max
  boolean,        ///< true or false
  on_off_toggle,  ///< true, false or "toggle"
  choice,         ///< one of the strings in `choices`
  choice_list,    ///< an array of strings from `choices`
  name_list,      ///< an array of 1..kMaxNames names
  scalar,         ///< a finite number, true, false, or a string of at most kMaxNameCharacters
  operations,     ///< an array of 1..kMaxOperations objects {method, params}
};

/// One parameter of a method.
struct ParamSpec {
  std::string_view name;
  ParamType type = ParamType::text;
  std::string_view help = "";
  bool required = false;
  bool nullable = false;
  double min = 0.0, max = 0.0;  ///< inclusive, in `unit`; of numbers and integers
  std::string_view unit = "";   ///< "dB", "ms", "frames"; empty for a bare number
  std::span<const std::string_view> choices = {};
};

inline constexpr std::size_t kMaxNameCharacters = 64;
inline constexpr std::size_t kMaxNames = 256;
inline constexpr std::size_t kMaxOperations = 64;
inline constexpr std::size_t kMaxTextCharacters = 256;
inline constexpr std::size_t kMaxPathBytes = 4096;
/// The largest whole number that every JSON implementation carries exactly.
inline constexpr double kMaxExactInteger = 9007199254740991.0;

/// A row of a table of parameters as an optional parameter of a method.
constexpr ParamSpec param_of(const Parameter& row) {
  using enum ParameterKind;
  return {.name = row.name,
          .type = row.kind == integer   ? ParamType::integer
                  : row.kind == boolean ? ParamType::boolean
                  : row.kind == choice  ? ParamType::choice
                                        : ParamType::number,
          .help = row.help,
          .min = row.min,
          .max = row.max,
          .unit = row.unit,
          .choices = row.choices};
}

/// In words what a value of this parameter looks like: "a number from -60 to 40 dB".
std::string describe_type(const ParamSpec& param);

}  // namespace namrack::protocol

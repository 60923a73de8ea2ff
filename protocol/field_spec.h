#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace namrack::protocol {

/// The type of a value that is sent.
enum class FieldType : std::uint8_t {
  text,
  number,
  integer,
  boolean,
  object,
  list,      ///< an array of objects
  texts,     ///< an array of strings
  integers,  ///< an array of whole numbers
  anything,  ///< of several types, or what somebody else has written
};

/// A field of a result, of an event's data, or of an object inside of these.
struct FieldSpec {
  std::string_view name;
  FieldType type = FieldType::text;
  std::string_view help = "";
  std::string_view unit = "";
  std::span<const FieldSpec> fields = {};  ///< of an object, or of each object of a list
  std::span<const FieldSpec> base = {};  ///< more of them, which are described elsewhere; `fields` come first
  bool is_nullable = false;
  bool is_optional = false;  ///< it may be left out
};

constexpr FieldSpec or_null(FieldSpec field) {
  field.is_nullable = true;
  return field;
}
constexpr FieldSpec at_times(FieldSpec field) {
  field.is_optional = true;
  return field;
}
template <std::size_t N, std::size_t M>
constexpr auto joined(const std::array<FieldSpec, N>& some, const std::array<FieldSpec, M>& others) {
  std::array<FieldSpec, N + M> fields;
  std::ranges::copy(others, std::ranges::copy(some, fields.begin()).out);
  return fields;
}

/// In words what a field looks like: "number, dB, or null".
std::string describe_type(const FieldSpec& field);

}  // namespace namrack::protocol

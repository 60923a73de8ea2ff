#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace namrack {

enum class ParameterKind : std::uint8_t {
  number,   ///< any within min..max
  integer,  ///< a whole number within min..max
  boolean,  ///< 0 or 1
  choice,   ///< the place of a word in `choices`
};

/// Which values of a number are as far apart for the ear as for the hand.
enum class Curve : std::uint8_t {
  linear,   ///< those with the same difference; so it is with levels in dB
  octaves,  ///< those with the same ratio, such as frequencies; min > 0
};

inline constexpr auto kBooleanWords = std::to_array<std::string_view>({"false", "true"});

/// Something that can be set: one row of a table, from which everything else follows.
struct Parameter {
  std::string_view name;
  ParameterKind kind = ParameterKind::number;
  std::string_view help = "";
  double min = 0.0, max = 0.0;  ///< inclusive, in `unit`; of numbers and integers
  std::string_view unit = "";   ///< "dB", "ms"; empty for a bare number
  double value = 0.0;           ///< unless somebody sets another
  Curve curve = Curve::linear;
  std::span<const std::string_view> choices = {};
  bool is_sound = true;  ///< part of what is heard, and so of scenes; else it is kept over restarts alone

  /// The bounds of any kind.
  constexpr double least() const { return is_number() ? min : 0.0; }
  constexpr double greatest() const { return is_number() ? max : static_cast<double>(words().size()) - 1.0; }
  /// The names of the values of a choice or a boolean, by value; else none.
  constexpr std::span<const std::string_view> words() const {
    return kind == ParameterKind::boolean ? std::span<const std::string_view>(kBooleanWords) : choices;
  }
  /// Numbers and integers have a range; the values of the others are words.
  constexpr bool is_number() const { return kind == ParameterKind::number || kind == ParameterKind::integer; }
  /// Whether `number` is one of its values.
  constexpr bool allows(double number) const {
    if (!(number >= least() && number <= greatest())) return false;
    return kind == ParameterKind::number || number == static_cast<double>(static_cast<std::int64_t>(number));
  }
};

/// Rows in the order of their enumeration, which a table must have. Does not compile otherwise, or when a
/// row's own value is not allowed.
template <typename Place, std::size_t N>
consteval std::array<Parameter, N> parameter_table(const std::pair<Place, Parameter> (&rows)[N]) {
  std::array<Parameter, N> table;
  for (std::size_t i = 0; i < N; ++i) {
    if (static_cast<std::size_t>(rows[i].first) != i)
      throw "the rows are not in the order of the enumeration";
    table[i] = rows[i].second;
    if (!table[i].allows(table[i].value)) throw "a row does not allow its own value";
    if (table[i].curve == Curve::octaves && table[i].min <= 0.0) throw "octaves begin above 0";
  }
  return table;
}

/// The row of that name; nullptr when there is none.
constexpr const Parameter* find_parameter(std::span<const Parameter> rows, std::string_view name) {
  for (const Parameter& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

/// A pedal's positions are 0..kPositions - 1.
inline constexpr int kPositions = 128;
/// The value that a pedal at `position` gives `row`, when its ends set it to `from` and `to`. Numbers lie in
/// between by the row's curve, in thousandths; words have equal parts of the way, from the first to the last.
double value_at(const Parameter& row, int position, double from, double to);

}  // namespace namrack

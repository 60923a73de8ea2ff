#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <type_traits>

#include "parameters/parameter.h"

// The values of a table of parameters, by their places in it: as numbers, or as a table's enumeration names
// them. Everything here is trivially copyable, allocates nothing and does not throw: real-time safe.
namespace namrack {

/// Whatever names a place in a table.
template <typename T>
concept Place = std::integral<T> || std::is_enum_v<T>;

/// A value for every row of a table of N. A choice is its place in the row's choices, a boolean 0 or 1.
template <std::size_t N>
class Values {
 public:
  /// Those that the rows state.
  constexpr explicit Values(const std::array<Parameter, N>& rows) noexcept {
    for (std::size_t i = 0; i < N; ++i) values_[i] = rows[i].value;
  }

  constexpr double operator[](Place auto place) const noexcept {
    return values_[static_cast<std::size_t>(place)];
  }
  /// As a float, a bool, or the enumeration of a row's choices.
  template <typename T>
  constexpr T as(Place auto place) const noexcept {
    return static_cast<T>((*this)[place]);
  }
  template <typename T>
  constexpr void set(Place auto place, T value) noexcept {
    values_[static_cast<std::size_t>(place)] = static_cast<double>(value);
  }
  friend constexpr bool operator==(const Values&, const Values&) = default;

 private:
  std::array<double, N> values_{};
};

/// A value for some rows of a table of N; the others stay as they are.
template <std::size_t N>
class Changes {
 public:
  /// One of them, as {Setting::output_db, -3.0} or {Setting::level_mode, LevelMode::raw}.
  struct Change {
    template <Place P, typename T>
    constexpr Change(P to_place, T to_value) noexcept
        : place(static_cast<std::size_t>(to_place)), value(static_cast<double>(to_value)) {}
    std::size_t place;
    double value;
  };

  constexpr Changes() noexcept = default;
  constexpr Changes(std::initializer_list<Change> changes) noexcept {
    for (const Change& change : changes) set(change.place, change.value);
  }
  /// All of them.
  constexpr explicit Changes(const Values<N>& values) noexcept {
    for (std::size_t i = 0; i < N; ++i) set(i, values[i]);
  }

  constexpr bool is_empty() const noexcept { return given_ == 0; }
  constexpr bool has(Place auto place) const noexcept { return (given_ & bit(place)) != 0; }
  /// nullopt of a row that stays as it is.
  constexpr std::optional<double> operator[](Place auto place) const noexcept {
    return has(place) ? std::optional(values_[static_cast<std::size_t>(place)]) : std::nullopt;
  }
  template <typename T>
  constexpr void set(Place auto place, T value) noexcept {
    values_[static_cast<std::size_t>(place)] = static_cast<double>(value);
    given_ |= bit(place);
  }
  /// `later` on top: of what both name, its value counts.
  constexpr void merge(const Changes& later) noexcept {
    for (std::size_t i = 0; i < N; ++i)
      if (later.has(i)) set(i, later.values_[i]);
  }
  /// Those whose place and value are `wanted`.
  template <std::predicate<std::size_t, double> Wanted>
  constexpr Changes only(Wanted wanted) const {
    Changes some;
    for (std::size_t i = 0; i < N; ++i)
      if (has(i) && wanted(i, values_[i])) some.set(i, values_[i]);
    return some;
  }
  /// `values` with these changes. V: Values<N>, or derived from it.
  template <std::derived_from<Values<N>> V>
  constexpr V applied_to(V values) const noexcept {
    for (std::size_t i = 0; i < N; ++i)
      if (has(i)) values.set(i, values_[i]);
    return values;
  }
  friend constexpr bool operator==(const Changes&, const Changes&) = default;

 private:
  static_assert(N <= 64, "one bit a row");
  static constexpr std::uint64_t bit(Place auto place) noexcept {
    return std::uint64_t{1} << static_cast<std::size_t>(place);
  }

  std::array<double, N> values_{};  // 0 where there is none, so that equality is that of all members
  std::uint64_t given_ = 0;
};

}  // namespace namrack

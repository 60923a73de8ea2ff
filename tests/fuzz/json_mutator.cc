#include "tests/fuzz/json_mutator.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <limits>
#include <utility>
#include <vector>

namespace namrack::fuzz {
namespace {

namespace json = boost::json;

// clang-format off
/// Numbers at and beyond the edges of what readers expect.
constexpr auto kIntegers = std::to_array<std::int64_t>({
    0, 1, -1, 2, 3, 4, 5, 8, 12, 16, 31, 32, 40, 63, 64, 65, 100, 255, 256, 257, 1023, 1024, 1025, 44100, 47999, 48000,
    65535, 65536, 65537, 1 << 20, 2147483647, 2147483648, -2147483648LL, 4294967296,
    std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()});
// clang-format on
constexpr auto kReals = std::to_array<double>({0.0, -0.0, 0.5, 1.0, 1.5, -1.0, 1e-40, 1e-310, 1e-3, 1e3, 1e9,
                                               3e38, -3e38, 3.5e38, 1e39, -1e39, 1e300, 0.999999999, 3.7});

std::size_t size_of(const json::value& value) {
  if (value.is_array()) return value.get_array().size();
  return value.is_object() ? value.get_object().size() : 0;
}

json::value& child(json::value& value, std::size_t index) {
  return value.is_array() ? value.get_array()[index]
                          : (value.get_object().begin() + static_cast<long>(index))->value();
}

/// A value and the key of the object it is in, directly or through arrays.
struct Member {
  std::string key;
  json::value* value;
};

/// All values but the numbers in lists of numbers.
void list_members(json::value& value, const std::string& key, std::vector<Member>& members) {
  members.push_back({key, &value});
  if (value.is_object()) {
    for (auto& member : value.get_object()) list_members(member.value(), std::string(member.key()), members);
  } else if (value.is_array() && !value.get_array().empty() && !value.get_array().front().is_number()) {
    for (json::value& item : value.get_array()) list_members(item, key, members);
  }
}

/// Text at the edges: empty, of several bytes a character, long, with what must be escaped.
std::string odd_text(std::size_t kind, std::size_t length) {
  std::string text(kind == 0 ? "" : "x");
  constexpr auto kPieces = std::to_array<std::string_view>({"", "é", "😀", "\"\\\n\x7F", "\xC2\x85", "/../"});
  for (std::size_t i = 0; i < length; ++i) text += kPieces[kind];
  return text;
}

}  // namespace

// Goes down from the root, and may stop on its way: the few values near the root matter more than the many
// weights.
json::value& JsonMutator::pick(json::value& root) {
  json::value* place = &root;
  while (size_of(*place) > 0 && below(8) != 0) place = &child(*place, below(size_of(*place)));
  return *place;
}

json::value JsonMutator::number() {
  if (below(2) == 0) return kIntegers[below(kIntegers.size())];
  return kReals[below(kReals.size())];
}

json::value JsonMutator::small_value() {
  switch (below(7)) {
    case 0:
      return nullptr;
    case 1:
      return below(2) == 0;
    case 2:
      return json::string(below(4) == 0 ? odd_text(below(6), below(100)) : std::string(word()));
    case 3:
      return json::array{};
    case 4:
      return json::object{};
    default:
      return number();
  }
}

void JsonMutator::change_number(json::value& value) {
  const auto old = value.to_number<double>();
  switch (below(6)) {
    case 0:
      value = old + 1.0;
      break;
    case 1:
      value = old - 1.0;
      break;
    case 2:
      value = old * 2.0;
      break;
    case 3:
      value = old / 2.0;
      break;
    case 4:
      value = static_cast<std::int64_t>(below(20));
      break;
    default:
      value = number();
  }
}

void JsonMutator::change_array(json::array& array, json::value& source) {
  switch (below(5)) {
    case 0:
      array.push_back(array.empty() ? small_value() : json::value(array[below(array.size())]));
      break;
    case 1:
      if (!array.empty()) array.erase(array.begin() + static_cast<long>(below(array.size())));
      break;
    case 2:
      array.push_back(json::value(pick(source)));
      break;
    case 3:
      if (array.size() > 1) std::swap(array[below(array.size())], array[below(array.size())]);
      break;
    default: {
      constexpr auto kSizes = std::to_array<std::size_t>({1, 2, 16, 17, 63, 64, 65, 255});
      const json::value value = array.empty() || below(2) == 0 ? number() : json::value(array.front());
      if (below(2) == 0) array.clear();
      array.resize(below(2) == 0 ? kSizes[below(kSizes.size())] : below(2 * array.size() + 2), value);
    }
  }
}

void JsonMutator::change_object(json::object& object, json::value& source) {
  switch (below(4)) {
    case 0:
      object[word()] = small_value();
      break;
    case 1:
      object[word()] = json::value(pick(source));
      break;
    case 2:
      if (!object.empty()) object.erase(object.begin() + static_cast<long>(below(object.size())));
      break;
    default:
      if (object.empty()) break;
      auto* const member = object.begin() + static_cast<long>(below(object.size()));
      json::value moved = std::move(member->value());
      object.erase(member);
      object[word()] = std::move(moved);
  }
}

void JsonMutator::change(json::value& value, json::value& source) {
  if (below(10) == 0) {
    value = below(2) == 0 ? small_value() : json::value(pick(source));
  } else if (value.is_number()) {
    change_number(value);
  } else if (value.is_bool()) {
    value = !value.get_bool();
  } else if (value.is_array()) {
    change_array(value.get_array(), source);
  } else if (value.is_object()) {
    change_object(value.get_object(), source);
  } else {
    value = json::string(word());
  }
}

void JsonMutator::mutate(json::value& root) {
  json::value before = root;
  for (std::size_t left = 1 + below(4); left > 0; --left) {
    if (below(8) == 0) {
      cross(root, before);
    } else {
      change(pick(root), before);
    }
  }
}

void JsonMutator::cross(json::value& root, json::value& other) {
  std::vector<Member> parts;
  list_members(other, "", parts);
  const Member& part = parts[below(parts.size())];
  // A value is the likeliest to fit where another of the same name is.
  std::vector<Member> places;
  list_members(root, "", places);
  std::erase_if(places, [&](const Member& place) { return place.key != part.key; });
  json::value& place = places.empty() ? pick(root) : *places[below(places.size())].value;
  if (!place.is_object() || !part.value->is_object()) {
    place = *part.value;
    return;
  }
  for (const auto& [key, value] : part.value->get_object()) {
    if (below(2) == 0) place.get_object()[key] = value;
  }
}

void JsonMutator::spoil_a_number(std::string& text) {
  constexpr auto kTokens =
      std::to_array<std::string_view>({"NaN", "Infinity", "-Infinity", "1e999", "-0", "-", "1E400"});
  if (text.empty()) return;
  constexpr std::string_view kDigits = "-+.0123456789eE";
  const std::size_t begin = text.find_first_of("0123456789", below(text.size()));
  if (begin == std::string::npos) return;
  const std::size_t end = std::min(text.find_first_not_of(kDigits, begin), text.size());
  text.replace(begin, end - begin, kTokens[below(kTokens.size())]);
}

}  // namespace namrack::fuzz

#include "tests/fuzz/model_repair.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/model_error.h"
#include "engine/format/json_node.h"
#include "engine/format/nam/nam_reader.h"

namespace namrack::fuzz {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostWeights = 4000;

std::optional<std::size_t> leading_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc{} ? std::optional(number) : std::nullopt;
}

/// The value at a path such as "config.layers[1].channels"; null if there is none.
json::value* find(json::value& root, std::string_view path) {
  json::value* place = &root;
  while (!path.empty() && place != nullptr) {
    if (path.front() == '[') {
      const auto index = leading_number(path.substr(1));
      const bool is_there = place->is_array() && index && *index < place->get_array().size();
      place = is_there ? &place->get_array()[*index] : nullptr;
      path.remove_prefix(std::min(path.find(']') + 1, path.size()));
    } else {
      if (path.front() == '.') path.remove_prefix(1);
      const std::string_view key = path.substr(0, path.find_first_of(".["));
      place = place->is_object() ? place->get_object().if_contains(key) : nullptr;
      path.remove_prefix(key.size());
    }
  }
  return place;
}

void resize_weights(json::array& weights, std::size_t count) {
  while (weights.size() > count) weights.pop_back();
  while (weights.size() < count) {
    const auto i = static_cast<double>(weights.size() * 7919 % 101);
    weights.push_back((i - 50.0) / 128.0);
  }
}

/// Whether something was put right.
bool put_right(json::value& root, const engine::ModelError& error) {
  const std::string_view expected = error.expected();
  json::value* const place = find(root, error.where());
  if (place == nullptr) return false;
  const auto number = leading_number(expected);
  if (number && expected.ends_with(" weights") && place->is_array() && *number <= kMostWeights) {
    resize_weights(place->get_array(), *number);
  } else if (number && place->is_number()) {
    *place = *number;
  } else if (constexpr std::string_view kHead = "a head size of "; expected.starts_with(kHead)) {
    const auto size = leading_number(expected.substr(kHead.size()));
    json::value* const head = place->as_object().if_contains("head");
    if (!size) return false;
    (head != nullptr && head->is_object() ? head->get_object()["out_channels"]
                                          : place->as_object()["head_size"]) = *size;
  } else if (constexpr std::string_view kEach = "one entry for each of "; expected.starts_with(kEach)) {
    const auto size = leading_number(expected.substr(kEach.size()));
    if (!size || !place->is_array() || place->get_array().empty()) return false;
    place->get_array().resize(*size, json::value(place->get_array().back()));
  } else {
    return false;
  }
  return true;
}

}  // namespace

void repair_model(json::value& root) {
  constexpr int kMostRepairs = 12;
  for (int i = 0; i < kMostRepairs; ++i) {
    try {
      engine::parse_nam_document(engine::JsonNode(root, ""), 1.0);
      return;
    } catch (const engine::ModelError& error) {
      if (!put_right(root, error)) return;
    }
  }
}

}  // namespace namrack::fuzz

#include "engine/format/json_node.h"

#include <boost/json/serialize.hpp>
#include <cmath>

namespace namrack::engine {
namespace json = boost::json;

std::string shorten(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.size() <= kLongest) return std::string(text);
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "...";
}

std::string describe(const json::value& value) {
  switch (value.kind()) {
    case json::kind::object:
      return "an object";
    case json::kind::array:
      return "an array of " + std::to_string(value.get_array().size());
    case json::kind::null:
      return "null";
    case json::kind::double_:
      return describe(value.get_double());
    default:
      break;
  }
  return shorten(json::serialize(value));
}

ModelError JsonNode::error(std::string expected, std::optional<std::string> found,
                           ModelError::Kind kind) const {
  return {kind, path_, std::move(expected), found ? std::move(*found) : describe(*value_)};
}

std::optional<JsonNode> JsonNode::find(std::string_view key) const {
  if (!value_->is_object()) throw error("an object");
  const json::value* member = value_->get_object().if_contains(key);
  if (member == nullptr) return std::nullopt;
  return JsonNode(*member, path_.empty() ? std::string(key) : path_ + "." + std::string(key));
}

std::optional<JsonNode> JsonNode::find_value(std::string_view key) const {
  std::optional<JsonNode> member = find(key);
  if (member && member->is_null()) return std::nullopt;
  return member;
}

JsonNode JsonNode::at(std::string_view key) const {
  std::optional<JsonNode> member = find(key);
  if (!member) throw error("the key \"" + std::string(key) + "\"", "no such key");
  return *member;
}

std::size_t JsonNode::size() const {
  if (!value_->is_array()) throw error("an array");
  return value_->get_array().size();
}

std::vector<JsonNode> JsonNode::items() const {
  std::vector<JsonNode> nodes;
  nodes.reserve(size());
  for (const json::value& item : value_->get_array()) {
    nodes.emplace_back(item, path_ + "[" + std::to_string(nodes.size()) + "]");
  }
  return nodes;
}

std::string JsonNode::string() const {
  if (!value_->is_string()) throw error("a string");
  return std::string(value_->get_string());
}

bool JsonNode::boolean() const {
  if (!value_->is_bool()) throw error("true or false");
  return value_->get_bool();
}

double JsonNode::number() const {
  if (!value_->is_number()) throw error("a number");
  const double number = value_->to_number<double>();
  if (!std::isfinite(number)) throw error("a finite number");
  return number;
}

std::uint64_t JsonNode::integer(std::uint64_t lowest, std::uint64_t highest) const {
  const auto wanted = [&] {
    return "a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest);
  };
  if (!value_->is_number()) throw error(wanted());
  const double number = value_->to_number<double>();
  if (std::floor(number) != number || number < static_cast<double>(lowest) ||
      number > static_cast<double>(highest)) {
    throw error(wanted());
  }
  return static_cast<std::uint64_t>(number);
}

}  // namespace namrack::engine

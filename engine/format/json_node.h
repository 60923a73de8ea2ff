#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/model_error.h"

namespace namrack::engine {

/// A place in a parsed JSON document: the value together with its path, so that every complaint can say
/// where. Refers to the document, which must outlive it. All accessors throw ModelError(invalid).
class JsonNode {
 public:
  JsonNode(const boost::json::value& value, std::string path) : value_(&value), path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  const boost::json::value& value() const { return *value_; }
  bool is_null() const { return value_->is_null(); }
  bool is_object() const { return value_->is_object(); }
  bool is_array() const { return value_->is_array(); }
  bool is_string() const { return value_->is_string(); }

  /// The member `key`, which must exist.
  JsonNode at(std::string_view key) const;
  /// The member `key` if it exists, null or not.
  std::optional<JsonNode> find(std::string_view key) const;
  /// The member `key` if it exists and is not null.
  std::optional<JsonNode> find_value(std::string_view key) const;

  /// How many items an array has: to be checked before items() makes a node of each.
  std::size_t size() const;
  std::vector<JsonNode> items() const;
  std::string string() const;
  bool boolean() const;
  /// A finite number.
  double number() const;
  /// A whole number (3.0 counts as 3) from `lowest` to `highest`.
  std::uint64_t integer(std::uint64_t lowest, std::uint64_t highest) const;

  /// A ModelError about this place; `found` defaults to a description of the value here.
  ModelError error(std::string expected, std::optional<std::string> found = std::nullopt,
                   ModelError::Kind kind = ModelError::Kind::invalid) const;

 private:
  const boost::json::value* value_;
  std::string path_;
};

/// A short description of a value for error messages: `"Tanh"`, `3.5`, `an array of 7`.
std::string describe(const boost::json::value& value);
/// UTF-8 text of which an error message shows no more than its beginning, in whole characters.
std::string shorten(std::string_view text);

}  // namespace namrack::engine

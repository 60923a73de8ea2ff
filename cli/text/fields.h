#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace namrack::cli {

/// Tolerant reading of a result for display: a daemon of another version may leave out or add fields.
class Fields {
 public:
  explicit Fields(const boost::json::object& object) : object_(object) {}

  /// nullopt when the field is absent, null or of another type.
  std::optional<std::string> text(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;
  bool is_true(std::string_view key) const;
  /// An empty object when there is none.
  Fields object(std::string_view key) const;
  const boost::json::object& json() const { return object_; }

 private:
  const boost::json::object& object_;
};

/// Stands for what is not known.
inline constexpr std::string_view kUnknown = "-";

}  // namespace namrack::cli

#pragma once

#include <boost/json/object.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "protocol/command_table.h"
#include "protocol/field_table.h"

namespace namrack::protocol {

/// Holds what a method answers, or a topic's events carry, to the tables: both ways.
class Documented {
 public:
  static Documented result_of(std::string_view method);
  static Documented data_of(std::string_view topic);

  /// Notes the fields of an object that was sent.
  void see(const boost::json::object& sent);
  /// What was sent and has no row, as "METHOD: jack.client".
  const std::set<std::string>& undocumented() const { return undocumented_; }
  /// What has a row here and was never sent, likewise.
  std::set<std::string> never_sent() const;

 private:
  /// The rows that describe an object's fields: those whose names are `prefix` and the field.
  struct Place {
    std::span<const ResultField> results;
    std::span<const FieldSpec> fields;
    std::string prefix;
    bool is_own = true;  ///< of this method or topic: counts as sent
  };

  explicit Documented(std::string_view name) : name_(name) {}
  static Place place_of(const SameAs& as);
  void see_object(const Place& place, const boost::json::object& sent, const std::string& shown);
  void see_value(const Place& place, const std::string& field, const boost::json::value& value,
                 const std::string& shown);
  void see_inside(const SameAs& as, const boost::json::object& sent, const std::string& shown);
  bool has_row(const Place& place, const std::string& field);
  void see_settings(const boost::json::object& sent, const std::string& shown);

  std::string name_;
  Place own_;
  std::set<std::string> sent_, undocumented_;
};

}  // namespace namrack::protocol

#pragma once

#include <boost/json/object.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "protocol/command_table.h"

namespace namrack::protocol {

/// Holds what a method answers, or a topic's events carry, to the schema: keys and types, both ways.
class Documented {
 public:
  static Documented result_of(std::string_view method);
  static Documented data_of(Topic topic);

  /// Looks at an object that was sent.
  void see(const boost::json::object& sent);
  /// What was sent otherwise than the rows say, as "METHOD: jack.client has no row".
  const std::set<std::string>& faults() const { return faults_; }
  /// What has a row here and was never sent, as "METHOD: jack.client"; "METHOD" when nothing was.
  std::set<std::string> never_sent() const;

 private:
  struct Rows {
    std::span<const FieldSpec> own, base;
    const FieldSpec* find(std::string_view name, bool& is_own) const;
  };

  Documented(std::string name, Rows rows) : name_(std::move(name)), rows_(rows) {}
  void see_object(const Rows& rows, const boost::json::object& sent, const std::string& path, bool counts);
  void see_value(const FieldSpec& row, const boost::json::value& value, const std::string& path, bool counts);
  void look_for_gaps(const Rows& rows, const boost::json::object& sent, const std::string& path);
  void note(const std::string& path, std::string_view fault);
  void list_never_sent(std::span<const FieldSpec> rows, const std::string& path,
                       std::set<std::string>& never) const;

  std::string name_;
  Rows rows_;
  bool is_seen_ = false;
  std::set<std::string> sent_, faults_;
};

}  // namespace namrack::protocol

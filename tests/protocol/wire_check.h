#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "tests/protocol/documented.h"

namespace namrack::protocol {

/// Listens to a conversation with the daemon and holds all that it sends to the tables.
class WireCheck {
 public:
  WireCheck();

  /// What a client has sent; a line may come in pieces.
  void sent(std::string_view text);
  /// A line of the daemon.
  void received(std::string_view line);

  /// What was sent otherwise than the schema says.
  std::set<std::string> faults() const;
  std::set<std::string> never_sent_in_results() const;
  std::set<std::string> never_sent_in_events() const;

 private:
  using Tables = std::map<std::string, Documented, std::less<>>;
  static std::set<std::string> never_sent(const Tables& tables);
  void note(const boost::json::value& request);
  void judge(const boost::json::value& message);

  Tables methods_, topics_;
  std::map<std::string, std::string> waiting_;  ///< methods, by the ids of their requests
  std::string piece_;
};

}  // namespace namrack::protocol

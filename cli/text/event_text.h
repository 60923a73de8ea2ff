#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>

#include "cli/text/style.h"

namespace namrack::cli {

/// Writes events as short lines: the time of day, the topic, and in words what happened.
class EventText {
 public:
  /// `state`: the one that `subscribe` returned, for what the first events change.
  EventText(const boost::json::object& state, const Style& style);

  /// `params` of an event that came at `time`; one line that fits the terminal.
  std::string line(const boost::json::object& params, std::chrono::system_clock::time_point time);

 private:
  std::string phrase(const std::string& topic, const boost::json::object& data);

  Style style_;
  boost::json::object settings_;
};

}  // namespace namrack::cli

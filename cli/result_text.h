#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "cli/style.h"

namespace namrack::cli {

/// The result of a method for people: lines that end with a line feed, every number with its unit.
/// `method` is one that the command line offers; another one's result is shown as JSON.
std::string result_text(std::string_view method, const boost::json::object& result, const Style& style);

/// An event as one line: topic, revision, frame and the data as key=value.
std::string event_text(const boost::json::object& params, const Style& style);

/// The parts of it that have their own files: the settings, the status,
std::string settings_text(const boost::json::object& params);
std::string status_text(const boost::json::object& result, const Style& style);
/// what `inspect` shows.
std::string inspection_text(const boost::json::object& result, const Style& style);

}  // namespace namrack::cli

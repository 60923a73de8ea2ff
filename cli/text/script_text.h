#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "cli/text/style.h"
#include "protocol/error.h"
#include "protocol/script.h"

namespace namrack::cli {

/// Reads a script file, or standard input for "-". Throws ProtocolError that names file and line.
std::vector<protocol::ScriptLine> read_script_file(const std::string& path, double sample_rate);

/// The answer to a line: for people, and as the JSON object that --json prints.
std::string script_line_text(const protocol::ScriptLine& line, const boost::json::object& result,
                             double sample_rate, const Style& style);
boost::json::object script_line_json(const protocol::ScriptLine& line, const boost::json::object& result,
                                     double sample_rate);

}  // namespace namrack::cli

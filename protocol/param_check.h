#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "protocol/command_table.h"

namespace namrack::protocol {

/// Checks the parameters of a request against the table. Throws ProtocolError(params) that names the
/// parameter, what was expected and what was found, in its message and in `data` ("param", "expected",
/// "found").
void check_params(const CommandSpec& command, const boost::json::object& params);

/// Checks one value likewise.
void check_value(const ParamSpec& param, const boost::json::value& value);

/// A short description of a JSON value for error messages: "the string \"loud\"", "an array".
std::string describe_value(const boost::json::value& value);

}  // namespace namrack::protocol

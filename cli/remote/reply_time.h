#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "cli/commands/arguments.h"

namespace namrack::cli {

/// How long to wait for a connection.
double seconds_to_connect(const GlobalOptions& options);

/// How long to wait for the reply to a request with `params`, which comes when the change that it asks for is
/// audible, or the message that it waits for has come; nullopt: without end, since when a frame or a bar is
/// reached is not known here.
std::optional<double> seconds_to_wait(const GlobalOptions& options, const boost::json::object& params);

}  // namespace namrack::cli

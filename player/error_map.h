#pragma once

#include <exception>

#include "protocol/error.h"

namespace namrack::player {

/// The one place that turns exceptions into protocol errors. Unknown ones become E_INTERNAL and are logged.
protocol::ProtocolError to_protocol_error(const std::exception_ptr& error);

}  // namespace namrack::player

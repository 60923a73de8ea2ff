#include "protocol/commands/when.h"

#include "protocol/error.h"
#include "protocol/param_value.h"

namespace namrack::protocol {

When when_in(const boost::json::object& params) {
  const When when{.at_frame = integer_in(params, "at_frame"),
                  .in_ms = number_in(params, "in_ms"),
                  .at_bar = integer_in(params, "at_bar"),
                  .at_beat = number_in(params, "at_beat")};
  const int ways = (when.at_frame ? 1 : 0) + (when.in_ms ? 1 : 0) + (when.at_bar || when.at_beat ? 1 : 0);
  if (ways > 1)
    throw ProtocolError(ErrorCode::params, "of at_frame, in_ms and at_bar with at_beat only one can be given",
                        {{"found", "more than one time"}});
  return when;
}

IfRev if_rev_in(const boost::json::object& params) {
  return integer_in(params, "if_rev");
}

}  // namespace namrack::protocol

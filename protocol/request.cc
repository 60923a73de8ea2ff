#include "protocol/request.h"

#include <optional>

#include "protocol/command_table.h"
#include "protocol/nearest.h"
#include "protocol/param_check.h"
#include "protocol/quote.h"

namespace namrack::protocol {

Request make_request(std::string_view method, const boost::json::object& params) {
  const CommandSpec* const command = find_command(method);
  if (command == nullptr) {
    const std::optional<std::string> near = nearest(method, command_names());
    throw ProtocolError(ErrorCode::method, "no method " + quote(method) + did_you_mean(near),
                        with_nearest({{"method", shorten(method)}}, near));
  }
  check_params(*command, params);
  return command->read(params);
}

}  // namespace namrack::protocol

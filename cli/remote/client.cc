#include "cli/remote/client.h"

#include <fmt/format.h>

#include "cli/failure.h"
#include "cli/text/fields.h"
#include "shell/display_text.h"

namespace namrack::cli {

using protocol::ErrorCode;
using protocol::ProtocolError;

Client::Client(const std::vector<std::string>& paths, Clock::duration timeout)
    : timeout_(timeout), connection_(connect(paths, Clock::now() + timeout)) {}

Connection Client::connect(const std::vector<std::string>& paths, const Deadline& deadline) {
  std::optional<Failure> refusal;
  for (const std::string& path : paths) {
    try {
      if (std::optional<Connection> connection = Connection::try_connect(path, deadline))
        return std::move(*connection);
    } catch (const Failure& failure) {
      // Another daemon may let us in.
      if (Fields(failure.error()).object("data").text("reason") != "permission") throw;
      if (!refusal) refusal = failure;
    }
  }
  if (refusal) throw Failure(*refusal);
  const std::string places = shell::printable(fmt::format("{}", fmt::join(paths, " or ")));
  throw Failure(ExitCode::no_connection,
                ProtocolError(ErrorCode::io,
                              fmt::format("no daemon listens at {}; start one: namrackd &, or as a service: "
                                          "systemctl --user start namrackd",
                                          places),
                              {{"socket", places}, {"reason", "no_connection"}}));
}

boost::json::object Client::call(std::string_view method, const boost::json::object& params) {
  return call(method, params, Clock::now() + timeout_);
}

boost::json::object Client::call(std::string_view method, const boost::json::object& params,
                                 const Deadline& deadline) {
  return receive(send(method, params, deadline), deadline);
}

std::uint64_t Client::send(std::string_view method, const boost::json::object& params,
                           const Deadline& deadline) {
  const std::uint64_t id = next_id_++;
  connection_.send(protocol::request_line(id, method, params), deadline);
  return id;
}

boost::json::object Client::receive(std::uint64_t id, const Deadline& deadline) {
  while (true) {
    const auto message = protocol::read_message(connection_.receive_line(deadline));
    const auto* const reply = std::get_if<protocol::Reply>(&message);
    // The daemon answers with an id of null when it could not read ours, which can only be this one.
    if (reply == nullptr || !(reply->id == boost::json::value(id) || reply->id.is_null())) continue;
    if (const auto* const error = std::get_if<protocol::RemoteError>(&reply->outcome)) throw Failure(*error);
    return std::get<boost::json::object>(reply->outcome);
  }
}

Client::Event Client::next_event() {
  while (true) {
    std::string line = connection_.receive_line(std::nullopt);
    auto message = protocol::read_message(line);
    if (auto* const event = std::get_if<protocol::EventMessage>(&message)) {
      return {std::move(line), std::move(*event)};
    }
  }
}

}  // namespace namrack::cli

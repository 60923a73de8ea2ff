#include "protocol/wire/response.h"

#include <utility>

#include "protocol/wire/json_text.h"

namespace namrack::protocol {

boost::json::object result_message(const boost::json::value& id, boost::json::object result) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

boost::json::object error_message(const boost::json::value& id, const ProtocolError& error) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"error", error.to_json()}};
}

boost::json::object event_message(const Event& event) {
  const boost::json::value frame =
      event.frame ? boost::json::value(*event.frame) : boost::json::value(nullptr);
  return {{"jsonrpc", "2.0"},
          {"method", "event"},
          {"params",
           {{"topic", topic_name(event.topic)},
            {"seq", event.seq},
            {"rev", event.rev},
            {"frame", frame},
            {"data", event.data}}}};
}

std::string message_line(const boost::json::value& message) {
  return json_text(message) + '\n';
}

}  // namespace namrack::protocol

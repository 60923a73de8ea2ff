#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <string>
#include <variant>

#include "protocol/command_table.h"
#include "protocol/request.h"
#include "protocol/wire/client_message.h"
#include "protocol/wire/json_reader.h"
#include "protocol/wire/json_text.h"
#include "protocol/wire/response.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace namrack::fuzz {
namespace {

namespace json = boost::json;
using namespace protocol;

/// JSON knows one kind of number and no infinities.
bool is_echo_of(const json::value& echo, const json::value& id) {
  if (!id.is_number()) return echo == id;
  const auto number = id.to_number<double>();
  return std::isfinite(number) ? echo.is_number() && echo.to_number<double>() == number : echo.is_null();
}

/// The value in a line that is about to be sent.
json::value read_back(const std::string& line) {
  require(line.ends_with('\n') && std::ranges::count(line, '\n') == 1, "a message is one line", line);
  JsonDocument document = read_json(line);
  require(document.faults.empty(), "what we send has no faults", line);
  return std::move(document.value);
}

json::object reply_to(const Call& call) {
  if (const auto* const error = std::get_if<ProtocolError>(&call.request)) {
    require(!error->message().empty(), "an error has a sentence");
    require(!error_name(error->code()).empty(), "an error has a name");
    return error_message(call.id, *error);
  }
  require(find_command(call.method) != nullptr, "only known methods are carried out", call.method);
  return result_message(call.id, {{"method", call.method}});
}

void check_reply(const Call& call, const json::object& reply) {
  const std::string line = message_line(reply);
  require(is_echo_of(read_back(line).as_object().at("id"), call.id), "the id is echoed", line);
  const std::variant<Reply, EventMessage> message = read_message(line);
  const auto* const received = std::get_if<Reply>(&message);
  require(received != nullptr, "the client takes a reply as a reply", line);
  const auto* const error = std::get_if<ProtocolError>(&call.request);
  const auto* const failure = std::get_if<RemoteError>(&received->outcome);
  require((error != nullptr) == (failure != nullptr), "a failure arrives as a failure", line);
  if (error == nullptr) return;
  require(failure->number == error_number(error->code()), "the error's number arrives", line);
  require(failure->message == error->message(), "the error's sentence arrives", line);
}

void serve(std::string_view line) {
  const ParsedLine parsed = parse_line(line);
  require(!parsed.calls.empty(), "every line has a message");
  require(parsed.is_batch || parsed.calls.size() == 1, "only a batch has several messages");
  json::array replies;
  for (const Call& call : parsed.calls) {
    if (call.is_notification) require(call.id.is_null(), "a notification has no id");
    replies.push_back(reply_to(call));
    check_reply(call, replies.back().as_object());
  }
  require(read_back(message_line(replies)).as_array().size() == parsed.calls.size(), "a batch is one array");
}

void receive(std::string_view line) {
  try {
    read_message(line);
  } catch (const ProtocolError& error) {
    require(error.code() == ErrorCode::parse || error.code() == ErrorCode::request,
            "a client complains of the text or of the message", error.message());
  }
}

}  // namespace

void read_line(std::string_view line) {
  serve(line);
  receive(line);
}

}  // namespace namrack::fuzz

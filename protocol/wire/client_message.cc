#include "protocol/wire/client_message.h"

#include "protocol/error.h"
#include "protocol/wire/json_reader.h"
#include "protocol/wire/response.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;

ProtocolError unexpected(std::string_view what) {
  return {ErrorCode::request, "the daemon sent " + std::string(what)};
}

EventMessage read_event(const json::object& message) {
  const json::value* const params = message.if_contains("params");
  const json::object* const object = params != nullptr ? params->if_object() : nullptr;
  const json::value* const topic = object != nullptr ? object->if_contains("topic") : nullptr;
  if (topic == nullptr || !topic->is_string()) throw unexpected("an event without a topic");
  return {.topic = std::string(std::string_view(topic->get_string())), .params = *object};
}

RemoteError read_error(const json::value& error) {
  const json::object* const object = error.if_object();
  const json::value* const code = object != nullptr ? object->if_contains("code") : nullptr;
  const json::value* const text = object != nullptr ? object->if_contains("message") : nullptr;
  if (code == nullptr || !code->is_int64() || text == nullptr || !text->is_string()) {
    throw unexpected("an error without code and message");
  }
  return {.number = code->get_int64(),
          .message = std::string(std::string_view(text->get_string())),
          .error = *object};
}

}  // namespace

std::string request_line(std::uint64_t id, std::string_view method, const json::object& params) {
  return message_line({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}});
}

std::variant<Reply, EventMessage> read_message(std::string_view line) {
  const json::value document = read_json(line).value;
  const json::object* const message = document.if_object();
  if (message == nullptr) throw unexpected("a line that is not an object");
  if (message->contains("method")) return read_event(*message);
  const json::value* const id = message->if_contains("id");
  if (id == nullptr) throw unexpected("a reply without an id");
  if (const json::value* const error = message->if_contains("error")) {
    return Reply{.id = *id, .outcome = read_error(*error)};
  }
  const json::value* const result = message->if_contains("result");
  if (result == nullptr || !result->is_object()) throw unexpected("a reply without a result");
  return Reply{.id = *id, .outcome = result->get_object()};
}

}  // namespace namrack::protocol

#include <fmt/format.h>

#include "protocol/command_table.h"
#include "protocol/param_check.h"
#include "protocol/quote.h"
#include "protocol/request.h"
#include "protocol/wire/json_reader.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;

ProtocolError bad_request(std::string message) {
  return {ErrorCode::request, std::move(message)};
}

ProtocolError fault_error(const JsonFault& fault) {
  const bool is_in_params = fault.where.starts_with("params.");
  const ErrorCode place = is_in_params ? ErrorCode::params : ErrorCode::request;
  const json::object data{{"where", shorten(fault.where)}};
  switch (fault.kind) {
    case JsonFault::Kind::duplicate_key:
      return {place, fmt::format("{} is given twice", quote(fault.where)), data};
    case JsonFault::Kind::not_finite:
      return {place, fmt::format("{} is too large a number", quote(fault.where)), data};
    case JsonFault::Kind::too_deep:
      break;
  }
  return {ErrorCode::limit, fmt::format("nesting is deeper than {} levels", kMaxDepth), data};
}

bool is_id(const json::value& id) {
  return id.is_string() || id.is_number() || id.is_null();
}

/// Refuses what is not a request object of JSON-RPC 2.0; parameters are looked at later.
void check_envelope(const json::object& message) {
  const json::value* const version = message.if_contains("jsonrpc");
  if (version == nullptr || *version != json::value("2.0")) throw bad_request("jsonrpc must be \"2.0\"");
  if (const json::value* const id = message.if_contains("id"); id != nullptr && !is_id(*id)) {
    throw bad_request("id must be a string, a number or null, not " + describe_value(*id));
  }
  const json::value* const method = message.if_contains("method");
  if (method == nullptr) throw bad_request("method is missing");
  if (!method->is_string()) throw bad_request("method must be a string, not " + describe_value(*method));
  for (const auto& [key, value] : message) {
    if (key != "jsonrpc" && key != "id" && key != "method" && key != "params") {
      throw bad_request("a request has no member " + quote(key));
    }
  }
}

Request request_of(const json::object& message) {
  const std::string_view method = message.at("method").as_string();
  const json::value* const params = message.if_contains("params");
  if (params == nullptr) return make_request(method, {});
  if (params->is_object()) return make_request(method, params->get_object());
  if (find_command(method) == nullptr)
    return make_request(method, {});  // an unknown method is the graver error
  throw ProtocolError(ErrorCode::params, "params must be an object, not " + describe_value(*params),
                      {{"param", "params"}, {"expected", "an object"}, {"found", describe_value(*params)}});
}

json::value readable_id(const json::value& message, const JsonFault* fault) {
  const json::object* const object = message.if_object();
  const json::value* const id = object != nullptr ? object->if_contains("id") : nullptr;
  const bool is_ambiguous = fault != nullptr && fault->where == "id";
  return id != nullptr && is_id(*id) && !is_ambiguous ? *id : json::value(nullptr);
}

Call parse_message(const json::value& message, const JsonFault* fault) {
  Call call;
  call.id = readable_id(message, fault);
  try {
    if (fault != nullptr) throw fault_error(*fault);
    if (!message.is_object())
      throw bad_request("a request must be an object, not " + describe_value(message));
    const json::object& object = message.get_object();
    check_envelope(object);
    // Only a message that is a request without an id is a notification; anything less gets an answer.
    call.is_notification = !object.contains("id");
    call.method = std::string_view(object.at("method").as_string());
    call.request = request_of(object);
  } catch (const ProtocolError& error) {
    call.request = error;
  }
  return call;
}

ParsedLine failed_line(const ProtocolError& error) {
  ParsedLine failed;
  failed.calls.emplace_back().request = error;
  return failed;
}

ParsedLine parse_document(const JsonDocument& document) {
  const auto fault_of = [&](std::size_t index) {
    const auto found = document.faults.find(index);
    return found != document.faults.end() ? &found->second : nullptr;
  };
  ParsedLine line;
  const json::array* const batch = document.value.if_array();
  if (batch == nullptr) {
    line.calls.push_back(parse_message(document.value, fault_of(0)));
    return line;
  }
  if (batch->empty()) return failed_line(bad_request("a batch must not be empty"));
  if (batch->size() > kMaxBatch) {
    return failed_line({ErrorCode::limit,
                        fmt::format("a batch has at most {} requests", kMaxBatch),
                        {{"limit", kMaxBatch}}});
  }
  line.is_batch = true;
  for (std::size_t i = 0; i < batch->size(); ++i)
    line.calls.push_back(parse_message(batch->at(i), fault_of(i)));
  return line;
}

}  // namespace

ParsedLine parse_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  try {
    if (line.size() > kMaxLine) {
      throw ProtocolError(ErrorCode::limit, fmt::format("the line is longer than {} bytes", kMaxLine),
                          {{"limit", kMaxLine}});
    }
    return parse_document(read_json(line));
  } catch (const ProtocolError& error) {
    return failed_line(error);
  }
}

}  // namespace namrack::protocol

#include <unistd.h>

#include <cstdio>

#include "cli/actions.h"
#include "cli/connect.h"
#include "cli/failure.h"
#include "cli/fields.h"
#include "cli/operations_file.h"
#include "cli/output.h"
#include "cli/reply_time.h"
#include "cli/result_text.h"
#include "protocol/json_text.h"

namespace namrack::cli {
namespace {

Deadline deadline_of(const GlobalOptions& options, const boost::json::object& params) {
  const std::optional<double> seconds = seconds_to_wait(options, params);
  return seconds ? Deadline(Clock::now() + to_duration(*seconds)) : Deadline();
}

/// The daemon counts operations; who wrote them counts lines.
Failure with_line(const Failure& failure, const Operations& operations) {
  const Fields data = Fields(failure.error()).object("data");
  const std::optional<double> index = data.number("index");
  if (data.text("code") != protocol::error_name(protocol::ErrorCode::tx) || !index || *index < 0.0 ||
      *index >= static_cast<double>(operations.lines.size()))
    return failure;
  const std::string message = data.object("error").text("message").value_or(failure.message());
  const std::size_t line = operations.lines[static_cast<std::size_t>(*index)];
  return Failure(protocol::RemoteError{.number = 0,
                                       .message = fmt::format("{}:{}: {}", operations.source, line, message),
                                       .error = failure.error()});
}

void show(const GlobalOptions& options, std::string_view method, const boost::json::object& result,
          bool as_json) {
  print(as_json || options.json ? protocol::json_text(result) + '\n'
                                : result_text(method, result, Style::for_output(STDOUT_FILENO)));
}

}  // namespace

void call_daemon(const GlobalOptions& options, const RemoteCall& call) {
  Client client = connect(options);
  show(options, call.method, client.call(call.method, call.params, deadline_of(options, call.params)),
       call.is_raw);
}

void run_group(const GlobalOptions& options, const RunGroup& group) {
  const Operations operations = read_operations(group.file);
  boost::json::object params = group.params;
  params["operations"] = operations.requests;
  Client client = connect(options);
  try {
    show(options, "tx", client.call("tx", params, deadline_of(options, params)), false);
  } catch (const Failure& failure) {
    throw with_line(failure, operations);
  }
}

void watch_events(const GlobalOptions& options, const WatchEvents& watch) {
  const Style style = Style::for_output(STDOUT_FILENO);
  Client client = connect(options);
  client.call("subscribe", watch.params);
  while (true) {
    const Client::Event event = client.next_event();
    print(options.json ? event.line + '\n' : event_text(event.message.params, style));
  }
}

}  // namespace namrack::cli

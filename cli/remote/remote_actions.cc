#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>

#include "cli/actions.h"
#include "cli/commands/model_path.h"
#include "cli/commands/operations_file.h"
#include "cli/failure.h"
#include "cli/remote/connect.h"
#include "cli/remote/interruption.h"
#include "cli/remote/reply_time.h"
#include "cli/remote/waiting_note.h"
#include "cli/text/event_text.h"
#include "cli/text/fields.h"
#include "cli/text/output.h"
#include "cli/text/result_text.h"
#include "protocol/commands/midi.h"
#include "protocol/wire/json_text.h"

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
          bool as_json, const Asked& asked) {
  print(as_json || options.json ? protocol::json_text(result) + '\n'
                                : result_text(method, result, Style::for_output(STDOUT_FILENO), asked));
}

/// The name of the work that is waited for, if it may take long.
std::string waiting_text(const RemoteCall& call) {
  const Fields params(call.params);
  if (call.method == "load") return "loading " + params.text("path").value_or("");
  if (call.method == "quality") return "loading " + params.text("name").value_or("");
  return "waiting for the answer to " + call.method;
}

/// Whoever stands at the pedal board is told what to do, and until when.
void tell_to_press(const RemoteCall& call) {
  const double seconds =
      Fields(call.params).number("timeout_ms").value_or(protocol::kDefaultLearnTimeoutMs) * 1e-3;
  const std::string text = fmt::format(
      "waiting {:.3g} s for a MIDI message: press the switch or move the pedal that is to do it; "
      "Ctrl-C ends it\n",
      seconds);
  std::fputs(Style::for_output(STDERR_FILENO).fit(text).c_str(), stderr);
}

/// Whether it may take so long that somebody changes his mind.
bool waits(const RemoteCall& call) {
  return call.method == "midi.learn" || may_wait(call.params);
}

}  // namespace

void call_daemon(const GlobalOptions& options, const RemoteCall& call) {
  // Made before any other thread.
  const auto interruption = waits(call) ? std::make_unique<Interruption>(options) : nullptr;
  Client client = connect(options);
  if (interruption) interruption->watch(client);
  if (interruption && call.method == "midi.learn")
    interruption->on_interrupt([](Client& other) { other.call("midi.cancel", {}); });
  Asked asked{.params = call.params};
  const bool is_for_people = !call.is_raw && !options.json;
  if (is_for_people && call.method == "set")
    asked.settings = Fields(client.call("get", {})).object("params").json();
  if (call.method == "midi.learn" && !call.is_raw) tell_to_press(call);
  boost::json::object result;
  {
    const WaitingNote note(waiting_text(call));
    result = client.call(call.method, call.params, deadline_of(options, call.params));
  }
  show(options, call.method, result, call.is_raw, asked);
}

void run_group(const GlobalOptions& options, const RunGroup& group) {
  const Operations operations = read_operations(group.file);
  boost::json::object params = group.params;
  params["operations"] = operations.requests;
  make_paths_sendable("tx", params);
  const auto interruption = may_wait(params) ? std::make_unique<Interruption>(options) : nullptr;
  Client client = connect(options);
  if (interruption) interruption->watch(client);
  try {
    show(options, "tx", client.call("tx", params, deadline_of(options, params)), false, {});
  } catch (const Failure& failure) {
    throw with_line(failure, operations);
  }
}

void watch_events(const GlobalOptions& options, const WatchEvents& watch) {
  Client client = connect(options);
  const boost::json::object subscribed = client.call("subscribe", watch.params);
  EventText text(Fields(subscribed).object("state").json(), Style::for_output(STDOUT_FILENO));
  while (true) {
    const Client::Event event = client.next_event();
    print(options.json ? event.line + '\n'
                       : text.line(event.message.params, std::chrono::system_clock::now()));
  }
}

}  // namespace namrack::cli

#include <unistd.h>

#include <cstdio>

#include "cli/actions.h"
#include "cli/connect.h"
#include "cli/output.h"
#include "cli/result_text.h"
#include "protocol/json_text.h"

namespace namrack::cli {
void call_daemon(const GlobalOptions& options, const RemoteCall& call) {
  Client client = connect(options);
  const boost::json::object result = client.call(call.method, call.params);
  const bool as_json = options.json || call.is_raw;
  print(as_json ? protocol::json_text(result) + '\n'
                : result_text(call.method, result, Style::for_output(STDOUT_FILENO)));
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

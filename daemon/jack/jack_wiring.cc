#include "daemon/jack/jack_wiring.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <utility>

#include "protocol/nearest.h"

namespace namrack::daemon {
namespace {

// Our latency makes others reckon again, and us once more. Where the graph has a loop through us, that would
// never end.
constexpr int kMaxLatencyRepeats = 8;

}  // namespace

void JackWiring::note_server(const JackClient& client, const ConnectionSet& physical) {
  if (std::exchange(connected_once_, true)) return;
  const bool named = !policy_.connect_in.empty() || !policy_.connect_out.empty();
  for (const std::string& source : policy_.connect_in) memory_.want({source, client.input_port()});
  for (const std::string& destination : policy_.connect_out)
    memory_.want({client.output_port(), destination});
  if (named || !policy_.autoconnect) return;
  for (const Connection& connection : physical) memory_.want(connection);
}

std::function<JackGraph()> JackWiring::job(std::shared_ptr<JackClient> client) {
  const bool is_to_announce =
      client->signals().latency_changed.exchange(false) && latency_repeats_++ < kMaxLatencyRepeats;
  return [client, is_to_announce, wanted = memory_.wanted(), policy = policy_] {
    for (const Connection& connection : wanted) client->connect(connection);
    if (is_to_announce) client->announce_latency();
    return JackGraph{client->connections(), client->midi_sources(policy.connect_midi),
                     client->missing_ports(policy)};
  };
}

bool JackWiring::observe(const JackGraph& graph, const JackClient& client) {
  memory_.observe(graph.connections, ConnectionMemory::Clock::now());
  return want_new_midi_ports(graph.midi_ports, client);
}

// A foot controller may be plugged in at any time. One that is there already, and that somebody has
// disconnected, stays so.
bool JackWiring::want_new_midi_ports(const std::vector<std::string>& ports, const JackClient& client) {
  bool is_new = false;
  if (policy_.autoconnect || !policy_.connect_midi.empty()) {
    for (const std::string& port : ports) {
      if (std::ranges::find(midi_ports_, port) != midi_ports_.end()) continue;
      memory_.want({port, client.midi_port()});
      is_new = true;
    }
  }
  midi_ports_ = ports;
  return is_new;
}

bool has_midi(const JackGraph& graph, const JackClient& client) {
  return std::ranges::any_of(graph.connections, [&client](const Connection& connection) {
    return connection.destination == client.midi_port();
  });
}

std::map<std::string, std::string> describe(const std::vector<MissingPort>& ports) {
  std::map<std::string, std::string> sentences;
  for (const MissingPort& port : ports)
    sentences[port.name] = fmt::format(
        "{} \"{}\": JACK has no such port, or none that {}{}; it is connected when it appears (see jack_lsp)",
        port.option, port.name, port.expected,
        protocol::did_you_mean(protocol::nearest(port.name, port.others)));
  return sentences;
}

}  // namespace namrack::daemon

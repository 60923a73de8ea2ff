#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/jack/connections.h"
#include "daemon/jack/jack_client.h"

namespace namrack::daemon {

/// Our connections and the ports that could be connected, as the server tells them.
struct JackGraph {
  ConnectionSet connections;
  std::vector<std::string> midi_ports;  ///< that exist and that we listen to
  std::vector<MissingPort> missing;
};

/// The connections that our ports are to have: those that the command line names or somebody made by hand,
/// and foot controllers whenever they are plugged in. Thread: control, but for the job.
class JackWiring {
 public:
  explicit JackWiring(JackPolicy policy) : policy_(std::move(policy)) {}

  const JackPolicy& policy() const { return policy_; }
  /// A server has been there at least once.
  bool has_connected() const { return connected_once_; }
  /// With the first server ever: wants what the command line names, or else `physical`.
  void note_server(const JackClient& client, const ConnectionSet& physical);
  /// The server is gone: whatever was connected is wanted again.
  void lose() { memory_.lose(); }

  /// For the JACK thread: makes the connections that are wanted, tells the latencies if they may have
  /// changed, and asks how the graph is then.
  std::function<JackGraph()> job(std::shared_ptr<JackClient> client);
  /// Takes in what the job has returned. True when there is something new to connect.
  bool observe(const JackGraph& graph, const JackClient& client);
  /// Others have changed the graph, or we our latency.
  void note_change() { latency_repeats_ = 0; }

 private:
  bool want_new_midi_ports(const std::vector<std::string>& ports, const JackClient& client);

  JackPolicy policy_;
  ConnectionMemory memory_;
  std::vector<std::string> midi_ports_;  // that we would like to be connected to, of those that are there
  int latency_repeats_ = 0;              // without a change of the graph
  bool connected_once_ = false;
};

/// Whether one of the connections ends at our MIDI port.
bool has_midi(const JackGraph& graph, const JackClient& client);
/// By the ports' names, a sentence for each that is missing.
std::map<std::string, std::string> describe(const std::vector<MissingPort>& ports);

}  // namespace namrack::daemon

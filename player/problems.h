#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "player/event_hub.h"
#include "protocol/problem.h"

namespace namrack::player {

/// The faults of the present, each for as long as it lasts: in `status.problems`, as an event when it begins
/// and ends, and in the log. Thread: control.
class Problems {
 public:
  /// `rev` tells the revision for events.
  Problems(EventHub& events, std::function<std::uint64_t()> rev) : events_(events), rev_(std::move(rev)) {}

  /// Begins to last. `what` is the thing that is affected, such as a model's name or a port; `message` is one
  /// sentence: where, what was expected and found, what mends it. One that lasts already is only told again
  /// when its sentence is another one.
  void raise(protocol::ProblemCode code, const std::string& what, std::string message);
  /// Ends; nothing happens when it did not last.
  void clear(protocol::ProblemCode code, const std::string& what);
  /// From now on exactly these last of that code: sentences by what is affected.
  void set(protocol::ProblemCode code, const std::map<std::string, std::string>& messages);

  bool lasts(protocol::ProblemCode code, const std::string& what) const;
  /// In the order of the codes; [{code, message, what, severity, since}].
  boost::json::array to_json() const;

 private:
  using Clock = std::chrono::system_clock;
  using Key = std::pair<protocol::ProblemCode, std::string>;
  struct Problem {
    std::string message;
    Clock::time_point since;
  };

  static boost::json::object describe(const Key& key, const Problem& problem);
  void publish(const Key& key, const Problem& problem, bool is_active);

  EventHub& events_;
  std::function<std::uint64_t()> rev_;
  std::map<Key, Problem> problems_;
};

}  // namespace namrack::player

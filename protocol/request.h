#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parameters/settings.h"
#include "protocol/error.h"
#include "protocol/midi.h"
#include "protocol/topic.h"

namespace namrack::protocol {

/// Version of the protocol, as `hello` returns it.
inline constexpr int kProtocolVersion = 1;
/// The longest line in bytes, without its line feed.
inline constexpr std::size_t kMaxLine = std::size_t{1} << 20U;
/// The most requests of a batch. Of a longer one nothing is carried out.
inline constexpr std::size_t kMaxBatch = 256;
/// Rate of the topic `meters` when the client names none, in Hz.
inline constexpr double kDefaultMeterRateHz = 10.0;

/// How long `midi.learn` waits when the client does not say, in milliseconds.
inline constexpr double kDefaultLearnTimeoutMs = 10000.0;

/// How many files `models` lists when the client does not say.
inline constexpr std::size_t kDefaultModelsLimit = 1000;

/// What every method that changes the state accepts: the revision it expects, or E_CONFLICT.
using IfRev = std::optional<std::uint64_t>;

enum class Switch { off, on, toggle };

/// When a change of the sound is to happen; at most one of these is given. Nothing given: at once.
struct When {
  /// A frame time; also 0, which has always passed.
  std::optional<std::uint64_t> at_frame = {};
  std::optional<double> in_ms = {};
  /// Of the JACK transport, counted from 1; a beat alone is the next one of that number.
  std::optional<std::uint64_t> at_bar = {};
  std::optional<double> at_beat = {};
  /// Not on the wire. Of a change that is for now: it happens as far into a block as this frame was.
  std::optional<std::uint64_t> in_phase_with = {};

  bool is_now() const { return !at_frame && !in_ms && !at_bar && !at_beat; }
};

/// What to do with a model that takes more than the CPU budget.
enum class IfOver {
  refuse,  ///< E_CPU_BUDGET
  slim,    ///< load the largest quality step that fits; E_CPU_BUDGET when none does
  force,   ///< load it all the same
};

struct BypassRequest {
  Switch to = Switch::toggle;
  When when = {};
  IfRev if_rev = {};
};
/// Of changes that wait for their time.
struct CancelRequest {
  std::optional<std::uint64_t> id = {};  ///< nullopt: all
};
struct GetRequest {
  std::optional<std::string> key = {};  ///< one of kSettingNames; nullopt: all
};
struct HelloRequest {
  std::optional<std::string> client = {};
};
struct InspectRequest {
  std::string path;
};
struct ListRequest {};
struct LoadRequest {
  std::string name;
  std::string path;
  double quality = 1.0;  ///< 0..1
  bool replace = false;
  IfOver if_over = IfOver::refuse;
  IfRev if_rev = {};
};
struct ModelsRequest {
  std::optional<std::string> dir = {};  ///< nullopt: all model folders
  std::string query = {};               ///< empty: all
  std::size_t limit = kDefaultModelsLimit;
};
struct PendingRequest {};
struct PingRequest {};
struct QualityRequest {
  std::string name;
  double quality = 1.0;                ///< 0..1
  std::optional<double> fade_ms = {};  ///< nullopt: Settings::fade_ms
  IfRev if_rev = {};
};
struct SetRequest {
  SettingChanges changes;  ///< never empty
  When when = {};
  IfRev if_rev = {};
};
struct StatusRequest {};
struct SubscribeRequest {
  std::vector<Topic> topics;
  std::optional<double> rate_hz = {};
};
struct SwapRequest {
  std::optional<std::string> name = {};  ///< nullopt: no model, the dry signal
  std::optional<double> fade_ms = {};    ///< nullopt: Settings::fade_ms
  When when = {};
  IfRev if_rev = {};
};
struct UnloadRequest {
  std::string name;
  IfRev if_rev = {};
};
struct UnsubscribeRequest {
  std::optional<std::vector<Topic>> topics = {};  ///< nullopt: all
};

struct SceneDeleteRequest {
  std::string name;
  IfRev if_rev = {};
};
struct SceneListRequest {};
struct SceneRecallRequest {
  std::string name;
  std::optional<double> fade_ms = {};  ///< nullopt: Settings::fade_ms
  When when = {};
  IfRev if_rev = {};
};
struct SceneRenameRequest {
  std::string name, to;
  IfRev if_rev = {};
};
struct SceneSaveRequest {
  std::string name;
  IfRev if_rev = {};
};
/// `scene.next` and `scene.prev`.
struct SceneStepRequest {
  int step = 1;
  std::optional<double> fade_ms = {};
  When when = {};
  IfRev if_rev = {};
};
struct SetlistDeleteRequest {
  std::string name;
  IfRev if_rev = {};
};
struct SetlistListRequest {};
struct SetlistSaveRequest {
  std::string name;
  std::vector<std::string> scenes;
  IfRev if_rev = {};
};
struct SetlistUseRequest {
  std::optional<std::string> name = {};  ///< nullopt: all scenes, in the order in which they were saved
  IfRev if_rev = {};
};

struct MidiCancelRequest {};
struct MidiLearnRequest {
  MidiAction action;
  double timeout_ms = kDefaultLearnTimeoutMs;
  bool add = false;
  IfRev if_rev = {};
};
struct MidiListRequest {};
struct MidiMapRequest {
  MidiSource source;
  MidiAction action;
  bool add = false;  ///< to what the same message does already; else instead of it
  IfRev if_rev = {};
};
struct MidiSetRequest {
  /// The only one that is listened to, 1..16; nullopt within: each. nullopt: as it is.
  std::optional<std::optional<std::uint8_t>> channel = {};
  std::optional<bool> programs = {};  ///< whether programs that are not mapped choose scenes by number
  std::optional<MidiBank> bank = {};
  IfRev if_rev = {};
};
struct MidiUnmapRequest {
  std::optional<MidiSource> source = {};  ///< nullopt: all
  IfRev if_rev = {};
};

/// What may be part of a `tx`. None of them says when, or which revision it expects.
using TxOperation = std::variant<BypassRequest, LoadRequest, SetRequest, SwapRequest, UnloadRequest>;
struct TxRequest {
  std::vector<TxOperation> operations;
  std::optional<double> fade_ms = {};  ///< of a swap that names none
  When when = {};
  IfRev if_rev = {};
};

/// The checked parameters of any method.
using Request =
    std::variant<BypassRequest, CancelRequest, GetRequest, HelloRequest, InspectRequest, ListRequest,
                 LoadRequest, MidiCancelRequest, MidiLearnRequest, MidiListRequest, MidiMapRequest,
                 MidiSetRequest, MidiUnmapRequest, ModelsRequest, PendingRequest, PingRequest, QualityRequest,
                 SceneDeleteRequest, SceneListRequest, SceneRecallRequest, SceneRenameRequest,
                 SceneSaveRequest, SceneStepRequest, SetRequest, SetlistDeleteRequest, SetlistListRequest,
                 SetlistSaveRequest, SetlistUseRequest, StatusRequest, SubscribeRequest, SwapRequest,
                 TxRequest, UnloadRequest, UnsubscribeRequest>;

/// One message of a line: a request to carry out, or the error that answers it.
struct Call {
  boost::json::value id;         ///< string, number or null; echoed in the reply
  bool is_notification = false;  ///< neither result nor error is answered
  std::string method;            ///< empty when it could not be read
  std::variant<Request, ProtocolError> request;
};

/// All messages of a line, in order.
struct ParsedLine {
  bool is_batch = false;  ///< answered by an array of the replies; by nothing if all are notifications
  std::vector<Call> calls;
};

/// Reads one line without its line feed; a trailing carriage return is tolerated. What is wrong with a
/// message stands in its Call. Throws only std::bad_alloc. Threads: any.
ParsedLine parse_line(std::string_view line);

/// Checks and converts the parameters of one method. Throws ProtocolError(method, params).
Request make_request(std::string_view method, const boost::json::object& params);

}  // namespace namrack::protocol

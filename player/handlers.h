#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <functional>

#include "player/event_hub.h"
#include "player/midi_control.h"
#include "player/player.h"
#include "player/worker.h"
#include "protocol/request.h"

namespace namrack::player {

/// current, next and setlist, as `status` and `scene.list` show them.
boost::json::object scene_position(const Player& player);
/// mappings, messages, dropped and connected, as `status` shows them.
boost::json::object midi_summary(const MidiControl& midi);

/// Carries requests out and puts what came of it into the words of the protocol. Thread: control.
class Handlers {
 public:
  using StatusReport = std::function<boost::json::object()>;

  /// Has what has changed written to disk; nullopt: no state is kept.
  using Save = std::function<boost::asio::awaitable<std::optional<bool>>()>;

  /// `save` is empty where a host has no state.
  Handlers(Player& player, MidiControl& midi, Worker& readers, StatusReport status, Save save = {})
      : player_(player), midi_(midi), readers_(readers), status_(std::move(status)), save_(std::move(save)) {}

  /// The `result` of the reply. Throws whatever to_protocol_error() knows.
  boost::asio::awaitable<boost::json::object> handle(protocol::Request request, Subscriber& client);
  std::uint64_t rev() const { return player_.rev(); }

 private:
  using Reply = boost::asio::awaitable<boost::json::object>;

  Reply answer(protocol::BypassRequest request, Subscriber& client);
  Reply answer(protocol::CancelRequest request, Subscriber& client);
  Reply answer(protocol::GetRequest request, Subscriber& client);
  Reply answer(protocol::HelloRequest request, Subscriber& client);
  Reply answer(protocol::InspectRequest request, Subscriber& client);
  Reply answer(protocol::ListRequest request, Subscriber& client);
  Reply answer(protocol::LoadRequest request, Subscriber& client);
  Reply answer(protocol::MidiCancelRequest request, Subscriber& client);
  Reply answer(protocol::MidiLearnRequest request, Subscriber& client);
  Reply answer(protocol::MidiListRequest request, Subscriber& client);
  Reply answer(protocol::MidiMapRequest request, Subscriber& client);
  Reply answer(protocol::MidiSetRequest request, Subscriber& client);
  Reply answer(protocol::MidiUnmapRequest request, Subscriber& client);
  Reply answer(protocol::ModelsRequest request, Subscriber& client);
  Reply answer(protocol::PendingRequest request, Subscriber& client);
  Reply answer(protocol::PingRequest request, Subscriber& client);
  Reply answer(protocol::QualityRequest request, Subscriber& client);
  Reply answer(protocol::SceneDeleteRequest request, Subscriber& client);
  Reply answer(protocol::SceneListRequest request, Subscriber& client);
  Reply answer(protocol::SceneRecallRequest request, Subscriber& client);
  Reply answer(protocol::SceneRenameRequest request, Subscriber& client);
  Reply answer(protocol::SceneSaveRequest request, Subscriber& client);
  Reply answer(protocol::SceneStepRequest request, Subscriber& client);
  Reply answer(protocol::SetRequest request, Subscriber& client);
  Reply answer(protocol::SetlistDeleteRequest request, Subscriber& client);
  Reply answer(protocol::SetlistListRequest request, Subscriber& client);
  Reply answer(protocol::SetlistSaveRequest request, Subscriber& client);
  Reply answer(protocol::SetlistUseRequest request, Subscriber& client);
  Reply answer(protocol::StatusRequest request, Subscriber& client);
  Reply answer(protocol::SubscribeRequest request, Subscriber& client);
  Reply answer(protocol::SwapRequest request, Subscriber& client);
  Reply answer(protocol::TxRequest request, Subscriber& client);
  Reply answer(protocol::UnloadRequest request, Subscriber& client);
  Reply answer(protocol::UnsubscribeRequest request, Subscriber& client);

  boost::json::object describe(const Scene& scene) const;
  boost::json::object describe(const SavedState::Model& missing) const;
  boost::json::object load_reply(const std::string& name, const LoadResult& loaded) const;

  Player& player_;
  MidiControl& midi_;
  Worker& readers_;
  StatusReport status_;
  Save save_;
};

}  // namespace namrack::player

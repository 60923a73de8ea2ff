#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "engine/audio/meter.h"
#include "player/outbox.h"
#include "protocol/request.h"
#include "protocol/topic.h"

namespace namrack::player {

/// Levels since the last look, linear.
struct MeterReadings {
  engine::Meter::Reading input, output;
};

/// In decibels; silence is -200 dB.
boost::json::object meters_json(const MeterReadings& readings);

/// One connection as the receiver of events. Thread: control.
class Subscriber {
 public:
  /// `wake` is called when there is something to send; `is_gone` tells whether the client has left
  /// altogether.
  Subscriber(
      std::uint64_t id, std::function<void()> wake, std::function<bool()> is_gone = [] { return false; })
      : id_(id), wake_(std::move(wake)), is_gone_(std::move(is_gone)) {}

  std::uint64_t id() const { return id_; }
  Outbox& outbox() { return outbox_; }
  void wake() const { wake_(); }
  bool is_gone() const { return is_gone_(); }

  void subscribe(const std::vector<protocol::Topic>& topics, std::optional<double> rate_hz);
  /// nullopt: all topics.
  void unsubscribe(const std::optional<std::vector<protocol::Topic>>& topics);
  bool wants(protocol::Topic topic) const { return topics_[static_cast<std::size_t>(topic)]; }

  /// Collects levels; true when the next `meters` event is due, whose levels are then moved to `due`.
  bool collect(const MeterReadings& readings, double seconds, MeterReadings& due);

 private:
  std::uint64_t id_;
  std::function<void()> wake_;
  std::function<bool()> is_gone_;
  Outbox outbox_;
  std::bitset<16> topics_;
  double meter_seconds_ = 1.0 / protocol::kDefaultMeterRateHz;
  double collected_seconds_ = 0.0;
  MeterReadings collected_;
};

/// Passes events on to whoever subscribed to their topic. Thread: control.
class EventHub {
 public:
  void add(Subscriber& subscriber) { subscribers_.insert(&subscriber); }
  void remove(Subscriber& subscriber) { subscribers_.erase(&subscriber); }

  void publish(protocol::Topic topic, std::uint64_t rev, std::optional<std::uint64_t> frame,
               const boost::json::object& data, std::uint64_t origin);
  /// Levels of the last `seconds`; each subscriber gets them at its own rate.
  void publish_meters(const MeterReadings& readings, double seconds, std::uint64_t rev, std::uint64_t frame);
  bool has_meter_subscribers() const;

 private:
  std::set<Subscriber*> subscribers_;
};

}  // namespace namrack::player

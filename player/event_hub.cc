#include "player/event_hub.h"

#include <algorithm>
#include <cmath>

namespace namrack::player {
namespace {

void collect_reading(engine::Meter::Reading& held, double held_seconds, const engine::Meter::Reading& added,
                     double seconds) {
  held.peak = std::max(held.peak, added.peak);
  // Squares average over time, levels do not.
  const double squares =
      double{held.rms} * double{held.rms} * held_seconds + double{added.rms} * double{added.rms} * seconds;
  held.rms = static_cast<float>(std::sqrt(squares / (held_seconds + seconds)));
}

boost::json::object level(const engine::Meter::Reading& reading) {
  // Silence is -200 dB: JSON has no infinities.
  const auto db = [](float linear) { return 20.0 * std::log10(std::max(double{linear}, 1.0e-10)); };
  return {{"peak_db", db(reading.peak)}, {"rms_db", db(reading.rms)}};
}

}  // namespace

boost::json::object meters_json(const MeterReadings& readings) {
  return {{"input", level(readings.input)}, {"output", level(readings.output)}};
}

void Subscriber::subscribe(const std::vector<protocol::Topic>& topics, std::optional<double> rate_hz) {
  for (const protocol::Topic topic : topics) topics_.set(static_cast<std::size_t>(topic));
  if (rate_hz) meter_seconds_ = 1.0 / *rate_hz;
}

void Subscriber::unsubscribe(const std::optional<std::vector<protocol::Topic>>& topics) {
  if (!topics)
    topics_.reset();
  else
    for (const protocol::Topic topic : *topics) topics_.reset(static_cast<std::size_t>(topic));
}

bool Subscriber::collect(const MeterReadings& readings, double seconds, MeterReadings& due) {
  collect_reading(collected_.input, collected_seconds_, readings.input, seconds);
  collect_reading(collected_.output, collected_seconds_, readings.output, seconds);
  collected_seconds_ += seconds;
  if (collected_seconds_ + 0.5 * seconds < meter_seconds_) return false;
  due = collected_;
  collected_ = {};
  collected_seconds_ = 0.0;
  return true;
}

void EventHub::publish(protocol::Topic topic, std::uint64_t rev, std::optional<std::uint64_t> frame,
                       const boost::json::object& data, std::uint64_t origin) {
  for (Subscriber* subscriber : subscribers_) {
    if (!subscriber->wants(topic)) continue;
    protocol::Event event;
    event.topic = topic;
    event.rev = rev;
    event.frame = frame;
    event.data = data;
    subscriber->outbox().add_event(std::move(event), origin);
    subscriber->wake();
  }
}

void EventHub::publish_meters(const MeterReadings& readings, double seconds, std::uint64_t rev,
                              std::uint64_t frame) {
  for (Subscriber* subscriber : subscribers_) {
    MeterReadings due;
    if (!subscriber->wants(protocol::Topic::meters) || !subscriber->collect(readings, seconds, due)) continue;
    protocol::Event event;
    event.topic = protocol::Topic::meters;
    event.rev = rev;
    event.frame = frame;
    event.data = meters_json(due);
    subscriber->outbox().add_event(std::move(event), 0);
    subscriber->wake();
  }
}

bool EventHub::has_meter_subscribers() const {
  return std::any_of(subscribers_.begin(), subscribers_.end(),
                     [](const Subscriber* s) { return s->wants(protocol::Topic::meters); });
}

}  // namespace namrack::player

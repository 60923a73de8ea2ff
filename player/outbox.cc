#include "player/outbox.h"

#include <algorithm>
#include <utility>

namespace namrack::player {
namespace {

std::string event_line(const protocol::Event& event, std::uint64_t origin) {
  boost::json::object message = protocol::event_message(event);
  message.at("params").as_object()["origin"] = origin;
  return protocol::message_line(message);
}

}  // namespace

void Outbox::add(Kind kind, std::string line) {
  bytes_ += line.size();
  queue_.push_back({kind, std::move(line)});
}

void Outbox::add_reply(std::string line) {
  add(Kind::reply, std::move(line));
}

void Outbox::add_event(protocol::Event event, std::uint64_t origin) {
  event.seq = ++seq_;
  if (event.topic == protocol::Topic::meters) {
    const auto waiting =
        std::find_if(queue_.begin(), queue_.end(), [](const Item& i) { return i.kind == Kind::meters; });
    if (waiting != queue_.end()) {
      bytes_ -= waiting->line.size();
      queue_.erase(waiting);
    }
    add(Kind::meters, event_line(event, origin));
    return;
  }
  if (lost_ > 0) {
    ++lost_;
    return;
  }
  if (events_ >= kMaxEvents || is_full()) {
    drop_events();
    return;
  }
  ++events_;
  add(Kind::event, event_line(event, origin));
}

void Outbox::drop_events() {
  std::erase_if(queue_, [this](const Item& item) {
    if (item.kind != Kind::event) return false;
    bytes_ -= item.line.size();
    return true;
  });
  lost_ = events_ + 1;
  lost_seq_ = seq_;
  events_ = 0;
  add(Kind::lost, {});
}

std::string Outbox::lost_line(std::uint64_t rev) const {
  protocol::Event event;
  event.topic = protocol::Topic::lost;
  event.seq = lost_seq_;
  event.rev = rev;
  event.data = {{"n", lost_}, {"rev", rev}};
  return event_line(event, 0);
}

std::string Outbox::take(std::uint64_t rev) {
  std::string text;
  text.reserve(bytes_);
  for (const Item& item : queue_) text += item.kind == Kind::lost ? lost_line(rev) : item.line;
  queue_.clear();
  bytes_ = events_ = 0;
  lost_ = 0;
  return text;
}

}  // namespace namrack::player

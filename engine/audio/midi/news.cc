#include "engine/audio/midi/news.h"

namespace namrack::engine {

bool MidiNewsQueue::tell(const MidiNews& news) NAMRACK_REALTIME {
  return queue_.write_available() > kReserved && queue_.push(news);
}

bool MidiNewsQueue::ask(const MidiNews& news) NAMRACK_REALTIME {
  pass_on();
  if (num_waiting_ == 0 && queue_.push(news)) return true;
  std::optional<Waiting>& waiting = waiting_[news.action != 0 ? news.action % kMaxMidiSlots : kMaxMidiSlots];
  const bool is_first = !waiting;
  waiting = Waiting{news, ++order_};
  num_waiting_ += is_first ? 1 : 0;
  return is_first;
}

void MidiNewsQueue::pass_on() NAMRACK_REALTIME {
  while (num_waiting_ > 0 && queue_.write_available() > 0) {
    std::optional<Waiting>* oldest = nullptr;
    for (std::optional<Waiting>& waiting : waiting_)
      if (waiting && (oldest == nullptr || waiting->order < (*oldest)->order)) oldest = &waiting;
    if (oldest == nullptr || !queue_.push((*oldest)->news)) return;
    oldest->reset();
    --num_waiting_;
  }
}

std::optional<MidiNews> MidiNewsQueue::poll() NAMRACK_REALTIME {
  MidiNews news;
  return queue_.pop(news) ? std::optional(news) : std::nullopt;
}

}  // namespace namrack::engine

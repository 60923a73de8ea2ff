#include "player/midi_news.h"

namespace namrack::player {

bool MidiNewsQueue::tell(const MidiNews& news) noexcept {
  return queue_.write_available() > kReserved && queue_.push(news);
}

bool MidiNewsQueue::ask(const MidiNews& news) noexcept {
  pass_on();
  if (num_waiting_ == 0 && queue_.push(news)) return true;
  std::optional<Waiting>& waiting =
      waiting_[news.action != 0 ? news.action % MidiMap::kMaxMappings : MidiMap::kMaxMappings];
  const bool is_first = !waiting;
  waiting = Waiting{news, ++order_};
  num_waiting_ += is_first ? 1 : 0;
  return is_first;
}

void MidiNewsQueue::pass_on() noexcept {
  while (num_waiting_ > 0 && queue_.write_available() > 0) {
    std::optional<Waiting>* oldest = nullptr;
    for (std::optional<Waiting>& waiting : waiting_)
      if (waiting && (oldest == nullptr || waiting->order < (*oldest)->order)) oldest = &waiting;
    if (oldest == nullptr || !queue_.push((*oldest)->news)) return;
    oldest->reset();
    --num_waiting_;
  }
}

std::optional<MidiNews> MidiNewsQueue::poll() noexcept {
  MidiNews news;
  return queue_.pop(news) ? std::optional(news) : std::nullopt;
}

}  // namespace namrack::player

#include "player/pulse.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "player/plain_words.h"

namespace namrack::player {
namespace {

// Whoever may wait as long as a slow beat waits for one, at times that all have in common.
Pulse::Clock::time_point due_after(Pulse::Period period) {
  const Pulse::Clock::time_point now = Pulse::Clock::now();
  if (period < Pulse::kSlow) return now + period;
  const auto earliest = (now + period - Pulse::kSlow).time_since_epoch();
  return Pulse::Clock::time_point((earliest / Pulse::kSlow + 1) * Pulse::Clock::duration(Pulse::kSlow));
}

}  // namespace

Pulse::Listener::Listener(Pulse& pulse, std::function<Period()> look, Period first)
    : pulse_(pulse), look_(std::move(look)), due_(due_after(first)) {
  place_ = pulse_.listeners_.insert(pulse_.listeners_.end(), this);
  pulse_.arm();
}

Pulse::Listener::~Listener() {
  pulse_.listeners_.erase(place_);
}

void Pulse::Listener::hurry() {
  due_ = std::min(due_, Clock::now() + kFast);
  pulse_.arm();
}

void Pulse::start() {
  is_started_ = true;
  arm();
}

void Pulse::arm() {
  if (!is_started_ || listeners_.empty()) return;
  const auto next = std::ranges::min(listeners_, {}, &Listener::due_)->due_;
  if (timer_.expiry() == next) return;
  timer_.expires_at(next);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) look_until(Clock::now());
  });
}

void Pulse::look_until(Clock::time_point now) {
  for (Listener* const listener : listeners_) {
    if (listener->due_ > now) continue;
    Period next = kSlow;
    try {
      next = listener->look_();
    } catch (const std::exception& error) {
      spdlog::error("control thread: {}", plain_words(error));
    }
    listener->due_ = due_after(next);
  }
  arm();
}

boost::asio::awaitable<void> Pulse::wait(Period period) {
  boost::asio::steady_timer told(timer_.get_executor(), Clock::time_point::max());
  const auto tell = [&told] {
    told.cancel();
    return Period(std::chrono::hours(24));
  };
  const Listener listener(*this, tell, period);
  boost::system::error_code cancelled;
  co_await told.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
}

}  // namespace namrack::player

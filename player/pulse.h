#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <list>

namespace namrack::player {

/// The one timer by which the control thread looks at what the audio thread, which must not call the system
/// and so cannot wake anybody, has left for it. Whoever looks says after each look how soon it wants the next
/// one. Those who are in no hurry look together, so that an idle program wakes 22 times a second, however
/// many look. Thread: control.
class Pulse {
 public:
  using Clock = std::chrono::steady_clock;
  using Period = std::chrono::milliseconds;
  /// While something is on its way, and otherwise.
  static constexpr Period kFast{2}, kSlow{45};

  /// Whoever looks, for as long as this lives. A look may create others, but must not destroy its own.
  class Listener {
   public:
    /// `look` returns how soon it is to be called again. The first time is after `first`.
    Listener(Pulse& pulse, std::function<Period()> look, Period first = kSlow);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// Looks with the next fast beat.
    void hurry();

   private:
    friend class Pulse;
    Pulse& pulse_;
    std::function<Period()> look_;
    Clock::time_point due_;
    std::list<Listener*>::iterator place_;
  };

  explicit Pulse(boost::asio::io_context& control) : timer_(control) {}

  /// Beats by itself from now on. A host that does not run in real time calls beat() instead.
  void start();
  /// Lets all look now.
  void beat() { look_until(Clock::time_point::max()); }
  /// Returns when `period` is over, or with a beat() by hand.
  boost::asio::awaitable<void> wait(Period period);

 private:
  void look_until(Clock::time_point now);
  void arm();

  boost::asio::steady_timer timer_;
  std::list<Listener*> listeners_;
  bool is_started_ = false;
};

}  // namespace namrack::player

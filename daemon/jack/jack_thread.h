#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "player/promise.h"
#include "player/worker.h"

namespace namrack::daemon {

/// A call into libjack has not returned in time.
class JackHangs : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The one thread that calls libjack for a client, and a watch over it: libjack blocks for as long as a
/// server hangs, and now and then for ever. Thread: control.
///
/// Once a call has lasted longer than the patience, the thread hangs: every call that waits for it fails, and
/// so do later ones. Should the call return after all, what is queued is finished, and the thread is idle.
class JackThread : public std::enable_shared_from_this<JackThread> {
 public:
  JackThread(boost::asio::io_context& control, std::chrono::milliseconds patience)
      : control_(control), patience_(patience), worker_(control, "namrack-jack", 0) {}

  /// Runs `job` and returns its result, which must not be void, or throws its exception. `what` names the
  /// call to people, such as "closing the client". Throws JackHangs.
  template <typename Job>
  boost::asio::awaitable<std::invoke_result_t<Job&>> run(std::string what, Job job) {
    using Result = std::invoke_result_t<Job&>;
    const auto call = std::make_shared<Call>(control_, std::move(what));
    const player::Promise<Result> promise(control_.get_executor());
    if (hangs()) {
      promise.fail(failure());
    } else {
      ++open_;
      boost::asio::co_spawn(control_,
                            pass_on<Result>(shared_from_this(), worker_.run(std::move(job)), promise, call),
                            boost::asio::detached);
      boost::asio::co_spawn(control_, watch<Result>(shared_from_this(), promise, call),
                            boost::asio::detached);
    }
    return player::Promise<Result>::wait(promise);
  }

  /// For a smart pointer: objects that it deletes are deleted on this thread.
  template <typename T>
  auto deleter() {
    return [self = shared_from_this()](T* object) {
      ++self->open_;
      self->worker_.post([self, object] {
        delete object;
        --self->open_;
      });
    };
  }

  bool hangs() const { return !hanging_call_.empty(); }
  /// The call that has lasted too long; empty while none has.
  const std::string& hanging_call() const { return hanging_call_; }
  bool is_idle() const { return open_ == 0; }
  /// When idle: may be used again.
  void forgive() { hanging_call_.clear(); }
  /// Finishes what is queued, waiting at most so long. False: it still hangs, and is left to the system.
  bool stop(std::chrono::milliseconds patience) { return worker_.stop(patience); }

 private:
  struct Call {
    Call(boost::asio::io_context& control, std::string name) : what(std::move(name)), deadline(control) {}
    std::string what;
    boost::asio::steady_timer deadline;
    bool is_done = false;
  };

  template <typename Result>
  static boost::asio::awaitable<void> pass_on(std::shared_ptr<JackThread> self,
                                              boost::asio::awaitable<Result> result,
                                              player::Promise<Result> promise, std::shared_ptr<Call> call) {
    std::exception_ptr error;
    try {
      promise.set(co_await std::move(result));
    } catch (...) {
      error = std::current_exception();
    }
    if (error) promise.fail(error);
    call->is_done = true;
    call->deadline.cancel();
    --self->open_;
  }

  template <typename Result>
  static boost::asio::awaitable<void> watch(std::shared_ptr<JackThread> self, player::Promise<Result> promise,
                                            std::shared_ptr<Call> call) {
    boost::system::error_code cancelled;
    call->deadline.expires_after(self->patience_);
    if (!call->is_done)
      co_await call->deadline.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    if (call->is_done) co_return;
    // A call that only waited for the one that hangs is not to blame.
    if (!self->hangs()) self->hanging_call_ = call->what;
    promise.fail(self->failure());
  }

  std::exception_ptr failure() const;

  boost::asio::io_context& control_;
  std::chrono::milliseconds patience_;
  std::string hanging_call_;
  std::atomic<int> open_{0};  // jobs that have not been finished
  player::Worker worker_;
};

/// Cuts every connection of this process to a JACK server, so that the server forgets clients whose calls
/// hang. Clients that live lose their server too. How many connections there were. Thread: any.
int cut_off_jack_servers();

}  // namespace namrack::daemon

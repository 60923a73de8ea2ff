#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace namrack::player {

/// A value that coroutines wait for and that some callback provides; the first of them takes it, if it can
/// only be moved. Control thread only; copies share state.
template <typename T>
class Promise {
 public:
  explicit Promise(const boost::asio::any_io_executor& executor)
      : state_(std::make_shared<State>(executor)) {}

  void set(T value) const {
    state_->value.emplace(std::move(value));
    state_->wake.cancel();
  }
  void fail(std::exception_ptr error) const {
    state_->error = std::move(error);
    state_->wake.cancel();
  }

  /// Returns the value, or throws what was given to fail().
  static boost::asio::awaitable<T> wait(Promise promise) {
    const std::shared_ptr<State> state = promise.state_;
    while (!state->value && !state->error) {
      boost::system::error_code cancelled;
      co_await state->wake.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    }
    if (state->error) std::rethrow_exception(state->error);
    co_return std::move(*state->value);
  }

 private:
  struct State {
    explicit State(const boost::asio::any_io_executor& executor)
        : wake(executor, std::chrono::steady_clock::time_point::max()) {}
    boost::asio::steady_timer wake;
    std::optional<T> value;
    std::exception_ptr error;
  };
  std::shared_ptr<State> state_;
};

}  // namespace namrack::player

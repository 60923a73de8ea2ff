#pragma once

#include <spdlog/spdlog.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <string>
#include <utility>

#include "player/plain_words.h"

namespace namrack::player {

/// Runs a coroutine that nobody waits for. An exception that ends it is logged: by itself Asio would drop it.
/// `what` names it for the log. Thread: control.
template <typename Executor>
void spawn(Executor& executor, const char* what, boost::asio::awaitable<void> coroutine) {
  boost::asio::co_spawn(executor, std::move(coroutine), [what](const std::exception_ptr& failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      spdlog::critical("{} has failed: {}", what, plain_words(error));
    } catch (...) {
      spdlog::critical("{} has failed", what);
    }
  });
}

}  // namespace namrack::player

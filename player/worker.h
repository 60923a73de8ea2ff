#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "player/promise.h"

namespace namrack::player {

/// Threads for what may take long or block, so that the control thread never does. With one thread, jobs run
/// one after the other; with several, that many may be stuck before another has to wait.
class Worker {
 public:
  /// Results are delivered on `control`. `nice` lowers the threads' priority, as nice(1).
  Worker(boost::asio::io_context& control, const std::string& name, int nice, int threads = 1);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  std::size_t threads() const { return threads_.size(); }

  /// Control thread: runs `job` on the worker and resumes the caller, on the control thread, with its result
  /// or exception.
  template <typename Job>
  boost::asio::awaitable<std::invoke_result_t<Job&>> run(Job job) {
    using Result = std::invoke_result_t<Job&>;
    Promise<Result> promise(control_.get_executor());
    submit(std::move(job), promise);
    return Promise<Result>::wait(promise);
  }

  /// Any thread: runs `job` on the worker; it must not throw.
  template <typename Job>
  void post(Job job) {
    boost::asio::post(work_, std::move(job));
  }

  /// Control thread: finishes what is queued, waiting at most `patience`. False when a job is stuck in the
  /// operating system (a dead network folder, a stopped JACK server): the threads are abandoned, and the
  /// process must end without destroying anything the job may use.
  bool stop(std::chrono::milliseconds patience);

 private:
  template <typename Job, typename Result>
  void submit(Job job, Promise<Result> promise) {
    boost::asio::post(work_, [this, job = std::move(job), promise]() mutable {
      std::exception_ptr error;
      try {
        deliver([result = job(), promise = std::move(promise)]() mutable { promise.set(std::move(result)); });
        return;
      } catch (...) {
        error = std::current_exception();
      }
      // Moved, so that the worker has no part any more in what the control thread reads and destroys.
      deliver([promise = std::move(promise), error = std::move(error)] { promise.fail(error); });
    });
  }
  template <typename Delivery>
  void deliver(Delivery delivery) {
    boost::asio::post(control_, std::move(delivery));
  }
  void work(const std::string& name, int nice);

  boost::asio::io_context& control_;
  boost::asio::io_context work_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running_;
  std::atomic<int> running_;
  std::promise<void> finished_;
  std::vector<std::thread> threads_;
};

}  // namespace namrack::player

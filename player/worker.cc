#include "player/worker.h"

#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

namespace namrack::player {

Worker::Worker(boost::asio::io_context& control, const std::string& name, int nice, int threads)
    : control_(control), work_(threads), keep_running_(work_.get_executor()), running_(threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this, name, nice] { work(name, nice); });
}

Worker::~Worker() {
  stop(std::chrono::hours(1));
}

void Worker::work(const std::string& name, int nice) {
  ::pthread_setname_np(::pthread_self(), name.c_str());
  // On Linux this concerns the calling thread alone.
  if (::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), nice) != 0)
    spdlog::warn("thread {} keeps its normal priority", name);
  work_.run();
  if (--running_ == 0) finished_.set_value();
}

bool Worker::stop(std::chrono::milliseconds patience) {
  if (threads_.empty()) return true;
  keep_running_.reset();
  const bool finished = finished_.get_future().wait_for(patience) == std::future_status::ready;
  for (std::thread& thread : threads_) {
    if (finished)
      thread.join();
    else
      thread.detach();
  }
  threads_.clear();
  return finished;
}

}  // namespace namrack::player

#include "daemon/worker.h"

#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

namespace namrack::daemon {

Worker::Worker(boost::asio::io_context& control, std::string name, int nice)
    : control_(control),
      keep_running_(work_.get_executor()),
      thread_([this, name = std::move(name), nice] { work(name, nice); }) {}

Worker::~Worker() {
  stop(std::chrono::hours(1));
}

void Worker::work(const std::string& name, int nice) {
  ::pthread_setname_np(::pthread_self(), name.c_str());
  // On Linux this concerns the calling thread alone.
  if (::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), nice) != 0)
    spdlog::warn("thread {} keeps its normal priority", name);
  work_.run();
  finished_.set_value();
}

bool Worker::stop(std::chrono::milliseconds patience) {
  if (!thread_.joinable()) return true;
  keep_running_.reset();
  if (finished_.get_future().wait_for(patience) == std::future_status::ready) {
    thread_.join();
    return true;
  }
  thread_.detach();
  return false;
}

}  // namespace namrack::daemon

#include "daemon/logging.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <future>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace namrack::daemon {
namespace {

// Writes "<N>", the priority prefix that systemd reads (sd-daemon(3)).
class PriorityFlag : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
              spdlog::memory_buf_t& out) override {
    const char digit = priority(message.level);
    const char text[] = {'<', digit, '>'};
    out.append(text, text + sizeof(text));
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<PriorityFlag>();
  }

 private:
  static char priority(spdlog::level::level_enum level) {
    switch (level) {
      case spdlog::level::critical:
        return '2';
      case spdlog::level::err:
        return '3';
      case spdlog::level::warn:
        return '4';
      case spdlog::level::info:
        return '6';
      default:
        return '7';
    }
  }
};

// Not a line of the log: says that all lines before it have been written.
constexpr const char* kEnd = "end";

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {  // whoever shares the stream has made it non-blocking
      pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
      ::poll(&ready, 1, -1);
      if ((ready.revents & POLLOUT) == 0) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

// Writes lines to a stream that may be slow, stuck or gone. Thread: the log's.
class StreamSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit StreamSink(int descriptor) : descriptor_(descriptor) {}

  /// `count` tells how many lines the queue has dropped in all.
  void count_dropped_by(std::function<std::size_t()> count) { dropped_ = std::move(count); }
  /// Any thread: the next kEnd keeps the promise.
  void expect_end(std::promise<void> end) {
    const std::lock_guard lock(end_mutex_);
    end_ = std::move(end);
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (message.logger_name == kEnd) {
      tell_dropped();
      const std::lock_guard lock(end_mutex_);
      if (end_) end_->set_value();
      end_.reset();
      return;
    }
    if (!write_line(message)) ++failed_;
    tell_dropped();
  }
  void flush_() override {}

  bool write_line(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    return write_all(descriptor_, {line.data(), line.size()});
  }

  // After a line, when the stream takes some again.
  void tell_dropped() {
    const std::size_t lost = dropped_() + failed_;
    if (lost == told_) return;
    const std::string text =
        std::to_string(lost - told_) + " lines of the log were dropped: nobody took them in time";
    if (write_line({"namrackd", spdlog::level::warn, text})) told_ = lost;
  }

  int descriptor_;
  std::function<std::size_t()> dropped_;
  std::size_t failed_ = 0, told_ = 0;
  std::mutex end_mutex_;
  std::optional<std::promise<void>> end_;
};

std::unique_ptr<spdlog::formatter> make_formatter(int descriptor) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  if (is_journal(descriptor, std::getenv("JOURNAL_STREAM")))  // NOLINT(concurrency-mt-unsafe): at start
    formatter->add_flag<PriorityFlag>('*').set_pattern("%*%v");
  else
    formatter->set_pattern("%Y-%m-%d %H:%M:%S.%e namrackd %l: %v");
  return formatter;
}

}  // namespace

struct Logging::Parts {
  std::shared_ptr<StreamSink> sink;
  std::shared_ptr<spdlog::details::thread_pool> thread;
  std::shared_ptr<spdlog::async_logger> end;  // logs kEnd
};

Logging::Logging(int descriptor, const std::string& level) : parts_(std::make_unique<Parts>()) {
  static constexpr auto kPolicy = spdlog::async_overflow_policy::overrun_oldest;
  parts_->sink = std::make_shared<StreamSink>(descriptor);
  parts_->sink->set_formatter(make_formatter(descriptor));
  const auto name_thread = [] { ::pthread_setname_np(::pthread_self(), "namrack-log"); };
  parts_->thread = std::make_shared<spdlog::details::thread_pool>(kQueue, 1, name_thread);
  parts_->sink->count_dropped_by([pool = parts_->thread.get()] { return pool->overrun_counter(); });
  const auto make_logger = [this](const char* name) {
    return std::make_shared<spdlog::async_logger>(name, parts_->sink, parts_->thread, kPolicy);
  };
  parts_->end = make_logger(kEnd);
  auto logger = make_logger("namrackd");
  // spdlog's own would write to stderr, and wait for it.
  logger->set_error_handler([](const std::string& /*fault*/) {});
  spdlog::set_default_logger(std::move(logger));
  set_log_level(level);
}

Logging::~Logging() = default;

bool Logging::finish(std::chrono::milliseconds patience) {
  std::promise<void> end;
  const std::future<void> written = end.get_future();
  parts_->sink->expect_end(std::move(end));
  parts_->end->critical("");
  return written.wait_for(patience) == std::future_status::ready;
}

void set_log_level(const std::string& level) {
  spdlog::default_logger()->set_level(spdlog::level::from_str(level));
}

bool is_journal(int descriptor, const char* journal_stream) {
  if (journal_stream == nullptr) return false;
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return false;
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == journal_stream;
}

void open_missing_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(descriptor, F_GETFD) < 0) ::open("/dev/null", O_RDWR);  // gets the lowest number that is free
}

}  // namespace namrack::daemon

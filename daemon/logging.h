#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace namrack::daemon {

/// Sends spdlog's default logger to a stream, by a thread of its own: who logs never waits for whoever reads.
///
/// At most kQueue lines wait; beyond that the oldest are dropped, and their number is told when lines are
/// taken again. Must not be destroyed: its thread may be stuck in a write.
class Logging {
 public:
  static constexpr std::size_t kQueue = 1024;

  /// To `descriptor`, which stays the caller's. When that is the systemd journal ($JOURNAL_STREAM names it),
  /// each line carries a "<N>" syslog priority instead of a time stamp. `level`: see set_log_level(). Main
  /// thread, once.
  Logging(int descriptor, const std::string& level);
  ~Logging();
  Logging(const Logging&) = delete;
  Logging& operator=(const Logging&) = delete;

  /// Waits until everything logged so far has been written, at most `patience`. False: the stream is stuck.
  bool finish(std::chrono::milliseconds patience);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// One of spdlog's names: "trace" … "critical", "off". Threads: any.
void set_log_level(const std::string& level);

/// True when `journal_stream` ("device:inode") names the file that `descriptor` is.
bool is_journal(int descriptor, const char* journal_stream);

/// Opens /dev/null in place of standard streams that are closed. Else the next socket or file would get their
/// number, and lines of the log would end up in it. Main thread, before anything is opened.
void open_missing_standard_streams();

}  // namespace namrack::daemon

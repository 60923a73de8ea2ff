#pragma once

#include <string>

namespace namrack::daemon {

/// Sends spdlog's default logger to stderr. When stderr is the systemd journal ($JOURNAL_STREAM names it),
/// each line carries a "<N>" syslog priority instead of a time stamp. `level` is one of log_levels(). Main
/// thread, once.
void set_up_logging(const std::string& level);

/// True when `journal_stream` ("device:inode") names the file that `descriptor` is.
bool is_journal(int descriptor, const char* journal_stream);

}  // namespace namrack::daemon

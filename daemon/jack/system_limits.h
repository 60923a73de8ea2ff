#pragma once

#include <optional>
#include <string>

namespace namrack::daemon {

// Limits of the system that are too low for JACK: each is told in one sentence with the limit, the need and
// the remedy. Threads: any.

/// Why the system has most likely refused the priority that JACK asks for.
std::string why_not_realtime(int priority);
/// nullopt: memory can be locked.
std::optional<std::string> why_not_locked();
/// nullopt: files enough may be open.
std::optional<std::string> why_too_few_files();
/// So few files more may be opened that libjack, which does not check it everywhere, would fail or crash.
std::optional<std::string> why_no_more_files();

/// The user whose JACK server runs, when that is another one than ours; nullopt: there is none.
std::optional<std::string> user_of_foreign_server();
std::string own_user();

}  // namespace namrack::daemon

#pragma once

#include <cstddef>

namespace namrack::engine::testing {

/// Watches one thread for what the process path must not do. The test program replaces the malloc family and
/// the pthread locks (counted while a RealtimeSection lives on the calling thread), and a seccomp filter
/// traps every system call of a thread that has forbidden them.
struct Violations {
  std::size_t allocations = 0;
  std::size_t frees = 0;
  std::size_t locks = 0;
  std::size_t system_calls = 0;
  long last_system_call = -1;
  std::size_t total() const { return allocations + frees + locks + system_calls; }
};

/// All violations of this process since the last call.
Violations take_violations();

/// From construction to destruction the calling thread is in the process path.
class RealtimeSection {
 public:
  RealtimeSection();
  ~RealtimeSection();
  RealtimeSection(const RealtimeSection&) = delete;
  RealtimeSection& operator=(const RealtimeSection&) = delete;
};

/// From now on each system call of the calling thread fails and is counted as a violation. For ever: such a
/// thread cannot even end. Returns false when the kernel refuses.
bool forbid_system_calls();

}  // namespace namrack::engine::testing

#pragma once

#include <cstdint>

#if defined(__x86_64__) || defined(__i386__)
#include <x86intrin.h>
#elif !defined(__aarch64__)
#include <chrono>
#endif

namespace namrack::engine {

/// A counter that runs at a constant rate, read without asking the operating system (whose clock may be a
/// system call). Elsewhere than on x86 and 64-bit ARM it is the steady clock, which on Linux is read in user
/// space.
inline std::uint64_t cycle_count() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  return __rdtsc();
#elif defined(__aarch64__)
  std::uint64_t ticks;
  asm volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

/// Its rate in Hz, measured once against the steady clock at the first call, which takes about 10 ms.
double cycle_rate();

}  // namespace namrack::engine

#pragma once

/// Marks a function that the audio thread may call: it neither allocates, frees, locks, waits, throws, calls
/// the system nor does unbounded work, and so for all that it calls. In place of noexcept, which it implies;
/// a compiler that can check it does. What lacks it belongs to other threads.
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::nonblocking)
#define NAMRACK_REALTIME noexcept [[clang::nonblocking]]
#endif
#endif
#ifndef NAMRACK_REALTIME
#define NAMRACK_REALTIME noexcept
#endif

#include "tests/engine/realtime_guard.h"

#include <dlfcn.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>

// glibc's own entry points, for the replaced functions to call.
extern "C" {
void* __libc_malloc(std::size_t);
void __libc_free(void*);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace namrack::engine::testing {
namespace {

thread_local bool in_realtime_section = false;
std::atomic<std::size_t> allocations, frees, locks, system_calls;
std::atomic<long> last_system_call{-1};

void count(std::atomic<std::size_t>& counter) {
  if (in_realtime_section) counter.fetch_add(1, std::memory_order_relaxed);
}

void on_system_call(int, siginfo_t* info, void*) {
  system_calls.fetch_add(1, std::memory_order_relaxed);
  last_system_call.store(info->si_syscall, std::memory_order_relaxed);
}

template <class Function>
Function* next_definition(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

RealtimeSection::RealtimeSection() {
  in_realtime_section = true;
}
RealtimeSection::~RealtimeSection() {
  in_realtime_section = false;
}

Violations take_violations() {
  return {allocations.exchange(0), frees.exchange(0), locks.exchange(0), system_calls.exchange(0),
          last_system_call.exchange(-1)};
}

bool forbid_system_calls() {
  struct sigaction action{};
  action.sa_sigaction = &on_system_call;
  action.sa_flags = SA_SIGINFO;
  if (sigaction(SIGSYS, &action, nullptr) != 0) return false;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  // Only the return from the signal handler passes.
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  const sock_fprog program{sizeof filter / sizeof filter[0], filter};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

}  // namespace namrack::engine::testing

namespace guard = namrack::engine::testing;

// Replacements for the whole program and its libraries. operator new and delete end here too.
extern "C" {

void* malloc(std::size_t size) {
  guard::count(guard::allocations);
  return __libc_malloc(size);
}
void free(void* memory) {
  if (memory != nullptr) guard::count(guard::frees);
  __libc_free(memory);
}
void* calloc(std::size_t count, std::size_t size) {
  guard::count(guard::allocations);
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  guard::count(guard::allocations);
  return __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  guard::count(guard::allocations);
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static auto* const next = guard::next_definition<int(pthread_mutex_t*)>("pthread_mutex_lock");
  guard::count(guard::locks);
  return next(mutex);
}
int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  static auto* const next = guard::next_definition<int(pthread_mutex_t*)>("pthread_mutex_trylock");
  guard::count(guard::locks);
  return next(mutex);
}
int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  static auto* const next = guard::next_definition<int(pthread_rwlock_t*)>("pthread_rwlock_rdlock");
  guard::count(guard::locks);
  return next(lock);
}
int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  static auto* const next = guard::next_definition<int(pthread_rwlock_t*)>("pthread_rwlock_wrlock");
  guard::count(guard::locks);
  return next(lock);
}
int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  static auto* const next =
      guard::next_definition<int(pthread_cond_t*, pthread_mutex_t*)>("pthread_cond_wait");
  guard::count(guard::locks);
  return next(condition, mutex);
}
int pthread_cond_signal(pthread_cond_t* condition) {
  static auto* const next = guard::next_definition<int(pthread_cond_t*)>("pthread_cond_signal");
  guard::count(guard::locks);
  return next(condition);
}
int pthread_cond_broadcast(pthread_cond_t* condition) {
  static auto* const next = guard::next_definition<int(pthread_cond_t*)>("pthread_cond_broadcast");
  guard::count(guard::locks);
  return next(condition);
}
}

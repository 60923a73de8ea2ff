// Loaded before libjack: the first call of the function that NAMRACK_TEST_HANG names never returns, as
// libjack itself has been seen to do.
#include <dlfcn.h>
#include <jack/jack.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace {

void hang_once(const char* function) {
  static std::atomic<bool> has_hung{false};
  const char* const named = std::getenv("NAMRACK_TEST_HANG");
  if (named == nullptr || std::strcmp(named, function) != 0 || has_hung.exchange(true)) return;
  for (;;) ::pause();
}

template <typename Function>
Function* original(const char* name, Function*) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int jack_activate(jack_client_t* client) {
  hang_once("jack_activate");
  return original("jack_activate", &jack_activate)(client);
}

int jack_connect(jack_client_t* client, const char* source, const char* destination) {
  hang_once("jack_connect");
  return original("jack_connect", &jack_connect)(client, source, destination);
}

int jack_client_close(jack_client_t* client) {
  hang_once("jack_client_close");
  return original("jack_client_close", &jack_client_close)(client);
}

jack_port_t* jack_port_register(jack_client_t* client, const char* name, const char* type,
                                unsigned long flags, unsigned long size) {
  hang_once("jack_port_register");
  return original("jack_port_register", &jack_port_register)(client, name, type, flags, size);
}
}

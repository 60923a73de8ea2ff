#include "tests/daemon/pipewire_session.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

namespace namrack::test {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::seconds kPatience{60};

bool has_program(const std::string& name) {
  for (const char* folder : {"/usr/bin/", "/usr/local/bin/"})
    if (::access((folder + name).c_str(), X_OK) == 0) return true;
  return false;
}

std::string card(const std::string& name, const std::string& media_class) {
  return "  { factory = adapter args = { factory.name = support.null-audio-sink node.name = " + name +
         " media.class = " + media_class + " object.linger = true audio.position = [ FL FR ] } }\n";
}

std::string configuration(unsigned rate) {
  return "context.properties = {\n  default.clock.rate = " + std::to_string(rate) +
         "\n  default.clock.allowed-rates = [ 44100 48000 96000 ]\n  default.clock.quantum = 256\n"
         "  default.clock.min-quantum = 32\n  default.clock.max-quantum = 2048\n}\ncontext.objects = [\n" +
         card("test-sink", "Audio/Sink") + card("test-source", "Audio/Source/Virtual") + "]\n";
}

}  // namespace

bool PipeWireSession::is_installed() {
  for (const char* program : {"pipewire", "pw-jack", "pw-link", "pw-metadata", "wireplumber", "dbus-daemon"})
    if (!has_program(program)) return false;
  return true;
}

PipeWireSession::PipeWireSession(unsigned rate) {
  const fs::path run_folder = folder_.path() / "run";
  const fs::path settings = folder_.path() / "config" / "pipewire" / "pipewire.conf.d";
  fs::create_directories(settings);
  fs::create_directories(folder_.path() / "home");
  fs::create_directories(run_folder);
  fs::permissions(run_folder, fs::perms::owner_all);
  (void)folder_.write("config/pipewire/pipewire.conf.d/test.conf", configuration(rate));
  environment_ = {{"XDG_RUNTIME_DIR", run_folder.string()},
                  {"XDG_CONFIG_HOME", folder_.file("config")},
                  {"HOME", folder_.file("home")},
                  {"DBUS_SESSION_BUS_ADDRESS", "unix:path=" + (run_folder / "bus").string()}};
  bus_ = run({"dbus-daemon", "--session", "--nofork", "--nopidfile",
              "--address=" + environment_.at("DBUS_SESSION_BUS_ADDRESS")},
             "bus.log");
  start();
}

PipeWireSession::~PipeWireSession() {
  server_->resume();
  stop(SIGTERM);
}

std::unique_ptr<ChildProcess> PipeWireSession::run(const std::vector<std::string>& command,
                                                   const std::string& log) const {
  return std::make_unique<ChildProcess>(command, environment_, folder_.path() / log);
}

// A session manager that starts before the bus or the server is there gives up, so both are waited for.
void PipeWireSession::start() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  const auto wait_until = [&](const auto& condition) {
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("PipeWire did not start:\n" + all_logs());
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  };
  const fs::path run_folder = folder_.path() / "run";
  wait_until([&] { return fs::exists(run_folder / "bus"); });
  fs::remove(run_folder / "pipewire-0");
  server_ = run({"pipewire"}, "server.log");
  wait_until([&] { return fs::exists(run_folder / "pipewire-0"); });
  manager_ = run({"wireplumber"}, "manager.log");
  wait_until([&] { return has_ports(); });
}

bool PipeWireSession::has_ports() {
  fs::remove(folder_.path() / "ports.log");
  const auto list = run({"pw-link", "--output", "--input"}, "ports.log");
  if (list->wait(std::chrono::seconds(5)) != 0) return false;
  const std::string ports = list->log();
  return ports.find("test-sink:playback_FR") != std::string::npos &&
         ports.find("test-source:capture_FR") != std::string::npos;
}

void PipeWireSession::stop(int signal) {
  for (ChildProcess* process : {manager_.get(), server_.get()}) {
    process->signal(signal);
    if (process->wait(std::chrono::seconds(20))) continue;
    process->signal(SIGKILL);
    process->wait();
  }
}

void PipeWireSession::set_rate(unsigned rate) {
  const auto change =
      run({"pw-metadata", "-n", "settings", "0", "clock.force-rate", std::to_string(rate)}, "metadata.log");
  if (change->wait(std::chrono::seconds(20)) != 0)
    throw std::runtime_error("the rate cannot be set:\n" + all_logs());
}

Launch PipeWireSession::launch() const {
  return {.by = {"pw-jack"}, .environment = environment_};
}

std::unique_ptr<RunningDaemon> PipeWireSession::start_daemon(std::vector<std::string> arguments) const {
  for (const char* connection : {"--connect-in=test-source:capture_FL", "--connect-out=test-sink:playback_FL",
                                 "--connect-out=test-sink:playback_FR"})
    arguments.emplace_back(connection);
  return std::make_unique<RunningDaemon>(std::move(arguments), "", launch());
}

std::string PipeWireSession::all_logs() const {
  std::string all;
  for (const char* name : {"bus.log", "server.log", "manager.log", "ports.log", "metadata.log"})
    all += std::string(name) + ":\n" + read_file(folder_.path() / name);
  return all;
}

}  // namespace namrack::test

// A call into libjack that never returns: the daemon goes on with another thread, and says so.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <string>

#include "tests/daemon/jack_rig.h"

namespace namrack::test {
namespace {

namespace json = boost::json;

// The sentence of the problem with this code; empty: there is none.
std::string problem(const json::object& status, std::string_view code) {
  for (const json::value& entry : status.at("problems").as_array())
    if (entry.at("code").as_string() == code) return std::string(entry.at("message").as_string());
  return {};
}

Launch with_hanging(const std::string& function) {
  return {.environment = {{"LD_PRELOAD", NAMRACK_HANGING_LIBJACK}, {"NAMRACK_TEST_HANG", function}}};
}

struct HangCase {
  std::string function, told;
};

class JackHang : public testing::TestWithParam<HangCase> {};

TEST_P(JackHang, IsToldAndOvercome) {
  JackServer server;
  RunningDaemon daemon({load_option("amp", "a1_nano"), "--swap=amp"}, server.name(),
                       with_hanging(GetParam().function));
  const auto control = daemon.connect();
  if (GetParam().function == "jack_client_close") {
    wait_for_jack(*control);
    server.stop(SIGKILL);
    wait_for_jack(*control, false);
    server.start();
  }
  const json::object hanging = control->wait_for_status([](const json::object& status) {
    return problem(status, "jack_refused").find("has not returned") != std::string::npos;
  });
  EXPECT_NE(problem(hanging, "jack_refused").find(GetParam().told), std::string::npos)
      << problem(hanging, "jack_refused");
  // A client whose connections hang plays on for a moment after that has been told.
  control->wait_for_status(
      [](const json::object& status) { return problem(status, "jack_refused").empty(); });
  wait_for_jack(*control);
  const auto blocks = [&] {
    return control->call("status").at("dsp").at("blocks").to_number<std::uint64_t>();
  };
  const std::uint64_t before = blocks();
  control->wait_for_status([&](const json::object&) { return blocks() > before + 10; });
  EXPECT_EQ(problem(control->call("status"), "jack_refused"), "");
  // Under its own name, with its connections: the client that was given up has left the server.
  const TestPort observer(server.name(), "observer", TestPort::Kind::records);
  control->wait_for_status([&](const json::object&) {
    return observer.connections_of("namrack:in") == std::vector<std::string>{"system:capture_1"};
  });
}

INSTANTIATE_TEST_SUITE_P(In, JackHang,
                         testing::Values(HangCase{"jack_port_register", "opening a JACK client"},
                                         HangCase{"jack_activate", "activating the JACK client"},
                                         HangCase{"jack_connect", "connecting JACK ports"},
                                         HangCase{"jack_client_close", "closing the JACK client"}),
                         [](const auto& parameter) { return parameter.param.function; });

}  // namespace
}  // namespace namrack::test

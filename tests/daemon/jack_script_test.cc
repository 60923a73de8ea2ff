// A script is heard live as it is rendered offline.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "player/offline_host.h"
#include "protocol/script.h"
#include "tests/daemon/jack_rig.h"

namespace namrack::test {
namespace {

namespace json = boost::json;

constexpr std::size_t kFrames = 3 * 48000;

// Everything that takes a time, two lines at one frame, frames inside blocks.
std::string script_text() {
  const auto load = [](const char* name, const char* model) {
    return json::serialize(
               json::object{{"method", "load"}, {"params", {{"name", name}, {"path", model_path(model)}}}}) +
           "\n";
  };
  return load("a", "a1_small") + load("b", "a1_standard") +
         R"({"method":"set","params":{"level_mode":"raw","dc_blocker":"off","fade_ms":15}}
{"method":"swap","params":{"name":"b"}}
{"method":"set","params":{"input_db":2}}
{"method":"scene.save","params":{"name":"loud"}}
{"method":"set","params":{"input_db":0}}
{"method":"swap","params":{"name":"a","fade_ms":0}}
# From here on in time.
{"at_ms":500.3,"method":"swap","params":{"name":"b","fade_ms":40}}
{"at_ms":500.3,"method":"set","params":{"output_db":-2}}
{"at_frame":43000,"method":"bypass","params":{"on":true}}
{"at_ms":1000,"method":"bypass","params":{"on":false}}
{"at_ms":1500,"method":"tx","params":{"operations":[{"method":"swap","params":{"name":null}},{"method":"set","params":{"output_db":-6}}]}}
{"at_ms":2222.2,"method":"scene.recall","params":{"name":"loud","fade_ms":100}}
)";
}

TEST(JackScript, IsHeardLiveAsItIsRenderedOffline) {
  JackRig rig({});
  const std::vector<protocol::ScriptLine> script = protocol::read_script(script_text(), kRate);
  rig.guitar->play_sine(110.0, 0.3F);
  const TemporaryFolder folder;
  const std::string file = folder.write("show.jsonl", script_text());
  const std::uint32_t start = rig.soon();
  rig.recorder->start_recording(start, kFrames);
  ChildProcess play({NAMRACK_BUILD_DIR "/namrack", "--socket", rig.daemon.socket().string(), "play", file,
                     "--at-frame", std::to_string(start), "--ahead", "1000"},
                    {}, rig.daemon.folder() / "play.log");
  rig.control->wait_for_status(
      [](const json::object& status) { return status.at("waiting").to_number<int>() == 6; });
  ASSERT_LT(rig.recorder->frame(), start) << "this machine is too slow";
  rig.guitar->set_freewheel(true);
  const std::vector<float> recorded = rig.recorder->finish_recording();
  rig.guitar->set_freewheel(false);
  EXPECT_EQ(play.wait(), 0) << play.log();

  player::OfflineHost host(kRate, 300);
  std::vector<std::string> methods;
  const std::vector<float> rendered =
      host.play(script, sine_from(start, kFrames, 110.0, 0.3F, kRate),
                [&](const protocol::ScriptLine& line, const json::object& /*result*/) {
                  methods.push_back(line.method);
                },
                {});
  EXPECT_EQ(methods.size(), script.size());
  EXPECT_EQ(first_difference(rendered, recorded, kMemory, kFrames), "");
  EXPECT_GT(level(recorded, kFrames / 2, kFrames), 1e-3);
}

}  // namespace
}  // namespace namrack::test

// Every example of the protocol's documentation, replayed against a real namrackd without JACK.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/daemon/running_daemon.h"
#include "tests/protocol/transcript.h"

namespace namrack::test {
namespace {

namespace fs = std::filesystem;
using protocol::TranscriptLine;

std::vector<fs::path> transcripts() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(NAMRACK_FIXTURES "/protocol"))
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class Replay {
 public:
  explicit Replay(ControlClient& client) : client_(client) {}

  void check(const TranscriptLine& line) {
    if (line.kind == TranscriptLine::Kind::request) {
      client_.send(line.text + "\n");
      return;
    }
    const std::string actual = next(line.kind == TranscriptLine::Kind::event);
    const auto mismatch = protocol::find_mismatch(std::string_view(line.text), actual);
    EXPECT_FALSE(mismatch) << "line " << line.number << ": " << *mismatch << "\n" << actual;
  }
  /// Whatever nobody asked for.
  std::vector<std::string> rest() {
    client_.finish_sending();
    std::vector<std::string> lines(waiting_[0].begin(), waiting_[0].end());
    lines.insert(lines.end(), waiting_[1].begin(), waiting_[1].end());
    while (auto line = client_.read_line()) lines.push_back(*line);
    return lines;
  }

 private:
  std::string next(bool event) {
    while (waiting_[event ? 1 : 0].empty()) {
      const auto line = client_.read_line();
      if (!line) return "(the daemon hung up)";
      const bool is_event = line->find("\"method\":\"event\"") != std::string::npos;
      waiting_[is_event ? 1 : 0].push_back(*line);
    }
    std::string line = waiting_[event ? 1 : 0].front();
    waiting_[event ? 1 : 0].pop_front();
    return line;
  }

  ControlClient& client_;
  std::deque<std::string> waiting_[2];
};

class TranscriptTest : public testing::TestWithParam<fs::path> {};

TEST_P(TranscriptTest, TheDaemonAnswersAsDocumented) {
  RunningDaemon daemon;
  const auto client = daemon.connect();
  Replay replay(*client);
  for (const auto& line : protocol::read_transcript(GetParam(), {{"FIXTURES", NAMRACK_FIXTURES}}))
    replay.check(line);
  for (const std::string& line : replay.rest()) ADD_FAILURE() << "unasked for: " << line;
}

INSTANTIATE_TEST_SUITE_P(Documented, TranscriptTest, testing::ValuesIn(transcripts()),
                         [](const auto& parameter) { return parameter.param.stem().string(); });

TEST(TranscriptTest, ThereAreTranscriptsOfEveryMethod) {
  EXPECT_GE(transcripts().size(), 13U);
}

}  // namespace
}  // namespace namrack::test

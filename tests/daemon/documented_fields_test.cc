// What the daemon really answers, held to the tables that the documentation is made of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/daemon/running_daemon.h"
#include "tests/protocol/transcript.h"
#include "tests/protocol/wire_check.h"

namespace namrack::test {
namespace {

namespace fs = std::filesystem;
using protocol::TranscriptLine;

// Sends the requests of a transcript to a daemon of its own; whether the replies are right others judge.
void listen_to(protocol::WireCheck& check, const fs::path& transcript) {
  RunningDaemon daemon;
  const auto client = daemon.connect();
  for (const auto& line : protocol::read_transcript(transcript, {{"FIXTURES", NAMRACK_FIXTURES}})) {
    if (line.kind != TranscriptLine::Kind::request) continue;
    check.sent(line.text + "\n");
    client->send(line.text + "\n");
  }
  client->finish_sending();
  while (const auto line = client->read_line()) check.received(*line);
}

TEST(DocumentedFields, EveryResultOfTheTranscriptsIsAsItsSchemaSaysAndEveryRowIsSent) {
  protocol::WireCheck check;
  for (const auto& entry : fs::directory_iterator(NAMRACK_FIXTURES "/protocol"))
    if (entry.path().extension() == ".jsonl") listen_to(check, entry.path());
  EXPECT_THAT(check.faults(), testing::IsEmpty()) << "mend its row in protocol/commands";
  std::set<std::string> never = check.never_sent_in_results();
  // Without JACK nobody presses a pedal and nothing waits for its time, and no transcript breaks the machine:
  // DocumentedEvents holds these to their rows.
  std::erase_if(never, [](const std::string& field) {
    return field.starts_with("midi.learn") || field.starts_with("pending: changes[].") ||
           field.starts_with("status: problems[].");
  });
  EXPECT_THAT(never, testing::IsEmpty()) << "its row is wrong, or no transcript has it";
}

}  // namespace
}  // namespace namrack::test

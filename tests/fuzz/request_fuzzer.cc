// The fuzzer of the lines that a daemon and its clients send each other.

#include <string_view>
#include <vector>

#include "protocol/command_table.h"
#include "tests/fuzz/json_fuzzer.h"
#include "tests/fuzz/targets.h"

namespace namrack::fuzz {
namespace {

/// Methods, parameters and choices, from the command table itself.
std::vector<std::string_view> protocol_words() {
  std::vector<std::string_view> words{"jsonrpc", "2.0",   "id",   "method",  "params",
                                      "result",  "error", "code", "message", "toggle",
                                      "event",   "topic", "seq",  "frame",   "data"};
  for (const protocol::CommandSpec& command : protocol::command_table()) {
    words.push_back(command.name);
    for (const protocol::ParamSpec& param : command.params) {
      words.push_back(param.name);
      words.insert(words.end(), param.choices.begin(), param.choices.end());
    }
  }
  return words;
}

}  // namespace

const JsonFuzzer& json_fuzzer() {
  static const std::vector<std::string_view> words = protocol_words();
  static const JsonFuzzer fuzzer{.run = read_line, .words = words, .repair = [](boost::json::value&) {}};
  return fuzzer;
}

}  // namespace namrack::fuzz

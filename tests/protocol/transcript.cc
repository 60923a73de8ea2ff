#include "tests/protocol/transcript.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace namrack::protocol {
namespace {

std::string substitute(std::string_view text, const TranscriptVariables& variables, int number) {
  std::string out;
  while (true) {
    const std::size_t begin = text.find("${");
    out += text.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    const std::size_t end = text.find('}', begin);
    const std::string_view name = text.substr(begin + 2, end - begin - 2);
    const auto variable = variables.find(name);
    if (variable == variables.end()) {
      throw std::runtime_error(fmt::format("transcript line {}: unknown variable {}", number, name));
    }
    out += variable->second;
    text.remove_prefix(end + 1);
  }
}

TranscriptLine::Kind kind_of(char mark, int number) {
  switch (mark) {
    case '>':
      return TranscriptLine::Kind::request;
    case '<':
      return TranscriptLine::Kind::reply;
    case '*':
      return TranscriptLine::Kind::event;
    default:
      throw std::runtime_error(fmt::format("transcript line {}: unknown mark {}", number, mark));
  }
}

}  // namespace

std::vector<TranscriptLine> parse_transcript(std::string_view text, const TranscriptVariables& variables) {
  std::vector<TranscriptLine> lines;
  std::istringstream stream{std::string(text)};
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    const TranscriptLine::Kind kind = kind_of(line.front(), number);
    if (line.size() < 2 || line[1] != ' ') {
      throw std::runtime_error(fmt::format("transcript line {}: a space must follow the mark", number));
    }
    lines.push_back({kind, number, substitute(std::string_view(line).substr(2), variables, number)});
  }
  return lines;
}

std::vector<TranscriptLine> read_transcript(const std::filesystem::path& path,
                                            const TranscriptVariables& variables) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read transcript " + path.string());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_transcript(text, variables);
}

std::string transcript_in_markdown(std::string_view markdown) {
  std::istringstream stream{std::string(markdown)};
  std::string out;
  std::string line;
  bool is_inside = false;
  while (std::getline(stream, line)) {
    if (line.starts_with("```")) {
      is_inside = line == "```jsonl";
    } else if (is_inside) {
      out += line;
    }
    out += '\n';
  }
  return out;
}

}  // namespace namrack::protocol

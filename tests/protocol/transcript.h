#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace namrack::protocol {

/// A recorded conversation with the daemon, the format of fixtures/protocol/*.jsonl:
///   # a comment          > a request, sent as it stands          < the reply, a pattern
///   * an event, a pattern; events may arrive between replies, so their order is kept apart from the replies'
/// ${NAME} in a line is replaced by a variable.
///
/// A pattern is JSON. The strings "<any>", "<string>", "<number>", "<integer>", "<bool>", "<null>", "<array>"
/// and
/// "<object>" stand for any value of that kind; "<number|null>" for either. Everything else must be equal;
/// numbers compare by value. An object with the member "..." may have more members, an array that ends with
/// "..." more elements.
struct TranscriptLine {
  enum class Kind { request, reply, event };
  Kind kind = Kind::request;
  int number = 0;    ///< in the file, from 1
  std::string text;  ///< without the mark
};

using TranscriptVariables = std::map<std::string, std::string, std::less<>>;

/// Throws std::runtime_error that names the line when it cannot be understood or a variable is unknown.
std::vector<TranscriptLine> parse_transcript(std::string_view text, const TranscriptVariables& variables);
std::vector<TranscriptLine> read_transcript(const std::filesystem::path& path,
                                            const TranscriptVariables& variables);

/// The transcripts in the ```jsonl blocks of a Markdown text; the other lines are blank, so that numbers fit.
std::string transcript_in_markdown(std::string_view markdown);

/// Why `actual` does not match, with its place ("result.rev: expected <number>, found null"); nullopt if it
/// does.
std::optional<std::string> find_mismatch(const boost::json::value& pattern, const boost::json::value& actual);

/// The same for texts; one that is not JSON is a mismatch.
std::optional<std::string> find_mismatch(std::string_view pattern, std::string_view actual);

}  // namespace namrack::protocol

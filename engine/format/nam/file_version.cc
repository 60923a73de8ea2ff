#include "engine/format/nam/file_version.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace namrack::engine {
namespace {

using Version = std::array<std::uint32_t, 3>;

constexpr Version kOldest{0, 5, 0};
constexpr Version kNewestKnown{0, 7, 0};

std::optional<Version> parse(std::string_view text) {
  Version version{};
  for (std::size_t part = 0; part < version.size(); ++part) {
    // from_chars would take a sign; a version has digits only.
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    const char* const begin = &text.front();
    const auto [next, failure] = std::from_chars(begin, begin + text.size(), version[part]);
    if (failure != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(next - begin));
    if (part + 1 < version.size()) {
      if (text.empty() || text.front() != '.') return std::nullopt;
      text.remove_prefix(1);
    }
  }
  return text.empty() ? std::optional(version) : std::nullopt;
}

}  // namespace

std::string check_file_version(const JsonNode& node, std::vector<std::string>& warnings) {
  std::string text = node.string();
  const std::optional<Version> version = parse(text);
  if (!version) throw node.error("a version such as \"0.5.4\"");
  const bool too_old = *version < kOldest;
  const bool too_new = (*version)[0] > kNewestKnown[0] || (*version)[1] > kNewestKnown[1];
  if (too_old || too_new) {
    throw node.error("a file version from 0.5.0 to 0.7.x", std::nullopt, ModelError::Kind::unsupported);
  }
  if (*version > kNewestKnown) {
    warnings.push_back("file version " + text + " is newer than 0.7.0, which is the newest fully known");
  }
  return text;
}

}  // namespace namrack::engine

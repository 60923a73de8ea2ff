#include "cli/text/units.h"

#include <fmt/format.h>

#include <cmath>

namespace namrack::cli {
namespace {

/// About three significant digits, without a useless ".0".
std::string short_number(double number) {
  const double magnitude = std::fabs(number);
  const int decimals = magnitude >= 100.0 ? 0 : magnitude >= 10.0 ? 1 : 2;
  std::string text = fmt::format("{:.{}f}", number, decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

}  // namespace

std::string rate_text(double hz) {
  return fmt::format("{} kHz", hz / 1000.0);
}

std::string frames_text(double frames, std::optional<double> rate) {
  std::string text = fmt::format("{:.0f} {}", frames, frames == 1.0 ? "frame" : "frames");
  if (rate && *rate > 0.0) text += fmt::format(" ({})", milliseconds_text(frames / *rate * 1000.0));
  return text;
}

std::string bytes_text(double bytes) {
  if (bytes < 1024.0) return fmt::format("{:.0f} B", bytes);
  if (bytes < 1024.0 * 1024.0) return short_number(bytes / 1024.0) + " KiB";
  return short_number(bytes / (1024.0 * 1024.0)) + " MiB";
}

std::string percent_text(double fraction) {
  return short_number(fraction * 100.0) + " %";
}
std::string decibel_text(double db) {
  return short_number(db) + " dB";
}
std::string gain_text(double db) {
  const std::string text = decibel_text(db);
  return text.front() == '-' || text == "0 dB" ? text : '+' + text;
}
std::string milliseconds_text(double ms) {
  return short_number(ms) + " ms";
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::fmax(0.0, seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
  return fmt::format("{} d {} h", whole / 86400, whole / 3600 % 24);
}

std::string count_text(double count) {
  std::string text = fmt::format("{:.0f}", count);
  const std::size_t first = text.front() == '-' ? 1 : 0;
  for (std::size_t i = text.size(); i > first + 3;) text.insert(i -= 3, 1, ',');
  return text;
}

std::string counted_text(double count, std::string_view noun) {
  return fmt::format("{} {}{}", count_text(count), noun, count == 1.0 ? "" : "s");
}

}  // namespace namrack::cli

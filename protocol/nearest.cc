#include "protocol/nearest.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

#include "protocol/quote.h"

namespace namrack::protocol {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

// Optimal string alignment distance, over bytes.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t exchange = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, exchange});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, std::span<const std::string_view> names) {
  const std::string wanted = lower(word);
  // A third of the letters may be wrong: "lead" is not "live".
  std::size_t least = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  std::optional<std::string> best;
  for (const std::string_view name : names) {
    const std::size_t d = distance(wanted, lower(name));
    if (d >= least) continue;
    least = d;
    best = std::string(name);
  }
  if (best || wanted.empty()) return best;
  const auto begins = [&](std::string_view name) { return lower(name).starts_with(wanted); };
  if (std::ranges::count_if(names, begins) != 1) return std::nullopt;
  return std::string(*std::ranges::find_if(names, begins));
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  return nearest(word, std::span(views));
}

std::string did_you_mean(const std::optional<std::string>& name) {
  return name ? "; did you mean " + quote(*name) + "?" : std::string();
}

boost::json::object with_nearest(boost::json::object data, const std::optional<std::string>& name) {
  if (name) data["nearest"] = *name;
  return data;
}

}  // namespace namrack::protocol

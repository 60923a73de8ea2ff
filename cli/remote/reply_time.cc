#include "cli/remote/reply_time.h"

#include "cli/text/fields.h"

namespace namrack::cli {
namespace {

constexpr double kPatienceSeconds = 30.0;
// The longer of in_ms and of timeout_ms, which midi.learn has.
constexpr double kLongestDelayMs = 86400000.0;

}  // namespace

double seconds_to_connect(const GlobalOptions& options) {
  return options.timeout_s.value_or(kPatienceSeconds);
}

std::optional<double> seconds_to_wait(const GlobalOptions& options, const boost::json::object& params) {
  if (options.timeout_s) return options.timeout_s;
  if (params.contains("at_frame") || params.contains("at_bar") || params.contains("at_beat"))
    return std::nullopt;
  const Fields fields(params);
  const double delay_ms = fields.number("in_ms").value_or(fields.number("timeout_ms").value_or(0.0));
  const bool may_be = delay_ms >= 0.0 && delay_ms <= kLongestDelayMs;  // others the daemon refuses at once
  return kPatienceSeconds + (may_be ? delay_ms * 1e-3 : 0.0);
}

}  // namespace namrack::cli

#include "player/problems.h"

#include <spdlog/fmt/chrono.h>
#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

namespace namrack::player {
namespace json = boost::json;
using protocol::ProblemCode;
using protocol::ProblemSpec;

void Problems::raise(ProblemCode code, const std::string& what, std::string message) {
  const Key key{code, what};
  const auto [found, is_new] = problems_.try_emplace(key, Problem{.message = {}, .since = Clock::now()});
  Problem& problem = found->second;
  if (!is_new && problem.message == message) return;
  problem.message = std::move(message);
  const ProblemSpec& spec = protocol::problem_spec(code);
  spdlog::log(spec.is_error ? spdlog::level::err : spdlog::level::warn, "{}", problem.message);
  publish(key, problem, true);
}

void Problems::clear(ProblemCode code, const std::string& what) {
  const auto found = problems_.find({code, what});
  if (found == problems_.end()) return;
  const auto ended = problems_.extract(found);
  spdlog::info("no longer so: {}", ended.mapped().message);
  publish(ended.key(), ended.mapped(), false);
}

void Problems::set(ProblemCode code, const std::map<std::string, std::string>& messages) {
  std::vector<std::string> ended;
  for (const auto& [key, problem] : problems_)
    if (key.first == code && !messages.contains(key.second)) ended.push_back(key.second);
  for (const std::string& what : ended) clear(code, what);
  for (const auto& [what, message] : messages) raise(code, what, message);
}

bool Problems::lasts(ProblemCode code, const std::string& what) const {
  return problems_.contains({code, what});
}

json::array Problems::to_json() const {
  json::array all;
  for (const auto& [key, problem] : problems_) all.push_back(describe(key, problem));
  return all;
}

json::object Problems::describe(const Key& key, const Problem& problem) {
  const ProblemSpec& spec = protocol::problem_spec(key.first);
  const std::time_t since = Clock::to_time_t(problem.since);
  return {{"code", spec.name},
          {"message", problem.message},
          {"what", key.second},
          {"severity", spec.is_error ? "error" : "warn"},
          {"since", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(since))}};
}

void Problems::publish(const Key& key, const Problem& problem, bool is_active) {
  json::object data = describe(key, problem);
  data["active"] = is_active;
  events_.publish(protocol::Topic::problem, rev_(), std::nullopt, data, 0);
}

}  // namespace namrack::player

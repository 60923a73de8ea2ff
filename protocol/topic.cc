#include "protocol/topic.h"

#include <algorithm>

namespace namrack::protocol {
namespace {

constexpr bool rows_follow_the_enumeration() {
  for (std::size_t i = 0; i < kTopics.size(); ++i) {
    if (static_cast<std::size_t>(kTopics[i].topic) != i) return false;
  }
  return true;
}
static_assert(rows_follow_the_enumeration(), "topic_name() indexes by the enumeration");

}  // namespace

std::string_view topic_name(Topic topic) {
  return kTopicNames.at(static_cast<std::size_t>(topic));
}

std::optional<Topic> topic_from_name(std::string_view name) {
  const auto* const row = std::ranges::find(kTopics, name, &TopicSpec::name);
  return row == kTopics.end() ? std::nullopt : std::optional(row->topic);
}

}  // namespace namrack::protocol

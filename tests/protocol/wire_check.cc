#include "tests/protocol/wire_check.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "protocol/topic.h"

namespace namrack::protocol {

namespace json = boost::json;

WireCheck::WireCheck() {
  for (const std::string_view method : command_names())
    methods_.emplace(method, Documented::result_of(method));
  for (const TopicSpec& topic : kTopics) topics_.emplace(topic.name, Documented::data_of(topic.topic));
}

void WireCheck::sent(std::string_view text) {
  piece_ += text;
  for (std::size_t end = piece_.find('\n'); end != std::string::npos; end = piece_.find('\n')) {
    boost::system::error_code error;
    const json::value request = json::parse(piece_.substr(0, end), error);
    if (!error) note(request);
    piece_.erase(0, end + 1);
  }
}

void WireCheck::note(const json::value& request) {
  if (const json::array* const batch = request.if_array())
    for (const json::value& one : *batch) note(one);
  const json::object* const object = request.if_object();
  if (object == nullptr || !object->contains("id") || !object->contains("method")) return;
  if (const json::string* const method = object->at("method").if_string())
    waiting_[json::serialize(object->at("id"))] = std::string(*method);
}

void WireCheck::received(std::string_view line) {
  boost::system::error_code error;
  const json::value message = json::parse(line, error);
  if (!error) judge(message);
}

void WireCheck::judge(const json::value& message) {
  if (const json::array* const batch = message.if_array())
    for (const json::value& one : *batch) judge(one);
  const json::object* const object = message.if_object();
  if (object == nullptr) return;
  if (object->contains("method")) {
    const json::object& params = object->at("params").as_object();
    const auto topic = topics_.find(std::string_view(params.at("topic").as_string()));
    if (topic != topics_.end()) topic->second.see(params.at("data").as_object());
  } else if (object->contains("result")) {
    const auto method = methods_.find(waiting_[json::serialize(object->at("id"))]);
    if (method != methods_.end()) method->second.see(object->at("result").as_object());
  }
}

std::set<std::string> WireCheck::faults() const {
  std::set<std::string> all;
  for (const Tables* const tables : {&methods_, &topics_})
    for (const auto& [name, documented] : *tables)
      all.insert(documented.faults().begin(), documented.faults().end());
  return all;
}

std::set<std::string> WireCheck::never_sent(const Tables& tables) {
  std::set<std::string> all;
  for (const auto& [name, documented] : tables) all.merge(documented.never_sent());
  return all;
}

std::set<std::string> WireCheck::never_sent_in_results() const {
  return never_sent(methods_);
}
std::set<std::string> WireCheck::never_sent_in_events() const {
  return never_sent(topics_);
}

}  // namespace namrack::protocol

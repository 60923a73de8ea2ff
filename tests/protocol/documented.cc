#include "tests/protocol/documented.h"

#include <algorithm>

#include "parameters/settings.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;

const FieldSpec* find_row(std::span<const FieldSpec> fields, std::string_view field) {
  const auto row = std::ranges::find(fields, field, &FieldSpec::field);
  return row == fields.end() ? nullptr : &*row;
}

}  // namespace

Documented Documented::result_of(std::string_view method) {
  Documented documented(method);
  documented.own_ = place_of({method});
  documented.own_.is_own = true;
  return documented;
}

Documented Documented::data_of(std::string_view topic) {
  Documented documented("event " + std::string(topic));
  documented.own_ = {.results = {}, .fields = fields_of_event(topic), .prefix = ""};
  return documented;
}

Documented::Place Documented::place_of(const SameAs& as) {
  const CommandSpec* const command = find_command(as.method);
  if (command == nullptr) throw std::invalid_argument("no method " + std::string(as.method));
  return {.results = command->result,
          .fields = fields_in_result(as.method),
          .prefix = as.field.empty() ? "" : std::string(as.field) + '.',
          .is_own = false};
}

void Documented::see(const json::object& sent) {
  see_object(own_, sent, name_ + ": ");
}

std::set<std::string> Documented::never_sent() const {
  std::set<std::string> never;
  const auto judge = [&](std::string_view field) {
    if (!sent_.contains(std::string(field))) never.insert(name_ + ": " + std::string(field));
  };
  for (const ResultField& result : own_.results) judge(result.name);
  for (const FieldSpec& field : own_.fields)
    if (!field.help.empty()) judge(field.field);
  return never;
}

bool Documented::has_row(const Place& place, const std::string& field) {
  const FieldSpec* const inside = find_row(place.fields, field);
  const bool is_result = std::ranges::find(place.results, field, &ResultField::name) != place.results.end();
  if (!is_result && (inside == nullptr || inside->help.empty())) return false;
  if (place.is_own) sent_.insert(field);
  return true;
}

void Documented::see_object(const Place& place, const json::object& sent, const std::string& shown) {
  const FieldSpec* const whole = place.prefix.empty() ? find_row(place.fields, "") : nullptr;
  for (const auto& [key, value] : sent) {
    const std::string field = place.prefix + std::string(key);
    if (has_row(place, field))
      see_value(place, field, value, shown + std::string(key));
    else if (whole != nullptr)
      see_inside(whole->as, {{key, value}}, shown);
    else
      undocumented_.insert(shown + std::string(key));
  }
}

void Documented::see_value(const Place& place, const std::string& field, const json::value& value,
                           const std::string& shown) {
  const auto see_one = [&](const json::object& object, const std::string& name, const std::string& path) {
    const FieldSpec* const row = find_row(place.fields, name);
    Place inside = place;
    inside.prefix = name + '.';
    if (row == nullptr || row->as.method.empty())
      see_object(inside, object, path + '.');
    else
      for (const auto& [key, member] : object) {
        // What is said here wins over what is said there.
        if (const std::string own = inside.prefix + std::string(key); has_row(place, own))
          see_value(place, own, member, path + '.' + std::string(key));
        else
          see_inside(row->as, {{key, member}}, path + '.');
      }
  };
  if (const json::object* const object = value.if_object()) see_one(*object, field, shown);
  if (const json::array* const list = value.if_array())
    for (const json::value& element : *list)
      if (const json::object* const object = element.if_object())
        see_one(*object, field + "[]", shown + "[]");
}

void Documented::see_inside(const SameAs& as, const json::object& sent, const std::string& shown) {
  if (as == kAnything) return;
  if (as == kTheSettings)
    see_settings(sent, shown);
  else
    see_object(place_of(as), sent, shown);
}

void Documented::see_settings(const json::object& sent, const std::string& shown) {
  for (const auto& [key, value] : sent)
    if (!find_setting(key)) undocumented_.insert(shown + std::string(key));
}

}  // namespace namrack::protocol

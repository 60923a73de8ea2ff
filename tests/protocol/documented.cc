#include "tests/protocol/documented.h"

#include <algorithm>
#include <stdexcept>

namespace namrack::protocol {
namespace {

namespace json = boost::json;

bool is_integer(const json::value& value) {
  return value.is_int64() || value.is_uint64();
}

bool all_are(const json::value& value, bool (*is_right)(const json::value&)) {
  return value.is_array() && std::ranges::all_of(value.get_array(), is_right);
}

bool fits(FieldType type, const json::value& value) {
  switch (type) {
    case FieldType::text:
      return value.is_string();
    case FieldType::number:
      return value.is_number();
    case FieldType::integer:
      return is_integer(value);
    case FieldType::boolean:
      return value.is_bool();
    case FieldType::object:
      return value.is_object();
    case FieldType::list:
      return all_are(value, [](const json::value& item) { return item.is_object(); });
    case FieldType::texts:
      return all_are(value, [](const json::value& item) { return item.is_string(); });
    case FieldType::integers:
      return all_are(value, is_integer);
    case FieldType::anything:
      return true;
  }
  return false;
}

}  // namespace

Documented Documented::result_of(std::string_view method) {
  const CommandSpec* const command = find_command(method);
  if (command == nullptr) throw std::invalid_argument("no method " + std::string(method));
  return {std::string(method), {command->result, {}}};
}

Documented Documented::data_of(Topic topic) {
  const EventSpec& event = event_spec(topic);
  return {"event " + std::string(topic_name(topic)), {event.data, event.base}};
}

const FieldSpec* Documented::Rows::find(std::string_view name, bool& is_own) const {
  const auto row = std::ranges::find(own, name, &FieldSpec::name);
  is_own = row != own.end();
  if (is_own) return &*row;
  const auto other = std::ranges::find(base, name, &FieldSpec::name);
  return other != base.end() ? &*other : nullptr;
}

void Documented::see(const json::object& sent) {
  is_seen_ = true;
  see_object(rows_, sent, "", true);
}

void Documented::note(const std::string& path, std::string_view fault) {
  faults_.insert(name_ + ": " + path + ' ' + std::string(fault));
}

void Documented::see_object(const Rows& rows, const json::object& sent, const std::string& path,
                            bool counts) {
  for (const auto& [key, value] : sent) {
    const std::string field = path + std::string(key);
    bool is_own = false;
    if (const FieldSpec* const row = rows.find(key, is_own))
      see_value(*row, value, field, counts && is_own);
    else
      note(field, "has no row");
  }
  look_for_gaps(rows, sent, path);
}

void Documented::look_for_gaps(const Rows& rows, const json::object& sent, const std::string& path) {
  for (const std::span<const FieldSpec> some : {rows.own, rows.base})
    for (const FieldSpec& row : some) {
      bool is_own = false;
      const bool is_needed = !rows.find(row.name, is_own)->is_optional;
      if (is_needed && !sent.contains(row.name)) note(path + std::string(row.name), "is left out");
    }
}

void Documented::see_value(const FieldSpec& row, const json::value& value, const std::string& path,
                           bool counts) {
  if (counts) sent_.insert(path);
  if (value.is_null()) {
    if (!row.is_nullable) note(path, "is null");
    return;
  }
  if (!fits(row.type, value)) note(path, "is no " + describe_type(row));
  if (row.fields.empty() && row.base.empty()) return;
  const Rows inside{row.fields, row.base};
  if (const json::object* const object = value.if_object()) see_object(inside, *object, path + '.', counts);
  if (const json::array* const list = value.if_array())
    for (const json::value& item : *list)
      if (const json::object* const object = item.if_object())
        see_object(inside, *object, path + "[].", counts);
}

std::set<std::string> Documented::never_sent() const {
  std::set<std::string> never;
  if (!is_seen_) never.insert(name_);
  list_never_sent(rows_.own, "", never);
  return never;
}

void Documented::list_never_sent(std::span<const FieldSpec> rows, const std::string& path,
                                 std::set<std::string>& never) const {
  for (const FieldSpec& row : rows) {
    const std::string field = path + std::string(row.name);
    if (!sent_.contains(field)) never.insert(name_ + ": " + field);
    list_never_sent(row.fields, field + (row.type == FieldType::list ? "[]." : "."), never);
  }
}

}  // namespace namrack::protocol

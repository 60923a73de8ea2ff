#include "protocol/parameter_json.h"

#include <algorithm>
#include <string_view>

#include "protocol/param_check.h"

namespace namrack::protocol {
namespace json = boost::json;

json::value value_json(const Parameter& row, double value) {
  switch (row.kind) {
    case ParameterKind::number:
      return value;
    case ParameterKind::integer:
      return static_cast<std::int64_t>(value);
    case ParameterKind::boolean:
      return value != 0.0;
    case ParameterKind::choice:
      return json::value(row.choices[static_cast<std::size_t>(value)]);
  }
  return nullptr;
}

double value_in(const Parameter& row, const json::value& value) {
  check_value(param_of(row), value);
  if (row.is_number()) return value.to_number<double>();
  if (row.kind == ParameterKind::boolean) return value.get_bool() ? 1.0 : 0.0;
  const auto choice = std::ranges::find(row.choices, std::string_view(value.get_string()));
  return static_cast<double>(choice - row.choices.begin());
}

}  // namespace namrack::protocol

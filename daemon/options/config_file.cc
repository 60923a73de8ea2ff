// The configuration file. Reading TOML takes long to compile, so that it has a source of its own.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "daemon/options/option_sources.h"
#include "daemon/options/option_table.h"
#include "player/state/durable_file.h"
#include "protocol/quote.h"
#include "protocol/utf8.h"

namespace namrack::daemon {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;

[[noreturn]] void fail(const std::string& file, const toml::source_region& place, const std::string& what) {
  throw OptionError(fmt::format("{}:{}:{}: {}", file, place.begin.line, place.begin.column, what));
}

std::string_view name_of(toml::node_type type) {
  switch (type) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

std::string_view expected_of(const OptionSpec& option) {
  if (option.kind == OptionKind::flag) return "true or false";
  if (option.kind == OptionKind::number) return "a number";
  return option.is_list ? "a string, or an array of strings" : "a string";
}

// The value as it would stand on the command line.
std::string text_of(const OptionSpec& option, const toml::node& node, const std::string& file) {
  const bool fits = option.kind == OptionKind::flag     ? node.is_boolean()
                    : option.kind == OptionKind::number ? node.is_number()
                                                        : node.is_string();
  if (!fits)
    fail(file, node.source(),
         fmt::format("{}: expected {}, found {}", option.name, expected_of(option), name_of(node.type())));
  std::string text;
  if (option.kind == OptionKind::flag)
    text = node.value<bool>().value() ? "true" : "false";
  else if (option.kind == OptionKind::number)
    text = fmt::format("{}", node.value<double>().value());
  else
    text = node.value<std::string>().value();
  if (const std::string fault = option_fault(option, text); !fault.empty())
    fail(file, node.source(), fmt::format("{}: {}", option.name, fault));
  return text;
}

void read_entry(OptionValues& values, const toml::key& key, const toml::node& node, const std::string& file) {
  std::string name(key.str());
  std::ranges::replace(name, '_', '-');
  const OptionSpec* const option = find_option(name);
  if (option == nullptr || option->is_command)
    fail(file, key.source(),
         fmt::format("there is no key {}{}", protocol::quote(key.str()), nearest_option(name, true)));
  if (values.contains(name)) fail(file, key.source(), fmt::format("{} is given twice", option->name));
  std::vector<std::string>& texts = values[name];
  const toml::array* const array = option->is_list ? node.as_array() : nullptr;
  if (array == nullptr) {
    texts.push_back(text_of(*option, node, file));
    return;
  }
  for (const toml::node& element : *array) texts.push_back(text_of(*option, element, file));
}

}  // namespace

OptionValues read_config_text(std::string_view text, const std::string& name) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    throw OptionError(name + ":1:1: this is UTF-16; save it as UTF-8");
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const auto bad = protocol::invalid_utf8(text)) {
    const std::string_view before = text.substr(0, *bad);
    const auto line_begin = before.rfind('\n') + 1;  // 0 when there is none
    throw OptionError(fmt::format("{}:{}:{}: {}", name, std::ranges::count(before, '\n') + 1,
                                  *bad - line_begin + 1, protocol::utf8_fault(text.substr(line_begin))));
  }
  try {
    const toml::table table = toml::parse(text);
    OptionValues values;
    for (const auto& [key, node] : table) read_entry(values, key, node, name);
    return values;
  } catch (const toml::parse_error& error) {
    fail(name, error.source(), std::string(error.description()));
  }
}

OptionValues read_config_file(const std::filesystem::path& file) {
  const std::string name = protocol::printable(file.string());
  try {
    const std::optional<std::string> text = player::read_regular_file(file, kMaxBytes);
    if (!text) throw OptionError(name + ": there is no such file");
    return read_config_text(*text, name);
  } catch (const player::UnusableFile& error) {
    throw OptionError(std::string("the configuration file ") + error.what());
  }
}

}  // namespace namrack::daemon

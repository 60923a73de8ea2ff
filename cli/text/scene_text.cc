#include <fmt/format.h>

#include <utility>
#include <vector>

#include "cli/text/fields.h"
#include "cli/text/result_text.h"
#include "cli/text/table.h"
#include "cli/text/units.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kAllScenes = "all scenes, as saved";

std::string_view on_off(const Fields& fields) {
  return fields.is_true("bypass") ? "on" : "off";
}

/// The names in an array of strings, or of objects that have one.
std::vector<std::string> names_in(const Fields& fields, std::string_view key) {
  std::vector<std::string> names;
  const json::value* const items = fields.json().if_contains(key);
  if (items == nullptr || !items->is_array()) return names;
  for (const json::value& item : items->get_array()) {
    if (item.is_string()) names.emplace_back(std::string_view(item.get_string()));
    if (item.is_object()) names.push_back(Fields(item.get_object()).text("name").value_or(""));
  }
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string saved_scene_text(const json::object& result, const Style& style) {
  const Fields fields(result);
  const Fields scene = fields.object("scene");
  std::string line =
      fmt::format("{} scene {}: {}", fields.is_true("replaced") ? "replaced" : "saved",
                  style.bold(shell::printable(scene.text("name").value_or(""))), name_text(scene, "model"));
  if (const auto quality = scene.number("quality")) line += fmt::format(", quality {}", *quality);
  return fmt::format("{}, bypass {}\n", line, on_off(scene));
}

std::string recalled_scene_text(const json::object& result, const Style& style) {
  const Fields fields(result);
  const Fields swap = fields.object("swap");
  const std::string name = style.bold(shell::printable(fields.text("scene").value_or("")));
  std::string line = "scene " + name;
  line += swap.json().empty() ? when_text(fields) : ": " + swap_phrase(swap, Style(false));
  line += fmt::format("; bypass {}", on_off(fields));
  if (const auto next = fields.text("next")) line += "; next: " + shell::printable(*next);
  if (const auto skipped = names_in(fields, "skipped"); !skipped.empty())
    line += style.warning("; left out, because it cannot be played: " + shell::printable(joined(skipped)));
  return line + '\n';
}

std::string group_text(const json::object& result, const Style& style) {
  const Fields fields(result);
  const Fields swap = fields.object("swap");
  std::vector<std::string> parts;
  if (const auto loaded = names_in(fields, "loaded"); !loaded.empty())
    parts.push_back("loaded " + shell::printable(joined(loaded)));
  if (!swap.json().empty()) parts.push_back(swap_phrase(swap, style));
  parts.push_back(fmt::format("bypass {}{}", on_off(fields), swap.json().empty() ? when_text(fields) : ""));
  return fmt::format("{}\n", fmt::join(parts, "; "));
}

std::string scenes_text(const json::object& result, const Style& style) {
  const json::value* const scenes = result.if_contains("scenes");
  if (scenes == nullptr || !scenes->is_array() || scenes->get_array().empty()) return "no scenes\n";
  using enum Table::Align;
  using enum Table::Fit;
  Table table({{"", left},
               {"SCENE", left, beginning},
               {"MODEL", left, beginning},
               {"QUALITY", right},
               {"BYPASS", left},
               {"WARM", left}});
  for (const json::value& item : scenes->get_array()) {
    if (!item.is_object()) continue;
    const Fields scene(item.get_object());
    const auto quality = scene.number("quality");
    table.add_row({scene.is_true("current") ? "▶" : "", scene.text("name").value_or(""),
                   name_text(scene, "model"), quality ? fmt::format("{}", *quality) : std::string(kUnknown),
                   std::string(on_off(scene)), scene.is_true("warm") ? "yes" : "no"});
  }
  const Fields fields(result);
  return fmt::format("{}next: {}, setlist: {}\n", table.text(style.columns()),
                     shell::printable(fields.text("next").value_or(std::string(kUnknown))),
                     shell::printable(fields.text("setlist").value_or(std::string(kAllScenes))));
}

std::string setlists_text(const json::object& result, const Style& style) {
  const Fields fields(result);
  const json::value* const setlists = result.if_contains("setlists");
  if (setlists == nullptr || !setlists->is_array() || setlists->get_array().empty()) return "no setlists\n";
  const auto current = fields.text("current");
  Table table({{"", {}}, {"SETLIST", {}, Table::Fit::beginning}, {"SCENES", {}, Table::Fit::beginning}});
  for (const json::value& item : setlists->get_array()) {
    if (!item.is_object()) continue;
    const Fields setlist(item.get_object());
    const std::string name = setlist.text("name").value_or("");
    table.add_row({current == name ? "▶" : "", name, joined(names_in(setlist, "scenes"))});
  }
  return table.text(style.columns()) + (current ? "" : fmt::format("in use: {}\n", kAllScenes));
}

std::string scene_position_text(const json::object& position, std::size_t columns) {
  const Fields fields(position);
  const auto text = [&](std::size_t longest) {
    std::vector<std::string> parts;
    if (const auto current = fields.text("current")) parts.push_back(shell::shortened(*current, longest));
    if (fields.is_true("edited") && !parts.empty()) parts.back() += " (edited)";
    for (const char* const key : {"next", "setlist"})
      if (const auto name = fields.text(key))
        parts.push_back(fmt::format("{}: {}", key, shell::shortened(*name, longest)));
    return joined(parts);
  };
  std::size_t longest = columns;
  while (longest > 8 && shell::display_width(text(longest)) > columns) --longest;
  return text(longest);
}

}  // namespace namrack::cli

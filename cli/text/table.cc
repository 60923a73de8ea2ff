#include "cli/text/table.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include "shell/display_text.h"

namespace namrack::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastWidth = 8;
// Rather than shorten a column to less, others are left out.
constexpr std::size_t kReadableWidth = 16;

std::string align(const std::string& cell, std::size_t width, Table::Align side) {
  const std::string padding(width - shell::display_width(cell), ' ');
  return side == Table::Align::left ? cell + padding : padding + cell;
}

}  // namespace

void Table::add_row(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) throw std::invalid_argument("a table row needs one cell a column");
  for (std::string& cell : cells) cell = shell::printable(cell);
  rows_.push_back(std::move(cells));
}

std::vector<std::optional<std::size_t>> Table::widths_within(std::size_t width) const {
  std::vector<std::optional<std::size_t>> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    widths.emplace_back(shell::display_width(columns_[i].title));
    for (const auto& row : rows_) widths[i] = std::max(*widths[i], shell::display_width(row[i]));
  }
  const auto can_shrink = [&](std::size_t i) {
    return columns_[i].fit == Fit::beginning || columns_[i].fit == Fit::end;
  };
  // By how much it is too wide, if no column that can shrink took more than `most`.
  const auto excess = [&](std::size_t most) {
    std::size_t total = 0;
    for (std::size_t i = 0; i < widths.size(); ++i)
      if (widths[i]) total += (can_shrink(i) ? std::min(*widths[i], most) : *widths[i]) + (i > 0 ? kGap : 0);
    return total > width ? total - width : 0;
  };
  for (std::size_t i = columns_.size(); i-- > 0 && excess(kReadableWidth) > 0;)
    if (columns_[i].fit == Fit::left_out) widths[i].reset();
  // One column at a time, so that two long ones are shortened alike.
  while (excess(kAnyWidth) > 0) {
    std::optional<std::size_t>* widest = nullptr;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (can_shrink(i) && *widths[i] > kLeastWidth && (widest == nullptr || *widths[i] > **widest))
        widest = &widths[i];
    }
    if (widest == nullptr) break;
    --**widest;
  }
  return widths;
}

std::string Table::text(std::size_t width) const {
  const std::vector<std::optional<std::size_t>> widths = widths_within(width);
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  std::string out;
  const auto append = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!widths[i]) continue;
      if (i > 0) line.append(kGap, ' ');
      const shell::Keep keep = columns_[i].fit == Fit::end ? shell::Keep::end : shell::Keep::beginning;
      line += align(shell::shortened(row[i], *widths[i], keep), *widths[i], columns_[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  };
  const bool has_titles =
      std::ranges::any_of(titles, [](const std::string& title) { return !title.empty(); });
  if (has_titles) append(titles);
  std::ranges::for_each(rows_, append);
  return out;
}

}  // namespace namrack::cli

#include "cli/table.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include "shell/display_text.h"

namespace namrack::cli {
namespace {

constexpr std::size_t kGap = 2;

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

std::string Table::text() const {
  std::vector<std::string> titles;
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) {
    titles.push_back(column.title);
    widths.push_back(shell::display_width(column.title));
  }
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], shell::display_width(row[i]));
  }
  std::string out;
  const auto append = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line.append(kGap, ' ');
      line += align(row[i], widths[i], columns_[i].align);
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

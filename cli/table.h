#pragma once

#include <string>
#include <vector>

namespace namrack::cli {

/// Rows of text in aligned columns, two spaces apart.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column; control characters in it are made harmless. Throws std::invalid_argument.
  void add_row(std::vector<std::string> cells);

  /// All lines, each ended by a line feed and without trailing spaces; the titles first unless all are empty.
  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace namrack::cli

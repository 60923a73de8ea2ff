#pragma once

#include <boost/json/array.hpp>
#include <cstddef>
#include <filesystem>
#include <istream>
#include <string>
#include <vector>

namespace namrack::cli {

/// The operations of a `tx`, and where each of them was written.
struct Operations {
  boost::json::array requests;  ///< {"method", "params"} each; what they ask for is for the daemon to judge
  std::string source;           ///< the file's name, for messages
  std::vector<std::size_t> lines;  ///< counted from 1
};

/// Reads one JSON object a line; blank lines and lines that begin with '#' are skipped. Throws ProtocolError
/// that names the line.
Operations read_operations(std::istream& input, const std::string& source);

/// The same from a file, or with "-" from standard input.
Operations read_operations(const std::filesystem::path& path);

}  // namespace namrack::cli

#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <string>
#include <string_view>

namespace namrack::engine {

/// The text of a model file. Throws ModelError (missing, unreadable, invalid), which names the file.
std::string read_model_text(const std::filesystem::path& path);

/// The JSON in it. Tolerates a byte order mark and, in metadata only, what Python writes for numbers that are
/// not finite; these become null. Throws ModelError(invalid).
boost::json::value parse_model_text(std::string_view text);

/// The same by one call of Boost.JSON, without our checks: the yardstick of load times. Throws
/// boost::system::system_error.
boost::json::value parse_plain_json(std::string_view text);

}  // namespace namrack::engine

#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

// Paths of models, as they are typed: a relative one means a file in the working folder, which the daemon
// does not know, or else one below the daemon's model folders, which this program does not know.
namespace namrack::cli {

/// The file here that `typed` means, with or without the ending of a model, absolute; nullopt: there is none.
std::optional<std::filesystem::path> model_file_here(const std::filesystem::path& typed);

/// The path to send: the file here, or else a relative path as it was typed.
std::string sendable_path(const std::filesystem::path& typed);

/// The same for the path in the parameters of `method`, and of the operations of a tx. Wrong ones are left
/// for the daemon to judge.
void make_paths_sendable(std::string_view method, boost::json::object& params);

}  // namespace namrack::cli

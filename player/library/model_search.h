#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace namrack::player {

/// A file below a folder that may be a model, by its name alone.
struct FoundModel {
  std::string name;  ///< its path below the folder without its extension, as `load` finds it
  std::string path;
  std::string_view kind;    ///< "model"; "ir" (a .wav); "unusable": its name is not UTF-8
  std::uint64_t bytes = 0;  ///< of the file
  std::int64_t mtime = 0;   ///< of its last change, in seconds since 1970, UTC
};

struct ModelListing {
  std::vector<FoundModel> models;  ///< sorted by name
  bool truncated = false;          ///< there are more
};

/// The most that is looked through, however links and folders are knotted.
struct SearchBounds {
  std::size_t entries = 100000;  ///< files and folders that are looked at
  std::size_t depth = 16;        ///< of folders
  std::size_t bytes = 900000;    ///< of names and paths that are returned: a reply is one line of 1 MiB
};

/// Whether every word of `query` is somewhere in `text`, whatever their order, capitals and accents. Both are
/// UTF-8. Threads: any.
bool matches_query(std::string_view text, std::string_view query);

/// The models below `folders` whose name or path below them matches, at most `limit`. Hidden files and
/// folders are left out, links are followed, what may not be read is skipped. Asks the file system: keep it
/// off the control thread.
ModelListing find_models(const std::vector<std::filesystem::path>& folders, std::string_view query,
                         std::size_t limit, const SearchBounds& bounds = {});

}  // namespace namrack::player

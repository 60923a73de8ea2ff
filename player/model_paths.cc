#include "player/model_paths.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "protocol/error.h"
#include "protocol/user_name.h"

namespace namrack::player {
namespace fs = std::filesystem;
using protocol::ErrorCode;
using protocol::ProtocolError;
namespace {

bool lies_below(const fs::path& file, const fs::path& folder) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error) return false;
  return std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first == root.end();
}

ProtocolError permission_denied(const fs::path& file) {
  return {ErrorCode::permission,
          file.string() + ": permission denied; the daemon reads as user " +
              protocol::user_name(::geteuid()) + ", who must be able to read the file and enter its folders",
          {{"path", file.string()}}};
}

// False when there is nothing at `file`.
bool is_there(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (error == std::errc::permission_denied) throw permission_denied(file);
  return fs::exists(status);
}

}  // namespace

fs::path ModelPaths::resolve(const std::string& path) const {
  const fs::path given(path);
  std::vector<fs::path> candidates;
  if (given.is_relative())
    for (const auto& folder : folders_) candidates.push_back(folder / given);
  candidates.push_back(fs::absolute(given));

  const auto found = std::find_if(candidates.begin(), candidates.end(), is_there);
  if (found == candidates.end())
    throw ProtocolError(ErrorCode::not_found, "no model file " + path, {{"path", path}});
  const fs::path file = fs::absolute(*found).lexically_normal();
  if (restricted_) {
    const fs::path real = fs::canonical(file);
    if (std::none_of(folders_.begin(), folders_.end(),
                     [&](const fs::path& f) { return lies_below(real, f); }))
      throw ProtocolError(ErrorCode::permission, file.string() + " lies outside the model folders",
                          {{"path", file.string()}});
  }
  if (::access(file.c_str(), R_OK) != 0 && errno == EACCES) throw permission_denied(file);
  // A pipe or device would keep a reader waiting forever.
  if (!fs::is_regular_file(file))
    throw ProtocolError(ErrorCode::io, file.string() + " is not a regular file", {{"path", file.string()}});
  return file;
}

}  // namespace namrack::player

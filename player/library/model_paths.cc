#include "player/library/model_paths.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <system_error>

#include "protocol/error.h"
#include "protocol/user_name.h"
#include "protocol/utf8.h"

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

struct Ending {
  std::string_view text;
  std::string_view kind;
};

// In the order in which they are tried where none is given.
constexpr auto kEndings =
    std::to_array<Ending>({{".nam", "model"}, {".json", "model"}, {".aidax", "model"}, {".wav", "ir"}});

// As it is written, and with each ending.
void add_candidates(std::vector<fs::path>& candidates, const fs::path& file) {
  candidates.push_back(file);
  for (const Ending& ending : kEndings) {
    fs::path longer = file;
    longer += ending.text;
    candidates.push_back(std::move(longer));
  }
}

bool is_file_there(const fs::path& file) {
  std::error_code error;
  return is_there(file) && !fs::is_directory(file, error);
}

}  // namespace

std::optional<std::string_view> kind_of_model(const fs::path& file) {
  std::string ending = file.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto* const row = std::ranges::find(kEndings, ending, &Ending::text);
  return row != kEndings.end() ? std::optional(row->kind) : std::nullopt;
}

void ModelPaths::require_allowed(const fs::path& path) const {
  if (!restricted_) return;
  const fs::path real = fs::canonical(path);
  if (std::none_of(folders_.begin(), folders_.end(), [&](const fs::path& f) { return lies_below(real, f); }))
    throw ProtocolError(ErrorCode::permission, path.string() + " lies outside the model folders",
                        {{"path", path.string()}});
}

fs::path ModelPaths::resolve(const std::string& path) const {
  const fs::path given(path);
  std::vector<fs::path> candidates;
  if (given.is_relative())
    for (const auto& folder : folders_) add_candidates(candidates, folder / given);
  add_candidates(candidates, fs::absolute(given));

  auto found = std::find_if(candidates.begin(), candidates.end(), is_file_there);
  if (found == candidates.end()) found = std::find_if(candidates.begin(), candidates.end(), is_there);
  if (found == candidates.end())
    throw ProtocolError(ErrorCode::not_found,
                        "no model file " + path + "; `namrack models` lists those below the model folders",
                        {{"path", path}});
  const fs::path file = fs::absolute(*found).lexically_normal();
  protocol::require_utf8_path(file.string());
  require_allowed(file);
  if (::access(file.c_str(), R_OK) != 0 && errno == EACCES) throw permission_denied(file);
  // A pipe or device would keep a reader waiting forever.
  if (!fs::is_regular_file(file))
    throw ProtocolError(ErrorCode::io, file.string() + " is not a regular file", {{"path", file.string()}});
  return file;
}

std::vector<fs::path> ModelPaths::folders(const std::optional<std::string>& dir) const {
  if (!dir) return folders_;
  std::vector<fs::path> candidates{*dir};
  if (candidates.front().is_relative()) {
    candidates.clear();
    for (const fs::path& folder : folders_) candidates.push_back(folder / *dir);
  }
  std::erase_if(candidates,
                [](const fs::path& folder) { return !is_there(folder) || !fs::is_directory(folder); });
  if (candidates.empty()) throw ProtocolError(ErrorCode::not_found, "no folder " + *dir, {{"path", *dir}});
  for (const fs::path& folder : candidates) {
    require_allowed(folder);
    if (::access(folder.c_str(), R_OK | X_OK) != 0 && errno == EACCES) throw permission_denied(folder);
  }
  return candidates;
}

}  // namespace namrack::player

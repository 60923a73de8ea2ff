#include "cli/offline/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "cli/failure.h"

namespace namrack::cli {
namespace {

namespace fs = std::filesystem;

std::runtime_error failure(const fs::path& path, const std::string& reason) {
  return std::runtime_error(path.string() + ": cannot write: " + reason);
}

/// Permissions that the file would have got had it been created directly.
mode_t mode_for(const fs::path& path) {
  struct stat existing{};
  if (::stat(path.c_str(), &existing) == 0) return existing.st_mode & 0777U;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666U & ~mask;
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) throw failure(path, "it is not a regular file");
  path_ = fs::is_symlink(fs::symlink_status(path, error)) ? fs::weakly_canonical(path) : path;
  std::string name = path_.string() + ".XXXXXX";
  const int fd = ::mkstemp(name.data());
  if (fd < 0) {
    const int reason = errno;
    const fs::path folder = path_.has_parent_path() ? path_.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, error)) throw failure(path, "there is no folder " + folder.string());
    throw failure(path,
                  reason == EACCES ? "no permission to write into " + folder.string() : reason_of(reason));
  }
  temporary_ = name;
  ::fchmod(fd, mode_for(path_));
  ::close(fd);
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::commit() {
  const int fd = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
  // Without it a crash soon after could leave an empty file in place of the old one.
  const bool is_on_disk = fd >= 0 && ::fsync(fd) == 0;
  const int reason = errno;
  if (fd >= 0) ::close(fd);
  if (!is_on_disk) throw failure(path_, reason_of(reason));
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw failure(path_, reason_of(errno));
  temporary_.clear();
}

}  // namespace namrack::cli

#include "player/state/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "protocol/quote.h"

namespace namrack::player {
namespace fs = std::filesystem;
namespace {

constexpr ::mode_t kMode = 0640;

[[noreturn]] void throw_errno(const fs::path& path, int error = errno) {
  throw std::system_error(error, std::generic_category(), path.string());
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC, kMode)) {
    if (fd_ < 0) throw_errno(path_);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return fd_; }
  void write_all(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::write(fd_, text.data(), text.size());
      if (count < 0 && errno != EINTR) throw_errno(path_);
      if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void sync() const {
    if (::fsync(fd_) != 0) throw_errno(path_);
  }

 private:
  fs::path path_;
  int fd_;
};

const char* kind_of(::mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

[[noreturn]] void throw_unusable(const fs::path& path, int error) {
  throw UnusableFile(
      protocol::quote(path.string()) + " cannot be read: " + std::generic_category().message(error),
      error == EACCES || error == EPERM);
}

void require_regular(const fs::path& path, const struct stat& status) {
  if (!S_ISREG(status.st_mode))
    throw UnusableFile(protocol::quote(path.string()) + " is " + kind_of(status.st_mode) + ", not a file",
                       false);
}

// Where the file is, or will be.
fs::path follow_links(fs::path path) {
  constexpr int kMostLinks = 40;  // as the system's
  std::error_code error;
  for (int i = 0; fs::is_symlink(fs::symlink_status(path, error)); ++i) {
    if (i == kMostLinks) throw_errno(path, ELOOP);
    path = path.parent_path() / fs::read_symlink(path);
  }
  return path;
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

// Writes through nothing that is there already.
void write_new_file(const fs::path& path, std::string_view content, ::mode_t mode) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  const Descriptor file(path, kFlags);
  try {
    if (::fchmod(file.number(), mode) != 0) throw_errno(path);
    file.write_all(content);
    file.sync();
  } catch (...) {
    ::unlink(path.c_str());
    throw;
  }
}

bool holds(const fs::path& path, std::string_view content) {
  try {
    return read_regular_file(path, content.size()) == content;
  } catch (const UnusableFile&) {
    return false;
  }
}

// Without this a new name may be lost in a power cut.
void sync_folder(const fs::path& folder) {
  Descriptor(folder, O_RDONLY | O_DIRECTORY).sync();
}

}  // namespace

std::optional<std::string> read_regular_file(const fs::path& path, std::size_t most) {
  struct stat status{};
  // Looked at first: to open a device may do something.
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return std::nullopt;
    throw_unusable(path, errno);
  }
  require_regular(path, status);
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) throw_unusable(path, errno);
  std::string content;
  std::array<char, 65536> piece;
  ssize_t count = 1;
  while (count > 0 && content.size() <= most) {
    count = ::read(fd, piece.data(), piece.size());
    if (count > 0) content.append(piece.data(), static_cast<std::size_t>(count));
  }
  const int error = count < 0 ? errno : 0;
  ::close(fd);
  if (error != 0) throw_unusable(path, error);
  if (content.size() > most)
    throw UnusableFile(
        protocol::quote(path.string()) + " is larger than " + std::to_string(most >> 20U) + " MiB", false);
  return content;
}

void replace_file(const fs::path& path, std::string_view content) {
  const fs::path file = follow_links(path);
  const fs::path folder = folder_of(file);
  fs::create_directories(folder);
  struct stat former{};
  const bool exists = ::stat(file.c_str(), &former) == 0;
  if (exists && !S_ISREG(former.st_mode)) throw_errno(file, S_ISDIR(former.st_mode) ? EISDIR : EINVAL);
  fs::path temporary = file;
  temporary += ".new";
  // One that a crash has left.
  if (::unlink(temporary.c_str()) != 0 && errno != ENOENT) throw_errno(temporary);
  write_new_file(temporary, content, exists ? former.st_mode & 0777U : kMode);
  fs::rename(temporary, file);
  sync_folder(folder);
}

fs::path keep_aside(const fs::path& path, std::string_view content) {
  constexpr int kMost = 1000;
  const fs::path file = follow_links(path);
  for (int i = 1; i <= kMost; ++i) {
    fs::path aside = file;
    aside += i == 1 ? std::string(".corrupt") : ".corrupt." + std::to_string(i);
    struct stat status{};
    if (::lstat(aside.c_str(), &status) != 0 && errno == ENOENT) {
      write_new_file(aside, content, kMode);
      sync_folder(folder_of(aside));
      return aside;
    }
    if (holds(aside, content)) return aside;
  }
  throw_errno(file, EEXIST);
}

}  // namespace namrack::player

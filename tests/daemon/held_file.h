#pragma once

#include <filesystem>

namespace namrack::test {

/// A file that no other process can open until it is let go: whoever tries waits inside the system call, as
/// with a dead network folder, however fast the machine is. It is a lease, see fcntl(2), which the system
/// breaks after 45 seconds.
class HeldFile {
 public:
  /// Throws when the file is open elsewhere or not ours.
  explicit HeldFile(const std::filesystem::path& file);
  ~HeldFile();
  HeldFile(const HeldFile&) = delete;
  HeldFile& operator=(const HeldFile&) = delete;

  /// Returns when somebody waits for the file. Throws after a minute.
  void wait_for_opener() const;
  void let_go();

 private:
  int fd_ = -1;
};

}  // namespace namrack::test

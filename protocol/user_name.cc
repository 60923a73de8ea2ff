#include "protocol/user_name.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <vector>

namespace namrack::protocol {
namespace {

constexpr std::size_t kBufferBytes = 65536;  // groups may have many members

}  // namespace

std::string user_name(uid_t user) {
  std::vector<char> buffer(kBufferBytes);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_name : std::to_string(user);
}

std::string group_name(gid_t group) {
  std::vector<char> buffer(kBufferBytes);
  ::group entry{};
  ::group* found = nullptr;
  ::getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->gr_name : std::to_string(group);
}

bool is_listed_in_group(uid_t user, gid_t group) {
  std::vector<char> buffer(kBufferBytes);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) return false;
  int count = 256;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  if (::getgrouplist(found->pw_name, found->pw_gid, groups.data(), &count) < 0) return false;
  groups.resize(static_cast<std::size_t>(count));
  return std::ranges::find(groups, group) != groups.end();
}

}  // namespace namrack::protocol

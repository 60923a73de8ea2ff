#pragma once

#include <sys/types.h>

#include <string>

// Names of users and groups, for sentences about permissions; the number where there is no name. Threads:
// any.
namespace namrack::protocol {

std::string user_name(uid_t user);
std::string group_name(gid_t group);
/// Whether the list of groups says that `user` is in `group`, which a login of before may not know yet.
bool is_listed_in_group(uid_t user, gid_t group);

}  // namespace namrack::protocol

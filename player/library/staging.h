#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "player/library/group.h"
#include "player/library/library.h"

namespace namrack::player {

// Loads and unloads that are to be done together, when a change of the sound is audible, or not at all. The
// names that a group will replace or unload are refused to others until then. Thread: control. These throw
// ProtocolError; what a group holds already stays in it.

/// A group that is never committed is destroyed on the builder. `library` outlives it.
std::shared_ptr<Group> make_group(Library& library);
boost::asio::awaitable<void> stage_load(Library& library, std::shared_ptr<Group> group,
                                        protocol::LoadRequest request,
                                        Measuring measuring = Measuring::everything);
/// Stages what a scene plays: the model that waits beside the bank, if it is that.
boost::asio::awaitable<void> stage_scene(Library& library, std::shared_ptr<Group> group, ModelFile file);
/// `playing` is what will be audible then.
void stage_unload(Library& library, Group& group, const std::string& name,
                  const std::optional<std::string>& playing);
/// All of it happens now.
void commit(Library& library, Group& group, Origin origin);

}  // namespace namrack::player

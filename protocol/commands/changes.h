#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "protocol/commands/models.h"
#include "protocol/commands/sound.h"

// tx, pending, cancel: changes of the sound as such.
namespace namrack::protocol {

/// Ends changes that wait for their time.
struct CancelRequest {
  std::optional<std::uint64_t> id = {};  ///< nullopt: all
};
struct PendingRequest {};

/// The requests that may be part of a `tx`. None of them says when, or which revision it expects.
using TxOperation = std::variant<BypassRequest, LoadRequest, SetRequest, SwapRequest, UnloadRequest>;
struct TxRequest {
  std::vector<TxOperation> operations;
  std::optional<double> fade_ms = {};  ///< of a swap that names none
  When when = {};
  IfRev if_rev = {};
};

using ChangeRequests = std::variant<CancelRequest, PendingRequest, TxRequest>;
std::span<const CommandSpec> change_commands();

}  // namespace namrack::protocol

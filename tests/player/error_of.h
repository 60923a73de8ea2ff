#pragma once

#include <functional>

#include "protocol/error.h"

namespace namrack::player {

/// The code of the error that `action` throws; `internal` when it throws none.
inline protocol::ErrorCode error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const protocol::ProtocolError& error) {
    return error.code();
  }
  return protocol::ErrorCode::internal;
}

}  // namespace namrack::player

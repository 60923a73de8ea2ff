#pragma once

#include "protocol/commands/when.h"
#include "protocol/param_value.h"
#include "protocol/request.h"

// Readers of the requests that several families have.
namespace namrack::protocol {

/// A request without parameters.
template <typename Bare>
Request read_bare(const boost::json::object& /*params*/) {
  return Bare{};
}
/// A request with a name and the revision that it expects.
template <typename Named>
Request read_named(const boost::json::object& params) {
  return Named{.name = string_in(params, "name"), .if_rev = if_rev_in(params)};
}

}  // namespace namrack::protocol

#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/field_spec.h"
#include "protocol/param_spec.h"
#include "protocol/request.h"
#include "protocol/topic.h"

namespace namrack::protocol {

/// The part of the daemon that a method has an effect on.
enum class Effect : std::uint8_t {
  nothing,
  state,      ///< the result carries `rev`, and `if_rev` is among the parameters
  structure,  ///< likewise, and it is answered when it is on disk, as `saved` of the result says
};

/// One method of the protocol: everything that lookup, checking, dispatch, help, completion and the reference
/// need.
struct CommandSpec {
  std::string_view name;
  std::string_view summary;
  std::span<const ParamSpec> params;  ///< sorted by name
  std::span<const FieldSpec> result;
  Request (*read)(const boost::json::object& params);  ///< of parameters that have passed check_params()
  Effect effect = Effect::nothing;
};

/// The data of a topic's events.
struct EventSpec {
  Topic topic;
  std::span<const FieldSpec> data;
  std::span<const FieldSpec> base = {};  ///< more of it, which is described elsewhere; `data` comes first
  std::string_view base_is = "";         ///< where that is
};

/// All methods, sorted by name.
std::span<const CommandSpec> command_table();
/// Their names, in the same order.
std::span<const std::string_view> command_names();
/// nullptr when there is no such method.
const CommandSpec* find_command(std::string_view name);
/// Both must be there.
const ParamSpec& find_param(std::string_view method, std::string_view param);
const EventSpec& event_spec(Topic topic);

}  // namespace namrack::protocol

#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/request.h"

namespace namrack::protocol {

/// One request of a script: {"method", "params"?} and at most one of "at_ms" and "at_frame", counted from
/// where the script begins. One without a time is carried out before that.
struct ScriptLine {
  std::size_t number = 0;  ///< in the file, from 1
  std::optional<double> at_ms = {};
  std::optional<std::uint64_t> at_frame = {};
  std::string method;
  boost::json::object params;

  bool is_setup() const { return !at_ms && !at_frame; }
  /// Frames from the script's beginning. `sample_rate` in Hz.
  std::uint64_t offset(double sample_rate) const;
  /// Whether the method can be carried out at a frame; others are when their time has come.
  bool takes_time() const;
  /// The checked request, at `frame` if it takes a time.
  Request request(std::optional<std::uint64_t> frame) const;
  /// The parameters likewise.
  boost::json::object params_at(std::optional<std::uint64_t> frame) const;
};

/// Reads a script: one JSON object a line; empty lines and those that begin with # are left out. Lines with
/// times stand in their order, behind those without. Throws ProtocolError(parse, request, method, params),
/// whose message and data.line tell the line. Times in both milliseconds and frames need `sample_rate` to be
/// compared.
std::vector<ScriptLine> read_script(std::string_view text, double sample_rate);

/// `error` with the line it comes from.
ProtocolError at_line(std::size_t number, const ProtocolError& error);

}  // namespace namrack::protocol

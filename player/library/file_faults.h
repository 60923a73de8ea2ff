#pragma once

#include <map>
#include <string>

#include "player/library/bank.h"
#include "protocol/problem.h"

namespace namrack::player {

/// Why a file cannot be played.
struct FileFault {
  protocol::ProblemCode code;  ///< missing_model or broken_model
  std::string reason;          ///< one sentence
  FileIdentity file;           ///< what was there, if anything: something else is worth another try
};

/// By path as it was asked for.
using FileFaults = std::map<std::string, FileFault>;

}  // namespace namrack::player

#pragma once

#include <boost/json/object.hpp>
#include <exception>
#include <string>

#include "cli/exit_code.h"
#include "protocol/error.h"
#include "protocol/wire/client_message.h"

namespace namrack::engine {
class ModelError;
}

namespace namrack::cli {

/// Why a command did not succeed: a line for people, an error object for scripts, and the exit code.
class Failure : public std::exception {
 public:
  Failure(ExitCode exit_code, const protocol::ProtocolError& error);
  /// An error that the daemon reported.
  explicit Failure(const protocol::RemoteError& error);
  /// A model file that cannot be used.
  explicit Failure(const engine::ModelError& error);

  ExitCode exit_code() const { return exit_code_; }
  const std::string& message() const { return message_; }
  /// The JSON-RPC error object that --json prints.
  const boost::json::object& error() const { return error_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  ExitCode exit_code_;
  std::string message_;
  boost::json::object error_;
};

/// The system's message for an errno value.
std::string reason_of(int error);

}  // namespace namrack::cli

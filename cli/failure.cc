#include "cli/failure.h"

#include <system_error>

#include "engine/base/model_error.h"

namespace namrack::cli {
namespace {

protocol::ErrorCode code_of(engine::ModelError::Kind kind) {
  switch (kind) {
    case engine::ModelError::Kind::missing:
      return protocol::ErrorCode::not_found;
    case engine::ModelError::Kind::unreadable:
      return protocol::ErrorCode::io;
    case engine::ModelError::Kind::invalid:
      return protocol::ErrorCode::model_invalid;
    case engine::ModelError::Kind::unsupported:
      return protocol::ErrorCode::model_unsupported;
  }
  return protocol::ErrorCode::internal;
}

protocol::ProtocolError to_protocol(const engine::ModelError& error) {
  return {code_of(error.kind()),
          error.what(),
          {{"path", error.file()},
           {"where", error.where()},
           {"expected", error.expected()},
           {"found", error.found()}}};
}

}  // namespace

Failure::Failure(ExitCode exit_code, const protocol::ProtocolError& error)
    : exit_code_(exit_code), message_(error.message()), error_(error.to_json()) {}

Failure::Failure(const protocol::RemoteError& error)
    : exit_code_(ExitCode::failed), message_(error.message), error_(error.error) {}

Failure::Failure(const engine::ModelError& error) : Failure(ExitCode::failed, to_protocol(error)) {}

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

}  // namespace namrack::cli

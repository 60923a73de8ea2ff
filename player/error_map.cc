#include "player/error_map.h"

#include <spdlog/spdlog.h>

#include <boost/system/system_error.hpp>
#include <filesystem>
#include <new>
#include <system_error>

#include "engine/base/model_error.h"
#include "player/plain_words.h"

namespace namrack::player {
using engine::ModelError;
using protocol::ErrorCode;
using protocol::ProtocolError;
namespace {

ErrorCode code_of(ModelError::Kind kind) {
  switch (kind) {
    case ModelError::Kind::missing:
      return ErrorCode::not_found;
    case ModelError::Kind::unreadable:
      return ErrorCode::io;
    case ModelError::Kind::invalid:
      return ErrorCode::model_invalid;
    case ModelError::Kind::unsupported:
      return ErrorCode::model_unsupported;
  }
  return ErrorCode::internal;
}

bool is_permission(const std::error_code& code) {
  return code == std::errc::permission_denied || code == std::errc::operation_not_permitted;
}

}  // namespace

ProtocolError to_protocol_error(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const ProtocolError& known) {
    return known;
  } catch (const ModelError& model) {
    return {code_of(model.kind()),
            plain_words(model),
            {{"path", model.file()},
             {"where", model.where()},
             {"expected", model.expected()},
             {"found", model.found()}}};
  } catch (const boost::system::system_error& system) {
    return {ErrorCode::io, plain_words(system)};
  } catch (const std::system_error& system) {  // also std::filesystem::filesystem_error
    return {is_permission(system.code()) ? ErrorCode::permission : ErrorCode::io, plain_words(system)};
  } catch (const std::bad_alloc&) {
    return {ErrorCode::mem_budget, "not enough memory"};
  } catch (const std::exception& other) {
    spdlog::error("unexpected: {}", plain_words(other));
    return {ErrorCode::internal, plain_words(other)};
  } catch (...) {
    spdlog::error("unexpected exception of an unknown kind");
    return {ErrorCode::internal, "unexpected error"};
  }
}

}  // namespace namrack::player

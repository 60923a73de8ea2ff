#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/model_error.h"

namespace namrack::engine {

/// A name for a file that is no .nam model.
struct ForeignFile {
  ModelError::Kind kind;  ///< invalid: not a model at all; unsupported: one of a family that is not played
  std::string_view what;  ///< its name, and the next step: "a zip archive: unpack it and load ..."

  ModelError error() const { return {kind, "", "a .nam model", std::string(what)}; }
};

/// Looks at the first bytes of a file, and whether there are any; nullopt when it may be JSON. This table and
/// the next are the only places that know other files.
std::optional<ForeignFile> foreign_bytes(std::string_view content);
/// Looks at the keys of a document; nullopt when it may be a .nam model.
std::optional<ForeignFile> foreign_document(const boost::json::object& document);

}  // namespace namrack::engine

#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "engine/format/model_file.h"

namespace namrack::engine {

/// A file as the readers see it.
struct FileContent {
  std::string_view bytes;
  const boost::json::value* document = nullptr;  ///< null while the bytes have not been read as JSON
};

/// A family of model files. To add one: its reader, and a row in families.cc.
struct Family {
  std::string_view name;
  /// Whether a file belongs to it. It is asked twice: with the bytes alone, and then with the document,
  /// unless the bytes were of another kind. Looks at beginnings and keys only, and throws nothing.
  bool (*sniff)(const FileContent& content);
  /// Throws ModelError.
  ModelFile (*parse)(const FileContent& content, double quality);
};

/// The family of a file, or null.
const Family* family_of(const FileContent& content);
/// The family of the .nam files.
const Family& nam_family();

}  // namespace namrack::engine

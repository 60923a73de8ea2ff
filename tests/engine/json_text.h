#pragma once

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <filesystem>
#include <string>

#include "engine/base/model_error.h"
#include "engine/model/model.h"
#include "tests/common/temporary_folder.h"

namespace namrack::engine::testing {

inline boost::json::value parse_file(const std::filesystem::path& path) {
  return boost::json::parse(test::read_file(path));
}

/// The complaint about a file with this text, without the file's name; "" when it loads.
inline std::string complaint(const std::string& text) {
  const std::string name = "the file";
  try {
    Model::parse(text, name);
    return "";
  } catch (const ModelError& error) {
    return std::string(error.what()).substr(name.size() + 2);
  }
}
inline std::string complaint(const boost::json::value& json) {
  return complaint(boost::json::serialize(json));
}

/// The configuration of one layer array of a WaveNet's file.
inline boost::json::object& array(boost::json::value& model, std::size_t index) {
  return model.at("config").at("layers").at(index).as_object();
}

}  // namespace namrack::engine::testing

#pragma once

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

#include "engine/model/model.h"
#include "engine/model/model_error.h"

namespace namrack::engine::testing {

inline boost::json::value parse_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

/// A file of its own in the temporary folder, removed at the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text, const std::string& suffix = ".nam") {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("namrack-test-" + std::to_string(::getpid()) + "-" + std::to_string(count++) + suffix);
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The complaint about a file with this text, without the file's name; "" when it loads.
inline std::string complaint(const std::string& text) {
  const TemporaryFile file(text);
  try {
    Model::load(file.path());
    return "";
  } catch (const ModelError& error) {
    return std::string(error.what()).substr(file.path().string().size() + 2);
  }
}
inline std::string complaint(const boost::json::value& json) {
  return complaint(boost::json::serialize(json));
}

}  // namespace namrack::engine::testing

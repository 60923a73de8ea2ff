#pragma once

#include <stdexcept>
#include <string>

namespace namrack::engine {

/// The reason why a model file cannot be played. Never thrown on the audio thread.
class ModelError : public std::runtime_error {
 public:
  enum class Kind {
    missing,      ///< no such file
    unreadable,   ///< the operating system refused to read it
    invalid,      ///< the file is broken
    unsupported,  ///< a valid file of a kind that this build cannot play
  };

  /// `where` is a JSON path such as "config.layers[1].channels", or empty for the file as a whole; `expected`
  /// and `found` are short phrases without a full stop. what() is one line: "FILE: WHERE: expected X, found
  /// Y".
  ModelError(Kind kind, std::string where, std::string expected, std::string found, std::string file = {});

  /// The same error, with the file's name.
  ModelError with_file(const std::string& file) const { return {kind_, where_, expected_, found_, file}; }

  Kind kind() const { return kind_; }
  const std::string& where() const { return where_; }
  const std::string& expected() const { return expected_; }
  const std::string& found() const { return found_; }
  const std::string& file() const { return file_; }

 private:
  Kind kind_;
  std::string where_, expected_, found_, file_;
};

/// A number as a person writes it in an error message: 48000, 3.7, 1e+39.
std::string describe(double number);

}  // namespace namrack::engine

#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/offline/render.h"

namespace namrack::cli {

/// Options that every command accepts.
struct GlobalOptions {
  std::optional<std::string> socket;
  bool json = false;
  std::optional<double> timeout_s;  ///< nullopt: as long as is reasonable
};

/// One request to the daemon.
struct RemoteCall {
  std::string method;
  boost::json::object params;
  bool is_raw = false;  ///< typed as method and JSON: the result is shown as JSON
};

/// A `tx` whose operations are in a file.
struct RunGroup {
  std::filesystem::path file;  ///< "-": standard input
  boost::json::object params;  ///< all but the operations
};

struct WatchEvents {
  boost::json::object params;  ///< of subscribe
};

struct InspectFile {
  std::filesystem::path path;
};

struct RenderFile {
  std::filesystem::path model, input, output;  ///< no model: the script loads what it plays
  std::string script;                          ///< empty: none
  double quality = 1.0;
  engine::RenderOptions options;
};

struct PlayScript {
  std::string file;                       ///< "-": standard input
  std::optional<std::uint64_t> at_frame;  ///< JACK frame where it begins; nullopt: lead_s from now
  double lead_s = 0.5;
  double ahead_s = 3.0;  ///< how long before its time a line is sent
};

struct BenchModels {
  std::vector<std::filesystem::path> models;  ///< empty: the shipped ones
  std::vector<std::size_t> blocks;            ///< frames
  double seconds = 1.0;                       ///< for each model and block
  std::string target;                         ///< the best SIMD target to use; empty: the CPU's best
  bool general = false;                       ///< without kernels of compile-time shapes
};

/// Two files of what `bench --json` has printed.
struct CompareBench {
  std::filesystem::path before, after;
};

/// A text that is printed and that is all: help, version, completion.
struct PrintText {
  std::string text;
};

using Action = std::variant<PrintText, RemoteCall, RunGroup, WatchEvents, PlayScript, InspectFile, RenderFile,
                            BenchModels, CompareBench>;

struct Invocation {
  GlobalOptions options;
  Action action;
};

/// The command line was wrong; what() is one line.
class UsageError : public std::runtime_error {
 public:
  explicit UsageError(const std::string& message, std::optional<std::string> nearest = std::nullopt)
      : std::runtime_error(message), nearest_(std::move(nearest)) {}

  /// The word that was likely meant.
  const std::optional<std::string>& nearest() const { return nearest_; }

 private:
  std::optional<std::string> nearest_;
};

/// Reads the command line without the program's name. Throws UsageError.
Invocation parse_arguments(const std::vector<std::string>& arguments);

}  // namespace namrack::cli

#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <string>
#include <vector>

#include "player/library/file_faults.h"
#include "player/library/model_file.h"
#include "player/library/workshop.h"
#include "protocol/error.h"

namespace namrack::player {

/// Models that the bank should hold and does not, as where a folder is not mounted; and what is known against
/// files. Thread: control.
class MissingModels {
 public:
  explicit MissingModels(Workshop& workshop) : workshop_(workshop) {}

  /// By name. The state file keeps them.
  const std::map<std::string, ModelFile>& models() const { return models_; }
  bool has(const std::string& name) const { return models_.contains(name); }
  void add(ModelFile model) { models_.insert_or_assign(model.name, model); }
  void remove(const std::string& name) { models_.erase(name); }

  /// Why the file at this path cannot be played; nullptr: nothing is known against it.
  const FileFault* fault_of(const std::string& path) const;
  /// Keeps why it could not be loaded, and what was there.
  boost::asio::awaitable<void> note_fault(std::string path, protocol::ProtocolError error);
  /// Looks at all files that are missing or in `others`. Forgets what was known of those that have changed,
  /// and returns the names of the missing models that are worth another try.
  boost::asio::awaitable<std::vector<std::string>> look(std::vector<std::string> others);
  /// The answer to a request for one of models().
  protocol::ProtocolError error_for(const std::string& name) const;

 private:
  Workshop& workshop_;
  std::map<std::string, ModelFile> models_;
  FileFaults faults_;
};

/// The sentence that replies and problems say of it.
std::string cannot_be_played(const std::string& name, const std::string& reason);

}  // namespace namrack::player

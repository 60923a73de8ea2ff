#include "player/library/missing_models.h"

#include <set>
#include <utility>

#include "protocol/quote.h"

namespace namrack::player {
using protocol::ErrorCode;
using protocol::ProblemCode;
using protocol::ProtocolError;

std::string cannot_be_played(const std::string& name, const std::string& reason) {
  return "model " + protocol::quote(name) + " cannot be played: " + reason +
         "; put the file right, or load another one under this name";
}

const FileFault* MissingModels::fault_of(const std::string& path) const {
  const auto found = faults_.find(path);
  return found == faults_.end() ? nullptr : &found->second;
}

ProtocolError MissingModels::error_for(const std::string& name) const {
  const std::string& path = models_.at(name).path;
  const FileFault* const fault = fault_of(path);
  return {ErrorCode::not_found,
          cannot_be_played(name, fault != nullptr ? fault->reason : path),
          {{"name", name}, {"path", path}}};
}

boost::asio::awaitable<void> MissingModels::note_fault(std::string path, ProtocolError error) {
  std::vector<std::string> paths{path};
  const std::map<std::string, FileIdentity> files = co_await workshop_.look_at(std::move(paths));
  const bool is_gone = error.code() == ErrorCode::not_found;
  faults_[path] = {.code = is_gone ? ProblemCode::missing_model : ProblemCode::broken_model,
                   .reason = error.message(),
                   .file = files.at(path)};
}

boost::asio::awaitable<std::vector<std::string>> MissingModels::look(std::vector<std::string> others) {
  std::set<std::string> needed(others.begin(), others.end());
  for (const auto& [name, model] : models_) needed.insert(model.path);
  std::vector<std::string> names;
  if (needed.empty() && faults_.empty()) co_return names;
  std::vector<std::string> paths(needed.begin(), needed.end());
  const std::map<std::string, FileIdentity> files = co_await workshop_.look_at(std::move(paths));
  std::erase_if(faults_, [&](const auto& fault) {
    const auto file = files.find(fault.first);
    return file == files.end() || file->second != fault.second.file;
  });
  for (const auto& [path, file] : files)
    if (file == FileIdentity{} && !faults_.contains(path))
      faults_[path] = {.code = ProblemCode::missing_model, .reason = "no model file " + path, .file = file};
  for (const auto& [name, model] : models_)
    if (!faults_.contains(model.path)) names.push_back(name);
  co_return names;
}

}  // namespace namrack::player

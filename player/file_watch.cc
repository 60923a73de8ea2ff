#include "player/file_watch.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <map>
#include <string>

#include "protocol/quote.h"

namespace namrack::player {
using protocol::ProblemCode;
using protocol::quote;
namespace {

// How soon a file that has come back is noticed.
constexpr std::chrono::milliseconds kLookAtFiles{1000};

}  // namespace

boost::asio::awaitable<void> FileWatch::run() {
  for (;;) {
    co_await pulse_.wait(kLookAtFiles);
    try {
      co_await look();
    } catch (const std::exception& error) {
      spdlog::error("files that are missing: {}", error.what());
    }
  }
}

boost::asio::awaitable<void> FileWatch::look() {
  std::vector<std::string> others = show_.files_not_ready();
  const std::vector<std::string> names = co_await library_.missing().look(std::move(others));
  for (const std::string& name : names) co_await loading_.try_again(name);
  report();
}

void FileWatch::report() {
  using Messages = std::map<std::string, std::string>;
  std::map<ProblemCode, Messages> problems{{ProblemCode::missing_model, {}}, {ProblemCode::broken_model, {}}};
  const MissingModels& missing = library_.missing();
  const auto add = [&](ProblemCode code, const std::string& name, const std::string& reason) {
    problems[code].emplace(name, cannot_be_played(name, reason));
  };
  for (const auto& [name, model] : missing.models())
    if (const FileFault* const fault = missing.fault_of(model.path)) add(fault->code, name, fault->reason);
  Messages scenes;
  for (const Scene& scene : show_.book().scenes()) {
    if (library_.is_playable(scene.model)) continue;
    const FileFault& fault = *missing.fault_of(scene.model->path);
    add(fault.code, scene.model->name, fault.reason);
    scenes.emplace(scene.name, "scene " + quote(scene.name) + " cannot be recalled: " + fault.reason);
  }
  if (library_.is_current_missing()) {
    const std::string& current = *state_.current();
    const std::optional<std::string>& rate_fault = state_.rate_fault();
    const bool listed = problems[ProblemCode::missing_model].contains(current) ||
                        problems[ProblemCode::broken_model].contains(current);
    if (!listed)
      add(rate_fault ? ProblemCode::broken_model : ProblemCode::missing_model, current,
          rate_fault.value_or("no model of that name is loaded"));
    const bool is_mute = state_.settings().as<OnMissing>(Setting::on_missing) == OnMissing::mute;
    for (auto& [code, messages] : problems)
      if (const auto found = messages.find(current); found != messages.end())
        found->second += is_mute ? ". It should play: the output is silent until it can"
                                 : ". It should play: the dry signal is heard until it can";
  }
  for (const auto& [code, messages] : problems) problems_.set(code, messages);
  problems_.set(ProblemCode::scene_incomplete, scenes);
}

}  // namespace namrack::player

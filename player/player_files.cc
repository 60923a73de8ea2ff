// The part of the player that deals with files that are gone or broken, and with what is heard meanwhile.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <set>
#include <utility>

#include "player/error_map.h"
#include "player/player.h"
#include "protocol/quote.h"

namespace namrack::player {
using protocol::ErrorCode;
using protocol::ProblemCode;
using protocol::ProtocolError;
using protocol::quote;
namespace {

// How soon a file that has come back is noticed.
constexpr std::chrono::milliseconds kLookAtFiles{1000};

}  // namespace

const FileFault* Player::fault_of(const std::string& path) const {
  const auto found = faults_.find(path);
  return found == faults_.end() ? nullptr : &found->second;
}

ProtocolError Player::is_missing(const std::string& name, const SavedState::Model& model) const {
  const FileFault* const fault = fault_of(model.path);
  return {ErrorCode::not_found,
          "model " + quote(name) + " cannot be played: " + (fault ? fault->reason : model.path) +
              "; put the file right, or load another one under this name",
          {{"name", name}, {"path", model.path}}};
}

boost::asio::awaitable<std::optional<ProtocolError>> Player::load_or_miss(protocol::LoadRequest request) {
  std::exception_ptr failure;
  try {
    co_await load_unmeasured(request, 0);
    co_return std::nullopt;
  } catch (...) {
    failure = std::current_exception();
  }
  const ProtocolError error = to_protocol_error(failure);
  co_await note_fault(request.path, error);
  missing_[request.name] = {.name = request.name, .path = request.path, .quality = request.quality};
  report_files();
  co_return error;
}

boost::asio::awaitable<void> Player::want(std::optional<std::string> name) {
  if (name && bank_.find(*name) == nullptr) {
    co_await change_to_missing(*name);
    co_return;
  }
  protocol::SwapRequest request{.name = std::move(name)};
  co_await swap(std::move(request), 0);
}

// Somebody may have swapped to something else while it was on its way: then that is what was wanted last.
boost::asio::awaitable<void> Player::change_to_missing(std::string name) {
  SoundChange change{
      .what = "swap",
      .swap = SoundChange::Swap{.name = name, .fade_ms = settings_[Setting::fade_ms], .is_missing = true}};
  try {
    co_await change_sound(std::move(change), nullptr, 0);
  } catch (const ProtocolError& error) {
    if (error.code() != ErrorCode::superseded)
      spdlog::error("\"{}\" is missing, and the former sound goes on: {}", name, error.message());
  }
  report_files();
}

boost::asio::awaitable<void> Player::note_fault(std::string path, ProtocolError error) {
  const auto look = [this, path] { return identity_at(paths_, path); };
  const FileIdentity file = co_await readers_.run(look);
  const bool is_gone = error.code() == ErrorCode::not_found;
  faults_[path] = {.code = is_gone ? ProblemCode::missing_model : ProblemCode::broken_model,
                   .reason = error.message(),
                   .file = file};
}

boost::asio::awaitable<void> Player::watch_files() {
  for (;;) {
    co_await pulse_.wait(kLookAtFiles);
    try {
      co_await look_at_files();
    } catch (const std::exception& error) {
      spdlog::error("files that are missing: {}", error.what());
    }
  }
}

boost::asio::awaitable<void> Player::look_at_files() {
  const std::vector<std::string> paths = needed_files();
  if (paths.empty() && faults_.empty()) co_return;
  const auto look = [this, paths] {
    std::map<std::string, FileIdentity> files;
    for (const std::string& path : paths) files.emplace(path, identity_at(paths_, path));
    return files;
  };
  const std::map<std::string, FileIdentity> files = co_await readers_.run(look);
  std::erase_if(faults_, [&](const auto& fault) {
    const auto file = files.find(fault.first);
    return file == files.end() || file->second != fault.second.file;
  });
  for (const auto& [path, file] : files)
    if (file == FileIdentity{} && !faults_.contains(path))
      faults_[path] = {.code = ProblemCode::missing_model, .reason = "no model file " + path, .file = file};
  std::vector<std::string> names;
  for (const auto& [name, model] : missing_)
    if (!faults_.contains(model.path)) names.push_back(name);
  for (const std::string& name : names) co_await try_again(name);
  report_files();
}

// What is audible is crossfaded to when it is there.
boost::asio::awaitable<void> Player::try_again(std::string name) {
  const auto found = missing_.find(name);
  if (found == missing_.end()) co_return;
  const std::string path = found->second.path;
  protocol::LoadRequest request{.name = name,
                                .path = path,
                                .quality = found->second.quality,
                                .replace = true,
                                .if_over = protocol::IfOver::force};
  std::exception_ptr failure;
  try {
    co_await load_into_bank(std::move(request), settings_[Setting::fade_ms], 0, Measuring::loudness);
    co_return;
  } catch (...) {
    failure = std::current_exception();
  }
  const ProtocolError error = to_protocol_error(failure);
  // Somebody else is loading it.
  if (error.code() != ErrorCode::busy) co_await note_fault(path, error);
}

// Of all that is not loaded.
std::vector<std::string> Player::needed_files() const {
  std::set<std::string> paths;
  for (const auto& [name, model] : missing_) paths.insert(model.path);
  for (const Scene& scene : scenes_.scenes())
    if (!is_warm(scene)) paths.insert(scene.model->path);
  return {paths.begin(), paths.end()};
}

bool Player::is_playable(const Scene& scene) const {
  return is_warm(scene) || fault_of(scene.model->path) == nullptr;
}

// While audio runs: before, the server's rate is only assumed.
void Player::report_rate() {
  std::map<std::string, std::string> messages;
  const BankEntry* const entry = is_current_missing() || !current_ ? nullptr : bank_.find(*current_);
  if (driver_.is_running() && entry != nullptr && entry->model->sample_rate() != conditions_.sample_rate)
    messages[*current_] = fmt::format(
        "model {} is made for {} Hz and JACK runs at {} Hz: it is resampled, which delays it by {} "
        "frames",
        quote(*current_), entry->model->sample_rate(), conditions_.sample_rate, latency_frames_);
  problems_.set(ProblemCode::rate, messages);
}

void Player::report_files() {
  using Messages = std::map<std::string, std::string>;
  std::map<ProblemCode, Messages> problems{{ProblemCode::missing_model, {}}, {ProblemCode::broken_model, {}}};
  const auto add = [&](const std::string& name, const FileFault& fault) {
    problems[fault.code].emplace(name, "model " + quote(name) + " cannot be played: " + fault.reason +
                                           "; put the file right, or load another one under this name");
  };
  for (const auto& [name, model] : missing_)
    if (const FileFault* const fault = fault_of(model.path)) add(name, *fault);
  Messages scenes;
  for (const Scene& scene : scenes_.scenes()) {
    if (is_playable(scene)) continue;
    const FileFault& fault = *fault_of(scene.model->path);
    add(scene.model->name, fault);
    scenes.emplace(scene.name, "scene " + quote(scene.name) + " cannot be recalled: " + fault.reason);
  }
  if (is_current_missing()) {
    const std::string reason = rate_fault_ ? *rate_fault_ : "no model of that name is loaded";
    const bool listed = problems[ProblemCode::missing_model].contains(*current_) ||
                        problems[ProblemCode::broken_model].contains(*current_);
    if (!listed)
      add(*current_, {.code = rate_fault_ ? ProblemCode::broken_model : ProblemCode::missing_model,
                      .reason = reason,
                      .file = {}});
    for (auto& [code, messages] : problems)
      if (const auto found = messages.find(*current_); found != messages.end())
        found->second += settings_.as<OnMissing>(Setting::on_missing) == OnMissing::mute
                             ? ". It should play: the output is silent until it can"
                             : ". It should play: the dry signal is heard until it can";
  }
  for (const auto& [code, messages] : problems) problems_.set(code, messages);
  problems_.set(ProblemCode::scene_incomplete, scenes);
}

}  // namespace namrack::player

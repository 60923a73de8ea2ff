#include "player/changes/open_changes.h"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "protocol/error.h"

namespace namrack::player {
using protocol::ErrorCode;
using protocol::ProtocolError;

OpenChange::OpenChange(OpenChanges& all, boost::asio::io_context& control, const SoundChange& change,
                       Origin origin)
    : all_(all),
      id_(all.last_id_ + 1),
      what_(change.what),
      when_(change.when),
      origin_(origin),
      swaps_(change.swap.has_value()),
      sets_(!change.settings.is_empty()),
      model_(change.swap ? change.swap->name : std::nullopt),
      scene_(change.scene ? std::optional(change.scene->name) : std::nullopt),
      wake_(control),
      ended_(control.get_executor()) {
  if (!is_now() && all_.waiting().size() >= OpenChanges::kMaxWaiting)
    throw ProtocolError(ErrorCode::limit,
                        std::to_string(OpenChanges::kMaxWaiting) +
                            " changes wait for their time already; `pending` lists them, `cancel` ends them",
                        {{"limit", OpenChanges::kMaxWaiting}});
  all_.last_id_ = id_;
  all_.changes_.emplace(id_, this);
}

OpenChange::~OpenChange() {
  all_.changes_.erase(id_);
  ended_.set(ended_cancelled_);
}

void OpenChange::cancel() {
  cancelled_ = true;
  wake_.cancel();
}

void OpenChange::require_wanted() {
  if (!cancelled_) return;
  ended_cancelled_ = true;
  throw ProtocolError(ErrorCode::cancelled, "it was cancelled before its time", {{"id", id_}});
}

boost::asio::awaitable<void> OpenChange::nap(std::chrono::steady_clock::duration duration) {
  boost::system::error_code woken;
  wake_.expires_after(duration);
  if (!cancelled_) co_await wake_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
}

template <typename Predicate>
bool OpenChanges::any(Predicate predicate) const {
  return std::ranges::any_of(changes_, [&](const auto& entry) { return predicate(*entry.second); });
}

bool OpenChanges::any_swap() const {
  return any([](const OpenChange& change) { return change.swaps_; });
}

bool OpenChanges::any_settings() const {
  return any([](const OpenChange& change) { return change.sets_; });
}

bool OpenChanges::any_outside_rig() const {
  return any([](const OpenChange& change) { return change.command == nullptr; });
}

const OpenChange* OpenChanges::first_now() const {
  const auto found = std::ranges::find_if(changes_, [](const auto& entry) { return entry.second->is_now(); });
  return found != changes_.end() ? found->second : nullptr;
}

bool OpenChanges::swaps_to(const std::string& model) const {
  return any([&](const OpenChange& change) { return change.model_ == model; });
}

bool OpenChanges::swaps_now_to(const std::string& model) const {
  return any([&](const OpenChange& change) { return change.model_ == model && change.is_now(); });
}

bool OpenChanges::recalls(const std::string& scene) const {
  return any([&](const OpenChange& change) { return change.scene_ == scene; });
}

std::vector<OpenChange*> OpenChanges::waiting() const {
  std::vector<OpenChange*> result;
  for (const auto& [id, change] : changes_)
    if (!change->is_now()) result.push_back(change);
  return result;
}

OpenChange* OpenChanges::find_waiting(std::uint64_t id) const {
  const auto found = changes_.find(id);
  if (found == changes_.end() || found->second->is_now() || found->second->cancelled_) return nullptr;
  return found->second;
}

std::vector<engine::Change*> OpenChanges::commands_to(const std::string& model) const {
  std::vector<engine::Change*> commands;
  for (const auto& [id, change] : changes_)
    if (!change->is_now() && change->model_ == model && change->command) commands.push_back(change->command);
  return commands;
}

}  // namespace namrack::player

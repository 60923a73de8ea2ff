#include "player/player.h"

#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

#include "protocol/nearest.h"

namespace namrack::player {
using protocol::ErrorCode;
using protocol::ProtocolError;
using protocol::Topic;

Player::Player(boost::asio::io_context& control, Pulse& pulse, AudioState& audio, PlayerWorkers workers,
               EventHub& events, Problems& problems, ModelPaths paths, Budgets budgets)
    : control_(control),
      pulse_(pulse),
      audio_(audio),
      readers_(workers.readers),
      builder_(workers.builder),
      listener_(workers.listener),
      events_(events),
      problems_(problems),
      paths_(std::move(paths)),
      budgets_(budgets),
      driver_(pulse, audio.rig,
              {.give_back = [this](std::unique_ptr<engine::Path> path) { take_back(std::move(path)); },
               .acted = [this](const engine::Change& change) { adopt_action(change); },
               .faded = [this](const engine::Change& change) { report_fade(change); }}) {
  set_running(false);
}

// Between two connections the rig is muted, so that the sound always fades in.
void Player::set_running(bool running) {
  if (running) {
    // What the last connection has left says nothing about this one.
    audio_.block_frames = 0;
    audio_.transport.stand();
  }
  audio_.rig.mute(!running);
  driver_.set_running(running);
  report_rate();
}

void Player::require_rev(const protocol::IfRev& expected) const {
  if (expected && *expected != rev_)
    throw ProtocolError(ErrorCode::conflict,
                        "the revision is " + std::to_string(rev_) + ", not " + std::to_string(*expected),
                        {{"rev", rev_}});
}

const BankEntry* Player::find_entry(const std::string& name, const Group* group) const {
  if (group != nullptr) {
    const auto loaded = group->loads.find(name);
    if (loaded != group->loads.end()) return &loaded->second.entry;
    if (group->unloads.contains(name)) return nullptr;
  }
  return bank_.find(name);
}

BankEntry& Player::require_entry(const std::string& name, Group* group) {
  BankEntry* const entry = const_cast<BankEntry*>(std::as_const(*this).find_entry(name, group));
  if (const auto found = missing_.find(name); entry == nullptr && found != missing_.end())
    throw is_missing(name, found->second);
  if (entry == nullptr) {
    std::vector<std::string> names;
    for (const auto& [known, other] : bank_.entries())
      if (find_entry(known, group) != nullptr) names.push_back(known);
    if (group != nullptr)
      for (const auto& [loaded, load] : group->loads) names.push_back(loaded);
    const std::optional<std::string> near = protocol::nearest(name, names);
    throw ProtocolError(ErrorCode::not_found,
                        "no model named \"" + name + "\" is loaded" + protocol::did_you_mean(near),
                        protocol::with_nearest({{"name", name}}, near));
  }
  return *entry;
}

ProtocolError Player::already_loaded(const std::string& name) {
  return {ErrorCode::busy,
          "a model named \"" + name + "\" is already loaded; replace it with replace=true",
          {{"name", name}}};
}

ProtocolError Player::bank_is_full() {
  return {ErrorCode::limit, "the bank is full", {{"limit", Bank::kMaxModels}}};
}

// `playing` is what will be audible when it goes.
void Player::require_unloadable(const std::string& name, const std::optional<std::string>& playing) const {
  if (playing == name)
    throw ProtocolError(ErrorCode::busy, "model \"" + name + "\" is audible; swap to another one first",
                        {{"name", name}});
  if (open_changes_.swaps_to(name))
    throw ProtocolError(
        ErrorCode::busy,
        "a swap to \"" + name + "\" is under way, or waits for its time: see `pending`, `cancel`",
        {{"name", name}});
  require_not_held(name, nullptr);
  if (bank_.is_reserved(name))
    throw ProtocolError(ErrorCode::busy, "model \"" + name + "\" is being replaced", {{"name", name}});
}

void Player::unload(const protocol::UnloadRequest& request, Origin origin) {
  require_rev(request.if_rev);
  if (!missing_.contains(request.name)) require_entry(request.name);
  require_unloadable(request.name, current_);
  take_from_bank(request.name, origin);
}

void Player::take_from_bank(const std::string& name, Origin origin) {
  discard(bank_.take(name));
  missing_.erase(name);
  report_files();
  events_.publish(Topic::bank, next_rev(), std::nullopt, {{"change", "unloaded"}, {"name", name}}, origin);
  warm_up();
  changed();
}

std::uint64_t Player::count_change() {
  ++rev_;
  changed();
  return rev_;
}

void Player::changed() {
  if (changed_) changed_();
}

}  // namespace namrack::player

#include "player/player.h"

#include <fmt/format.h>

#include "protocol/quote.h"

namespace namrack::player {

Player::Player(boost::asio::io_context& control, Pulse& pulse, engine::AudioState& audio,
               PlayerWorkers workers, EventHub& events, Problems& problems, ModelPaths paths, Budgets budgets)
    : audio_(audio),
      problems_(problems),
      state_(events),
      library_(control, workers.readers, workers.builder, state_, std::move(paths), std::move(budgets),
               {.changed =
                    [this] {
                      file_watch_.report();
                      library_.warm().update();
                    },
                .put = [this](const std::string& name) { changes_.make_anew(name); },
                .swaps_to = [this](const std::string& name) { return changes_.open().swaps_to(name); },
                .swaps_now = [this](const std::string& name) { return changes_.open().swaps_now_to(name); }}),
      changes_(control, pulse, audio, workers.listener, state_, library_),
      show_(state_, library_, changes_),
      loading_(state_, library_, changes_),
      file_watch_(pulse, state_, library_, show_, loading_, problems) {
  library_.measurer().on_mismatch([this](const std::string& name) { changes_.match_anew(name); });
  library_.warm().on_fault([this] { file_watch_.report(); });
  changes_.on_swapped([this] {
    file_watch_.report();
    report_rate();
  });
  set_running(false);
}

// While audio runs: before, the server's rate is only assumed.
void Player::report_rate() {
  std::map<std::string, std::string> messages;
  const std::optional<std::string>& current = state_.current();
  const BankEntry* const entry =
      current && !library_.is_current_missing() ? library_.find(*current) : nullptr;
  const double rate = library_.workshop().conditions().sample_rate;
  if (is_running() && entry != nullptr && entry->model->sample_rate() != rate)
    messages[*current] = fmt::format(
        "model {} is made for {} Hz and JACK runs at {} Hz: it is resampled, which delays it by {} "
        "frames",
        protocol::quote(*current), entry->model->sample_rate(), rate, state_.latency_frames());
  problems_.set(protocol::ProblemCode::rate, messages);
}

SavedState Player::saved_state() const {
  SavedState state;
  for (const auto& [name, entry] : library_.bank().entries())
    state.bank.push_back({name, entry.path, entry.quality});
  for (const auto& [name, model] : library_.missing().models()) state.bank.push_back(model);
  state.current = state_.current();
  state.bypass = state_.is_bypassed();
  state.settings = state_.settings();
  state.scenes = show_.book();
  state.measurements = library_.workshop().measurements();
  return state;
}

boost::asio::awaitable<void> Player::restore(SavedState state) {
  show_.restore(std::move(state.scenes));
  library_.workshop().restore(std::move(state.measurements));
  protocol::SetRequest settings{.changes = SettingChanges(state.settings)};
  co_await changes_.set(std::move(settings), 0);
  for (const ModelFile& model : state.bank) {
    protocol::LoadRequest request;
    request.name = model.name;
    request.path = model.path;
    request.quality = model.quality;
    co_await loading_.load_or_miss(std::move(request));
  }
  if (state.bypass) {
    protocol::BypassRequest request;
    request.to = protocol::Switch::on;
    co_await changes_.bypass(request, 0);
  }
}

boost::asio::awaitable<void> Player::prepare_for(PlayingConditions conditions) {
  const bool new_rate = conditions.sample_rate != library_.workshop().conditions().sample_rate;
  for (engine::DspLoad* const load : {&audio_.load, &audio_.recent_load, &audio_.fade_load})
    load->configure(conditions.sample_rate);
  audio_.load.restart();
  library_.set_conditions(conditions);
  if (!new_rate) co_return;
  library_.workshop().discard(audio_.rig.set_sample_rate(conditions.sample_rate));
  co_await loading_.rebuild_current();
  co_await library_.rebuild_spares();
}

void Player::set_block(std::size_t frames) {
  library_.set_conditions({.sample_rate = library_.workshop().conditions().sample_rate, .block = frames});
}

}  // namespace namrack::player

#include "engine/audio/rig.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/flush_denormals.h"

namespace namrack::engine {

namespace {

// Of actions, which come after all commands for the same frame, in their own order.
constexpr std::uint64_t kFirstActionOrder = std::uint64_t{1} << 63U;

std::uint64_t frames_to_grid(const RigChange::Grid& grid, std::uint64_t frame) noexcept {
  if (grid.period == 0) return 0;
  const std::uint64_t beyond = (frame - grid.of) % grid.period;
  return beyond == 0 ? 0 : grid.period - beyond;
}

}  // namespace

Rig::Rig(double sample_rate) : sample_rate_(sample_rate) {
  set_sample_rate(sample_rate);
}

Rig::~Rig() {
  apply_idle();
  while (poll()) {
  }
  delete current_.release();
}

// ---- Control thread
// ---------------------------------------------------------------------------------------------

std::optional<std::uint64_t> Rig::change(RigChange& change) {
  if (open_commands_ == kMaxOpen || models_inside_ == kMaxOpen) return std::nullopt;
  Command command;
  command.id = next_id_;
  command.at_frame = change.at_frame;
  command.order = change.order > 0 ? change.order : command.id;
  command.grid = change.at_frame == kNow ? change.grid : RigChange::Grid{};
  command.waits_for_model = change.at_frame == kNow;
  command.bypass = change.bypass;
  command.settings = change.settings;
  if (change.swap) {
    command.swaps = true;
    command.fade_kind = change.swap->fade_kind;
    command.fade_frames = change.swap->fade_frames;
    command.silent = change.swap->silent;
    command.catches_up = change.swap->catches_up;
    command.model = change.swap->model.get();
  }
  if (!commands_.push(command)) return std::nullopt;
  if (change.swap && change.swap->model.release() != nullptr) ++models_inside_;
  ++open_commands_;
  return next_id_++;
}

std::optional<std::uint64_t> Rig::swap(std::unique_ptr<RigModel>& model, std::uint32_t fade_frames,
                                       std::uint64_t at_frame, FadeKind fade_kind) {
  RigChange wanted{
      .swap = RigChange::Swap{.model = std::move(model), .fade_frames = fade_frames, .fade_kind = fade_kind},
      .at_frame = at_frame};
  const std::optional<std::uint64_t> id = change(wanted);
  if (!id) model = std::move(wanted.swap->model);
  return id;
}

std::optional<std::uint64_t> Rig::bypass(BypassSwitch to, std::uint64_t at_frame) {
  RigChange wanted{.bypass = to, .at_frame = at_frame};
  return change(wanted);
}

std::optional<std::uint64_t> Rig::set(const SettingChanges& settings, std::uint64_t at_frame) {
  RigChange wanted{.settings = settings, .at_frame = at_frame};
  return change(wanted);
}

std::optional<RigReport> Rig::poll() {
  Answer answer{};
  if (!answers_.pop(answer)) return std::nullopt;
  if (answer.is_last && answer.id != 0) --open_commands_;
  if (answer.id == 0) open_actions_.fetch_sub(1, std::memory_order_release);
  if (answer.model != nullptr) --models_inside_;
  return RigReport{.kind = answer.kind,
                   .id = answer.id,
                   .settings = answer.settings,
                   .is_kept = answer.is_kept,
                   .frame = answer.frame,
                   .fade_frames = answer.fade_frames,
                   .skipped_frames = answer.skipped_frames,
                   .fade_kind = answer.fade_kind,
                   .bypassed = answer.bypassed,
                   .level_before = answer.level_before,
                   .level_after = answer.level_after,
                   .model = std::unique_ptr<RigModel>(answer.model)};
}

void Rig::apply_idle() {
  // In their order: what was under way or waiting, what was scheduled, what is queued.
  while (stage_ != Stage::none) end_stage(kNow);
  read_mute();
  std::vector<std::uint64_t> cancelled;
  for (std::uint64_t id = 0; cancels_.pop(id);) cancelled.push_back(id);
  const auto at_once = [&](Command command) {
    if (command.id != 0 && std::ranges::find(cancelled, command.id) != cancelled.end())
      return answer(RigReport::Kind::cancelled, command, kNow, command.model);
    command.fade_frames = 0;
    if (!command.swaps) return carry_out(command, kNow);
    begin_swap(command, kNow);
    while (stage_ != Stage::none) end_stage(kNow);
  };
  if (waiting_swap_) at_once(*std::exchange(waiting_swap_, std::nullopt));
  std::sort(scheduled_.begin(), scheduled_.begin() + static_cast<std::ptrdiff_t>(num_scheduled_),
            [](const Command& a, const Command& b) {
              return std::tie(a.at_frame, a.order) < std::tie(b.at_frame, b.order);
            });
  for (std::size_t i = 0; i < num_scheduled_; ++i) at_once(scheduled_[i]);
  num_scheduled_ = 0;
  for (Command command; commands_.pop(command);) at_once(command);
  bypass_fade_.jump_to(bypass_fade_.to_second());
  mute_gain_.jump_to(mute_gain_.target());
  current_.end_ramps();
}

std::unique_ptr<RigModel> Rig::set_sample_rate(double sample_rate) {
  sample_rate_ = sample_rate;
  mute_gain_.set_ramp_frames(frames_in(kMuteSeconds));
  input_guard_.set_sample_rate(sample_rate);
  peak_guard_.set_sample_rate(sample_rate);
  adopt_settings({});
  std::unique_ptr<RigModel> former(current_.release());
  if (former) --models_inside_;
  current_.start(nullptr, settings_, sample_rate);
  recent_input_.silence();
  return former;
}

// ---- Audio thread
// -----------------------------------------------------------------------------------------------

Rig::Answer Rig::make_answer(RigReport::Kind kind, const Command& command, std::uint64_t frame,
                             RigModel* model) const noexcept {
  return {.kind = kind,
          .fade_kind = command.fade_kind,
          .bypassed = bypass_fade_.to_second(),
          .is_last = !command.swaps || kind != RigReport::Kind::applied,
          .fade_frames = command.fade_frames,
          .skipped_frames = 0,
          .level_before = 0.0F,
          .level_after = 0.0F,
          .id = command.id,
          .frame = frame,
          .settings = command.settings,
          .is_kept = command.is_kept,
          .model = model};
}

void Rig::answer(RigReport::Kind kind, const Command& command, std::uint64_t frame,
                 RigModel* model) noexcept {
  answers_.push(make_answer(kind, command, frame, model));
}

void Rig::adopt_commands(std::uint64_t first_frame) noexcept {
  Command command;
  while (num_scheduled_ < scheduled_.size() && commands_.pop(command)) {
    if (command.at_frame != kNow && command.at_frame < first_frame) {
      answer(RigReport::Kind::too_late, command, first_frame, command.model);
    } else {
      if (command.at_frame == kNow) command.at_frame = frame_for_now(command, first_frame);
      scheduled_[num_scheduled_++] = command;
    }
  }
  // There is room for all open commands, so that what is to be cancelled has been adopted or is over.
  for (std::uint64_t id = 0; cancels_.pop(id);) cancel_scheduled(id, first_frame);
}

void Rig::cancel_scheduled(std::uint64_t id, std::uint64_t frame) noexcept {
  for (std::size_t i = 0; i < num_scheduled_; ++i) {
    if (scheduled_[i].id != id) continue;
    answer(RigReport::Kind::cancelled, scheduled_[i], frame, scheduled_[i].model);
    std::move(scheduled_.data() + i + 1, scheduled_.data() + num_scheduled_, scheduled_.data() + i);
    --num_scheduled_;
    return;
  }
}

// Not before an older one that waits for a frame of its grid: what was asked for last is what stays.
std::uint64_t Rig::frame_for_now(const Command& command, std::uint64_t first_frame) const noexcept {
  std::uint64_t earliest = first_frame;
  for (std::size_t i = 0; i < num_scheduled_; ++i) {
    const Command& other = scheduled_[i];
    if (other.grid.period > 0 && other.order < command.order) earliest = std::max(earliest, other.at_frame);
  }
  return earliest + frames_to_grid(command.grid, earliest);
}

bool Rig::act(const RigAction& action, std::uint64_t frame) noexcept {
  // With poll(): whoever sees that an action is no longer open sees the room that its answer has left.
  const std::size_t open = open_actions_.load(std::memory_order_acquire);
  if (open == kMaxActions || num_scheduled_ == scheduled_.size()) return false;
  Command command;
  command.at_frame = frame;
  command.order = kFirstActionOrder + actions_++;
  command.is_kept = action.is_kept;
  command.bypass = action.bypass;
  command.settings = action.settings;
  scheduled_[num_scheduled_++] = command;
  open_actions_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void Rig::begin_due(std::uint64_t frame) noexcept {
  for (;;) {
    Command* first = nullptr;
    for (std::size_t i = 0; i < num_scheduled_; ++i) {
      Command& command = scheduled_[i];
      if (command.at_frame <= frame && (first == nullptr || command.order < first->order)) first = &command;
    }
    if (first == nullptr) return;
    const Command due = *first;
    std::move(first + 1, scheduled_.data() + num_scheduled_, first);
    --num_scheduled_;
    begin(due, frame);
  }
}

std::size_t Rig::frames_until_next(std::uint64_t frame, std::size_t at_most) const noexcept {
  std::size_t frames = std::min(at_most, kChunk);
  for (std::size_t i = 0; i < num_scheduled_; ++i) {
    frames = std::min<std::uint64_t>(frames, scheduled_[i].at_frame - frame);
  }
  if (waiting_swap_ && waiting_swap_->grid.period > 0)
    frames = std::min<std::uint64_t>(frames, frames_to_grid(waiting_swap_->grid, frame + 1) + 1);
  return stage_ != Stage::none ? std::min(frames, swap_fade_.left()) : frames;
}

void Rig::begin(const Command& command, std::uint64_t frame) noexcept {
  if (!command.swaps) return carry_out(command, frame);
  // A third model cannot join a running fade, nor a second one listen: the newest command waits, an older one
  // gives way.
  if (waiting_swap_) answer(RigReport::Kind::superseded, *waiting_swap_, frame, waiting_swap_->model);
  waiting_swap_ = command;
  waits_from_ = frame;
  if (stage_ != Stage::none) swap_fade_.hurry(frames_in(kHurrySeconds));
  begin_waiting(frame);
}

void Rig::begin_waiting(std::uint64_t frame) noexcept {
  if (!waiting_swap_ || stage_ != Stage::none) return;
  if (is_ready(*waiting_swap_, frame) && frames_to_grid(waiting_swap_->grid, frame) == 0)
    begin_swap(*std::exchange(waiting_swap_, std::nullopt), frame);
}

// One that never catches up must not keep others waiting.
bool Rig::is_ready(const Command& command, std::uint64_t frame) const noexcept {
  const bool waits = command.waits_for_model && command.catches_up;
  return !waits || command.model == nullptr || command.model->lag(recent_input_) == 0 ||
         frame - waits_from_ >= frames_in(kMostWaitSeconds);
}

// The next model to join hears what it has missed. During a fade two models run already; then it waits.
void Rig::let_listen(std::size_t frames) noexcept {
  if (stage_ != Stage::none) return;
  const Command* next = waiting_swap_ ? &*waiting_swap_ : nullptr;
  for (std::size_t i = 0; i < num_scheduled_ && !waiting_swap_; ++i) {
    const Command& command = scheduled_[i];
    if (command.model != nullptr && command.catches_up &&
        (next == nullptr || command.at_frame < next->at_frame))
      next = &command;
  }
  if (next == nullptr || next->model == nullptr || !next->catches_up) return;
  next->model->listen(recent_input_, frames + (frames + 1) / 2,
                      ModelPath::input_gain(*next->model, path_settings(*next)));
}

void Rig::begin_swap(const Command& command, std::uint64_t frame) noexcept {
  fading_to_ = command;
  fading_from_ = current_.model();
  if (command.bypass) begin_bypass(*command.bypass);
  adopt_settings(command.settings);
  // Answered now, so that what comes later is answered later, also while it fades through zero.
  Answer applied = make_answer(RigReport::Kind::applied, command, frame);
  applied.level_before = current_.level();
  applied.level_after = ModelPath::level_of(command.model, settings_);
  const bool through_zero = command.fade_kind == FadeKind::through_zero;
  if (command.model != nullptr && command.model->listens())
    applied.skipped_frames = static_cast<std::uint32_t>(command.model->skipped_frames(recent_input_)) +
                             (through_zero ? command.fade_frames / 2 : 0);
  answers_.push(applied);
  if (through_zero) {
    stage_ = Stage::fading_out;
    swap_fade_.go_to(true, command.fade_frames / 2);
  } else {
    join(incoming_);
    stage_ = Stage::crossfading;
    swap_fade_.go_to(true, command.fade_frames);
  }
  if (swap_fade_.left() == 0) end_stage(frame);
}

void Rig::join(ModelPath& path) noexcept {
  RigModel* const model = fading_to_.model;
  if (model != nullptr) model->go_live(recent_input_, ModelPath::input_gain(*model, settings_));
  path.start(model, settings_, sample_rate_, fading_to_.silent);
}

void Rig::end_stage(std::uint64_t frame) noexcept {
  if (stage_ == Stage::crossfading) {
    current_ = incoming_;
    incoming_.release();
  } else if (stage_ == Stage::fading_out) {
    join(current_);
    stage_ = Stage::fading_in;
    swap_fade_.jump_to(true);
    swap_fade_.go_to(false, fading_to_.fade_frames - fading_to_.fade_frames / 2);
    if (waiting_swap_) swap_fade_.hurry(frames_in(kHurrySeconds));
    if (swap_fade_.left() > 0) return;
  }
  swap_fade_.jump_to(false);
  stage_ = Stage::none;
  answer(RigReport::Kind::faded, fading_to_, frame, std::exchange(fading_from_, nullptr));
}

// What changes the sound of the model that plays.
void Rig::carry_out(const Command& command, std::uint64_t frame) noexcept {
  Command carried_out = command;
  const bool bypassed = bypass_fade_.to_second();
  if (command.bypass) begin_bypass(*command.bypass);
  carried_out.fade_frames =
      bypass_fade_.to_second() != bypassed ? static_cast<std::uint32_t>(frames_in(kBypassSeconds)) : 0;
  if (!command.settings.is_empty()) {
    adopt_settings(command.settings);
    // The outgoing path of a fade keeps the settings it has.
    if (stage_ == Stage::crossfading) incoming_.apply(settings_);
    if (stage_ == Stage::none || stage_ == Stage::fading_in) current_.apply(settings_);
  }
  answer(RigReport::Kind::applied, carried_out, frame, nullptr);
}

void Rig::begin_bypass(BypassSwitch to) noexcept {
  const bool bypassed = bypass_fade_.to_second();
  const bool wanted = to == BypassSwitch::toggle ? !bypassed : to == BypassSwitch::on;
  if (wanted != bypassed) bypass_fade_.go_to(wanted, frames_in(kBypassSeconds));
}

void Rig::adopt_settings(const SettingChanges& changes) noexcept {
  settings_ = changes.applied_to(settings_);
  ceiling_ = is_on(settings_, Setting::peak_guard) ? db_to_gain(settings_.as<float>(Setting::ceiling_db))
                                                   : kNoCeiling;
}

void Rig::read_mute() noexcept {
  const bool muted = muted_.load(std::memory_order_relaxed);
  mute_gain_.go_to(muted ? 0.0F : 1.0F);
  silent_.store(muted && !mute_gain_.moving(), std::memory_order_release);
}

void Rig::process(const float* in, float* out, std::size_t frames, std::uint64_t first_frame) noexcept {
  const ScopedFlushDenormals flush_denormals;
  adopt_commands(first_frame);
  read_mute();
  for (std::size_t done = 0; done < frames;) {
    const std::uint64_t frame = first_frame + done;
    begin_due(frame);
    const std::size_t chunk = frames_until_next(frame, frames - done);
    process_chunk(in + done, out + done, chunk);
    done += chunk;
    if (stage_ != Stage::none && swap_fade_.left() == 0) end_stage(first_frame + done);
    begin_waiting(first_frame + done);
  }
  if (!std::exchange(input_is_sound_, true)) input_faults_.fetch_add(1, std::memory_order_relaxed);
}

void Rig::process_chunk(const float* in, float* out, std::size_t frames) noexcept {
  // Nothing behind this line sees `in`; `out` may be the same memory.
  if (!input_guard_.process(in, dry_.data(), frames)) input_is_sound_ = false;
  input_meter_.measure(dry_.data(), frames);
  recent_input_.append(dry_.data(), frames);
  let_listen(frames);
  bool sound = current_.process(dry_.data(), wet_.data(), frames);
  if (stage_ == Stage::crossfading)
    sound = incoming_.process(dry_.data(), incoming_wet_.data(), frames) && sound;
  else if (stage_ != Stage::none)
    std::fill_n(incoming_wet_.data(), frames, 0.0F);
  if (stage_ != Stage::none) swap_fade_.process(wet_.data(), incoming_wet_.data(), wet_.data(), frames);
  if (!sound) faults_.fetch_add(1, std::memory_order_relaxed);
  bypass_fade_.process(wet_.data(), dry_.data(), out, frames);
  mute_gain_.apply(out, frames);
  peak_guard_.process(out, frames, ceiling_);
  output_meter_.measure(out, frames);
}

}  // namespace namrack::engine

#include "engine/audio/rig_model.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/audio/rate_adapter.h"
#include "engine/base/flush_denormals.h"
#include "engine/base/model_error.h"

namespace namrack::engine {
namespace {

/// 1 to 0, with slopes of zero at both ends, as `left` goes from all frames of a splice to none.
float smooth_share(std::size_t left) noexcept {
  const float u = static_cast<float>(left) / static_cast<float>(RigModel::kSpliceFrames);
  return u * u * (3.0F - 2.0F * u);
}

/// nullptr when the rates are equal.
std::unique_ptr<RateAdapter> make_adapter(const Model& model, double host_rate) {
  if (model.sample_rate() == host_rate) return nullptr;
  try {
    return std::make_unique<RateAdapter>(model.sample_rate(), host_rate, RigModel::kMaxFrames);
  } catch (const ModelError& error) {
    throw error.with_file(model.info().path.string());
  }
}

}  // namespace

RigModel::RigModel(std::shared_ptr<const Model> model, double host_rate,
                   std::optional<float> measured_loudness_db)
    : model_(std::move(model)),
      host_rate_(host_rate),
      measured_loudness_db_(measured_loudness_db),
      network_(model_->instantiate()) {
  adapter_ = make_adapter(*model_, host_rate);
  const ScopedFlushDenormals flush_denormals;
  // What it rests at in silence is asked once, here, because the answer takes a run.
  std::array<float, kMaxFrames> frames{};
  reset(InitialState::prewarmed);
  process(frames.data(), frames.data(), frames.size());
  resting_output_ = frames.back();
  reset(InitialState::prewarmed);
  const double ratio = host_rate / model_->sample_rate();
  memory_frames_ =
      static_cast<std::size_t>(std::ceil(static_cast<double>(model_->info().receptive_field) * ratio)) +
      (adapter_ ? adapter_->span_frames() : 0);
}

RigModel::~RigModel() = default;

std::size_t RigModel::latency_frames() const {
  return adapter_ ? adapter_->latency_frames() : 0;
}

std::size_t RigModel::bytes() const {
  return network_->state_bytes() + (adapter_ ? adapter_->bytes() : 0);
}

void RigModel::process(const float* in, float* out, std::size_t frames) noexcept {
  if (adapter_) {
    adapter_->process(*network_, in, out, frames);
  } else {
    network_->process(in, out, frames);
  }
}

void RigModel::reset(InitialState state) noexcept {
  network_->reset(state);
  if (adapter_) adapter_->reset(*network_);
  dc_blocker_.reset(host_rate_, resting_output_);
  level_.reset();
  heard_until_.reset();
  entry_left_ = splice_left_ = 0;
}

std::size_t RigModel::period_frames() const {
  return adapter_ ? adapter_->period_frames() : 1;
}

std::size_t RigModel::memory_frames_with_dc_blocker() const {
  return memory_frames_ + static_cast<std::size_t>(DcBlocker::kSettlingSeconds * host_rate_);
}

void RigModel::begin_to_listen(const RecentInput& input, std::size_t frames) noexcept {
  reset(InitialState::prewarmed);
  const std::uint64_t end = input.end();
  const std::uint64_t begin =
      end - std::min<std::uint64_t>(end, std::min(frames + kSpliceFrames, RecentInput::kReadable));
  // A whole number of periods from the rig's first frame, so that resampling is in step with an instance
  // that has run since then.
  heard_until_ = begin / period_frames() * period_frames();
  entry_left_ = begin > 0 ? kSpliceFrames : 0;
}

void RigModel::hear_nothing(const RecentInput& input, std::size_t frames) noexcept {
  const std::uint64_t end = input.end();
  heard_until_ = end - std::min<std::uint64_t>(end, frames);
  entry_left_ = kSpliceFrames;
}

std::uint64_t RigModel::skipped_frames(const RecentInput& input) const noexcept {
  return std::min<std::uint64_t>(lag(input), memory_frames_with_dc_blocker());
}

void RigModel::listen(const RecentInput& input, std::size_t frames, float gain) noexcept {
  std::array<float, kMaxFrames> chunk;
  // What came before has no part in what is heard later.
  const std::size_t memory = memory_frames_with_dc_blocker() + kSpliceFrames;
  if (lag(input) > memory + period_frames()) {
    *heard_until_ += (lag(input) - memory) / period_frames() * period_frames();
    entry_left_ = kSpliceFrames;
  }
  while (frames > 0 && lag(input) > 0) {
    const std::size_t count = std::min({frames, std::size_t{lag(input)}, kMaxFrames});
    if (!input.read(*heard_until_, chunk.data(), count)) std::fill_n(chunk.data(), count, 0.0F);
    for (std::size_t i = 0; i < count; ++i) {
      chunk[i] *= gain;
      if (entry_left_ > 0) chunk[i] *= 1.0F - smooth_share(entry_left_--);
    }
    process(chunk.data(), chunk.data(), count);
    for (std::size_t i = 0; i < count; ++i) chunk[i] = block_dc(chunk[i]);
    follow_level(chunk.data(), count);
    *heard_until_ += count;
    frames -= count;
  }
}

void RigModel::go_live(const RecentInput& input, float gain) noexcept {
  if (lag(input) > 0) {
    splice_input_ = &input;
    splice_at_ = entry_left_ == kSpliceFrames ? kSilence : *heard_until_;  // it has heard nothing yet
    splice_gain_ = gain;
    splice_left_ = kSpliceFrames;
  }
  heard_until_.reset();
}

void RigModel::splice(float* in, std::size_t frames) noexcept {
  const std::size_t count = std::min(frames, splice_left_);
  if (count == 0) return;
  std::array<float, kMaxFrames> earlier;
  if (!splice_input_->read(splice_at_, earlier.data(), count)) std::fill_n(earlier.data(), count, 0.0F);
  splice_at_ += count;
  for (std::size_t i = 0; i < count; ++i) {
    const float share = smooth_share(splice_left_--);
    in[i] += share * (splice_gain_ * earlier[i] - in[i]);
  }
}

}  // namespace namrack::engine

#include "engine/audio/path.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "engine/audio/level_follower.h"

namespace namrack::engine {
namespace {

constexpr std::uint64_t kNeverComes = std::uint64_t{1} << 62U;  // a frame of any input

/// 1 to 0, with slopes of zero at both ends, as `left` goes from all frames of a seam to none.
float smooth_share(std::size_t left, std::size_t length = Path::kSeamFrames) NAMRACK_REALTIME {
  const float u = static_cast<float>(left) / static_cast<float>(length);
  return u * u * (3.0F - 2.0F * u);
}

/// Frames that are not there count as silence.
void read(const RecentInput& input, std::uint64_t from, std::span<float> out) NAMRACK_REALTIME {
  if (!input.read(from, out)) std::ranges::fill(out, 0.0F);
}

}  // namespace

Path::Path(double sample_rate, Stages stages) : sample_rate_(sample_rate), stages_(std::move(stages)) {
  for (const auto& stage : stages_) {
    memory_frames_ += stage->memory_frames();
    settling_frames_ += stage->settling_frames();
    period_frames_ = std::lcm(period_frames_, stage->period_frames());
    has_key_ = has_key_ || stage->hears_key();
  }
  while (factors_ < stages_.size() && stages_[factors_]->factor()) ++factors_;
  apply(Settings());
  end_ramps();
}

std::size_t Path::latency_frames() const NAMRACK_REALTIME {
  std::size_t frames = 0;
  for (const auto& stage : stages_) frames += stage->latency_frames();
  return frames;
}

void Path::apply(const Settings& settings) NAMRACK_REALTIME {
  for (const auto& stage : stages_) stage->apply(settings);
}

void Path::end_ramps() NAMRACK_REALTIME {
  for (const auto& stage : stages_) stage->end_ramps();
}

float Path::level() const NAMRACK_REALTIME {
  float factor = 1.0F;
  for (auto stage = stages_.rbegin(); stage != stages_.rend(); ++stage) {
    if (const LevelFollower* const level = (*stage)->level()) return factor * std::sqrt(level->mean_square());
    factor *= (*stage)->factor().value_or(1.0F);
  }
  return 0.0F;
}

bool Path::process(const Block& block, std::size_t first, std::size_t end) NAMRACK_REALTIME {
  bool sound = true;
  const ConstBlock key = has_key_ ? ConstBlock(key_.like(block)) : ConstBlock(block);
  for (std::size_t i = first; i < end; ++i) {
    if (seam_.left > 0 && i == seam_.stage) add_seam(block);
    if (has_key_ && i == factors_) copy(block, key_.like(block));
    if (stages_[i]->process(block, key)) continue;
    sound = false;
    for (std::size_t behind = i + 1; behind < stages_.size(); ++behind) stages_[behind]->reset();
    seam_.left = 0;
  }
  return sound;
}

void Path::take_key(Path& other, std::size_t frames) NAMRACK_REALTIME {
  if (has_key_ && other.has_key_) copy(other.key_.mono(frames), key_.mono(frames));
}

void Path::begin_to_listen(const RecentInput& input, std::size_t frames) NAMRACK_REALTIME {
  for (const auto& stage : stages_) stage->reset();
  const std::uint64_t end = input.end();
  const std::uint64_t begin =
      end - std::min<std::uint64_t>(end, std::min(frames + kSeamFrames, RecentInput::kReadable));
  // A whole number of periods from the rig's first frame, so that what goes by periods is in step with a path
  // that has run since then.
  heard_until_ = begin / period_frames_ * period_frames_;
  entry_left_ = begin > 0 ? kSeamFrames : 0;
}

void Path::hear_nothing(const RecentInput& input, std::size_t frames) NAMRACK_REALTIME {
  const std::uint64_t end = input.end();
  heard_until_ = end - std::min<std::uint64_t>(end, frames);
  entry_left_ = kSeamFrames;
}

std::uint64_t Path::skipped_frames(const RecentInput& input) const NAMRACK_REALTIME {
  return std::min<std::uint64_t>(lag(input), whole_memory_frames());
}

void Path::listen(const RecentInput& input, std::size_t frames) NAMRACK_REALTIME {
  std::array<float, kMaxFrames> memory;
  // Earlier input has no part in what is heard later.
  const std::size_t needed = whole_memory_frames() + kSeamFrames;
  if (lag(input) > needed + period_frames_) {
    *heard_until_ += (lag(input) - needed) / period_frames_ * period_frames_;
    entry_left_ = kSeamFrames;
  }
  while (frames > 0 && lag(input) > 0) {
    const std::size_t count = std::min({frames, std::size_t{lag(input)}, kMaxFrames});
    const Block block(memory.data(), count);
    read(input, *heard_until_, block.channel(0));
    process(block, 0, factors_);
    for (float& sample : block.channel(0))
      if (entry_left_ > 0) sample *= 1.0F - smooth_share(entry_left_--);
    process(block, factors_, stages_.size());
    *heard_until_ += count;
    frames -= count;
  }
}

std::size_t Path::common_stages(const Path& other) const NAMRACK_REALTIME {
  const auto is_same = [](const auto& a, const auto& b) {
    return a->identity() != 0 && a->identity() == b->identity();
  };
  const auto end =
      std::mismatch(stages_.begin(), stages_.end(), other.stages_.begin(), other.stages_.end(), is_same);
  return static_cast<std::size_t>(end.first - stages_.begin());
}

std::size_t Path::go_live(const RecentInput& input, Path& playing) NAMRACK_REALTIME {
  const std::size_t shared = common_stages(playing);
  // What is shared keeps the key for all that stands behind it.
  if (shared > factors_) has_key_ = has_key_ || playing.has_key_;
  if (lag(input) > 0) make_seam(input, shared);
  heard_until_.reset();
  std::swap_ranges(stages_.begin(), stages_.begin() + static_cast<std::ptrdiff_t>(shared),
                   playing.stages_.begin());
  return shared;
}

void Path::make_seam(const RecentInput& input, std::size_t shared) NAMRACK_REALTIME {
  const bool has_heard_nothing = entry_left_ == kSeamFrames;
  const std::uint64_t from = has_heard_nothing ? kNeverComes : *heard_until_;
  seam_.input = &input;
  seam_.at = from;
  seam_.stage = std::max(factors_, shared);
  seam_.length = seam_.left = kSeamFrames;
  seam_.is_made = shared > factors_;
  if (!seam_.is_made) {
    seam_.factor = 1.0F;
    for (std::size_t i = 0; i < factors_; ++i) seam_.factor *= *stages_[i]->factor();
    return;
  }
  // The stages that have heard the past until here are about to leave: they make all of it now, of what there
  // is.
  if (!has_heard_nothing) seam_.length = seam_.left = std::min<std::size_t>(lag(input), kSeamFrames);
  const std::span<float> samples = std::span(seam_.samples).first(seam_.length);
  read(input, from, samples);
  seam_.left = 0;  // none for the stages that make it
  process({samples.data(), samples.size()}, 0, shared);
  seam_.left = seam_.length;
}

void Path::add_seam(const Block& block) NAMRACK_REALTIME {
  const std::size_t count = std::min(block.frames(), seam_.left);
  if (count == 0) return;
  std::array<float, kMaxFrames> memory;
  std::span<const float> earlier = std::span(memory).first(count);
  if (seam_.is_made) {
    earlier = std::span(seam_.samples).subspan(seam_.length - seam_.left, count);
  } else {
    read(*seam_.input, seam_.at, std::span(memory).first(count));
    for (float& sample : std::span(memory).first(count)) sample *= seam_.factor;
  }
  seam_.at += count;
  for (std::size_t i = 0; i < count; ++i) {
    const float share = smooth_share(seam_.left--, seam_.length);
    for (std::size_t channel = 0; channel < block.channels(); ++channel) {
      float& sample = block.channel(channel)[i];
      sample += share * (earlier[i] - sample);
    }
  }
}

}  // namespace namrack::engine

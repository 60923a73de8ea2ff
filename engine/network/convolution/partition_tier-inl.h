// One tier of a convolver, compiled once per SIMD target: partitions of one size by overlap-save.
//
// While segment i of the input arrives, a job works on the segments i - 2 and i - 1: it transforms them as
// one window, sums the products of the last windows with the spectra of the partitions, and transforms that
// back. The second half of the result, its imaginary part, is heard during segment i + 1. Segments follow the
// position in the stream, and the steps of the job are spread over the frames of segment i, so neither
// depends on how the stream is cut into blocks.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/aligned_floats.h"
#include "engine/network/convolution/convolution_layout.h"
#include "engine/network/convolution/input_history.h"
#include "engine/network/convolution/right_angle_passes-inl.h"
#include "engine/network/convolution/spectra-inl.h"
#include "engine/network/convolution/work_schedule.h"

#if defined(NAMRACK_CONVOLUTION_PARTITION_TIER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NAMRACK_CONVOLUTION_PARTITION_TIER_INL_H_
#undef NAMRACK_CONVOLUTION_PARTITION_TIER_INL_H_
#else
#define NAMRACK_CONVOLUTION_PARTITION_TIER_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace namrack::engine::HWY_NAMESPACE {

/// The spectra of the partitions, the transform's tables and the schedule of a job. Immutable.
class TierPlan {
 public:
  /// Partitions are summed up in groups of so many, so that no step of a job is long.
  static constexpr std::size_t kGroup = 16;

  TierPlan(const ConvolutionTier& tier, std::span<const float> response)
      : size_(tier.partition),
        count_(tier.count),
        layout_(size_, count_),
        lane_pass_(size_),
        spectra_(layout_.floats()),
        schedule_(size_) {
    // Two splits a pass; an odd one comes first, where there is a single root.
    const auto splits = static_cast<std::size_t>(std::countr_zero(size_ / kComplexLanes));
    if (splits % 2 == 1) passes_.emplace_back(2, 0, size_);
    for (std::size_t level = splits % 2; level < splits; level += 2) {
      passes_.emplace_back(4, level, size_ >> level);
    }
    for (std::size_t p = 0; p < count_; ++p) {
      const std::size_t begin = tier.first_tap() + p * size_;
      pack_spectrum(p, response.subspan(begin, std::min(size_, response.size() - begin)));
    }
    fill_schedule();
  }

  std::size_t size() const { return size_; }
  std::size_t count() const { return count_; }
  std::size_t groups() const { return (count_ + kGroup - 1) / kGroup; }
  const SpectraLayout& layout() const { return layout_; }
  const std::vector<VerticalPass>& passes() const { return passes_; }
  const LanePass& lane_pass() const { return lane_pass_; }
  const float* spectra() const { return spectra_.data(); }
  const WorkSchedule& schedule() const { return schedule_; }

  std::size_t bytes() const {
    std::size_t bytes = spectra_.size() * sizeof(float) + lane_pass_.bytes();
    for (const VerticalPass& pass : passes_) bytes += pass.bytes();
    return bytes;
  }

 private:
  void pack_spectrum(std::size_t p, std::span<const float> taps) {
    constexpr std::size_t kChunk = SpectraLayout::kChunk;
    std::vector<double> re(size_);
    std::vector<double> im(size_);
    std::copy(taps.begin(), taps.end(), re.begin());
    right_angle_transform(re, im);
    const double scale = 1.0 / static_cast<double>(size_);  // which the inverse transform leaves out
    for (std::size_t i = 0; i < size_; ++i) {
      const std::size_t from = i / kChunk * kChunk + lane_pass_.order()[i % kChunk];
      float* const to = spectra_.data() + layout_.offset(i / kChunk, p) + i % kChunk;
      to[0] = static_cast<float>(re[from] * scale);
      to[kChunk] = static_cast<float>(im[from] * scale);
    }
  }

  /// The phases of a job, in the order in which Tier::run() knows them. The costs of a step are measured
  /// ones; spectra of long responses come from beyond the second-level cache.
  void fill_schedule() {
    constexpr std::size_t kNearBytes = std::size_t{512} * 1024;
    const bool near = 2 * layout_.floats() * sizeof(float) <= kNearBytes;
    const std::size_t store_cost = near ? 0 : 40;
    const std::size_t product_cost = near ? 18 : 32;
    for (const VerticalPass& pass : passes_) schedule_.add(pass.steps(), pass.cost());
    schedule_.add(lane_pass_.steps(), lane_pass_.cost() + store_cost);
    schedule_.add(layout_.chunks() * groups(), 8 + product_cost * std::min(count_, kGroup));
    schedule_.add(lane_pass_.steps(), lane_pass_.cost());
    for (std::size_t p = passes_.size(); p-- > 0;) schedule_.add(passes_[p].steps(), passes_[p].cost());
  }

  static_assert(LanePass::kPair == SpectraLayout::kChunk);

  std::size_t size_;
  std::size_t count_;
  SpectraLayout layout_;
  std::vector<VerticalPass> passes_;
  LanePass lane_pass_;
  AlignedFloats spectra_;
  WorkSchedule schedule_;
};

/// One stream through a tier. Real-time safe but for the constructor.
class Tier {
 public:
  explicit Tier(const TierPlan& plan)
      : plan_(&plan), windows_(plan.layout().floats()), work_(2 * plan.size()), output_(2 * plan.size()) {}

  /// Adds its part of the output for the `frames` frames that were written to `input` last.
  void add(const InputHistory& input, float* out, std::size_t frames) noexcept {
    const std::size_t size = plan_->size();
    while (frames > 0) {
      const std::size_t now = std::min(frames, size - frame_);
      const float* const ready = output_.data() + segment_ % 2 * size + frame_;
      for (std::size_t t = 0; t < now; ++t) out[t] += ready[t];
      out += now;
      frames -= now;
      frame_ += now;
      plan_->schedule().advance(cursor_, frame_,
                                [&](std::size_t phase, std::size_t begin, std::size_t end)
                                    HWY_ATTR { run(phase, begin, end, input); });
      if (frame_ == size) next_segment();
    }
  }

  void reset() noexcept {
    for (AlignedFloats* const memory : {&windows_, &work_, &output_}) {
      std::fill_n(memory->data(), memory->size(), 0.0F);
    }
    segment_ = 0;
    frame_ = 0;
    newest_ = 0;
    cursor_ = {};
  }

  std::size_t bytes() const noexcept {
    return (windows_.size() + work_.size() + output_.size()) * sizeof(float);
  }

 private:
  void next_segment() {
    ++segment_;
    frame_ = 0;
    newest_ = (newest_ == 0 ? plan_->count() : newest_) - 1;
    cursor_ = {};
  }

  /// Steps [begin, end) of one phase of the job.
  void run(std::size_t phase, std::size_t begin, std::size_t end, const InputHistory& input) {
    const std::size_t size = plan_->size();
    const std::size_t passes = plan_->passes().size();
    float* const re = work_.data();
    float* const im = re + size;
    if (phase == 0) {
      plan_->passes()[0].forward(begin, end, input.segment(segment_ - 2, size),
                                 input.segment(segment_ - 1, size), re, im);
    } else if (phase < passes) {
      plan_->passes()[phase].forward(begin, end, re, im, re, im);
    } else if (phase == passes) {
      plan_->lane_pass().forward(begin, end, re, im, [&](std::size_t chunk) HWY_ATTR {
        return windows_.data() + plan_->layout().offset(chunk, newest_);
      });
    } else if (phase == passes + 1) {
      sum_products(begin, end);
    } else if (phase == passes + 2) {
      plan_->lane_pass().inverse(begin, end, re, im);
    } else {
      const std::size_t pass = 2 * passes + 2 - phase;
      float* const next = output_.data() + (segment_ + 1) % 2 * size;
      plan_->passes()[pass].inverse(begin, end, re, im, pass == 0 ? next : im);
    }
  }

  /// A step is one group of partitions for one chunk of values.
  void sum_products(std::size_t begin, std::size_t end) {
    const std::size_t groups = plan_->groups();
    std::size_t chunk = begin / groups;
    std::size_t group = begin % groups;
    for (std::size_t step = begin; step < end; ++step) {
      sum_group(chunk, group * TierPlan::kGroup);
      if (++group == groups) {
        group = 0;
        ++chunk;
      }
    }
  }

  void sum_group(std::size_t chunk, std::size_t begin) {
    const std::size_t count = plan_->count();
    const std::size_t end = std::min(begin + TierPlan::kGroup, count);
    // Partition p meets the p-th newest window, which stands p places behind the newest, round the ring.
    const auto partition = [&](std::size_t p) { return plan_->spectra() + plan_->layout().offset(chunk, p); };
    const auto window = [&](std::size_t p) {
      const std::size_t place = newest_ + p;
      return windows_.data() + plan_->layout().offset(chunk, place < count ? place : place - count);
    };
    const std::size_t wrap = std::clamp(count - newest_, begin, end);
    ProductSums sums;
    sums.add(partition(begin), window(begin), wrap - begin);
    sums.add(partition(wrap), window(wrap), end - wrap);
    float* const re = work_.data() + chunk * SpectraLayout::kChunk;
    float* const im = re + plan_->size();
    for (std::size_t v = 0; v < SpectraLayout::kVectors; ++v) {
      const std::size_t at = v * kComplexLanes;
      const ComplexVec sum = sums.total(v);
      store(begin == 0 ? sum : load(re + at, im + at) + sum, re + at, im + at);
    }
  }

  const TierPlan* plan_;
  AlignedFloats windows_;  // spectra of the last `count` windows, a ring that grows downwards
  AlignedFloats work_;     // re, im of the job in progress
  AlignedFloats output_;   // of this segment and of the next, in turn
  std::size_t segment_ = 0;
  std::size_t frame_ = 0;   // of the segment
  std::size_t newest_ = 0;  // place in the ring of the job's window
  WorkSchedule::Cursor cursor_;
};

}  // namespace namrack::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // NAMRACK_CONVOLUTION_PARTITION_TIER_INL_H_

#include "engine/audio/rate_adapter.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/base/model_error.h"
#include "engine/base/sample_rates.h"

namespace namrack::engine {
namespace {

ModelError cannot_convert(double model_rate, double host_rate) {
  return {ModelError::Kind::unsupported, "sample_rate",
          "a rate that can be resampled to and from " + describe(host_rate) + " Hz",
          describe(model_rate) + " Hz"};
}

// zita-resampler starts with an empty filter and gives nothing until it is full; this fills it with silence.
void fill_with_silence(Resampler& resampler) NAMRACK_REALTIME {
  resampler.reset();
  resampler.inp_data = nullptr;
  resampler.inp_count = static_cast<unsigned>(resampler.inpsize()) - 1;
  resampler.out_data = nullptr;
  resampler.out_count = 1;  // it stops at once without room; one frame of room is more than this input fills
  resampler.process();
}

}  // namespace

RateAdapter::RateAdapter(double model_rate, double host_rate, std::size_t max_frames) {
  if (!can_play_at(model_rate, host_rate)) throw cannot_convert(model_rate, host_rate);
  const auto model = static_cast<unsigned>(model_rate);
  const auto host = static_cast<unsigned>(host_rate);
  period_ = host / std::gcd(host, model);
  if (to_model_.setup(host, model, 1, kHalfLength) != 0 || to_host_.setup(model, host, 1, kHalfLength) != 0) {
    throw cannot_convert(model_rate, host_rate);
  }
  constexpr std::size_t kSlack = 8;
  const double ratio = model_rate / host_rate;
  at_model_rate_.resize(static_cast<std::size_t>(std::ceil(static_cast<double>(max_frames) * ratio)) +
                        kSlack);
  queue_.resize(max_frames + static_cast<std::size_t>(std::ceil(1.0 / ratio)) * kSlack + kSlack);
  const double at_host_rate = std::ceil(to_host_.inpsize() / ratio);
  span_frames_ = static_cast<std::size_t>(to_model_.inpsize()) + static_cast<std::size_t>(at_host_rate);
  plan_queue();
  measure_latency();
}

void RateAdapter::clear() NAMRACK_REALTIME {
  fill_with_silence(to_model_);
  fill_with_silence(to_host_);
  std::fill(queue_.begin(), queue_.end(), 0.0F);
  queued_ = head_start_;
}

std::size_t RateAdapter::to_model_rate(const float* in, std::size_t frames) NAMRACK_REALTIME {
  to_model_.inp_data = const_cast<float*>(in);  // its interface predates const; it only reads
  to_model_.inp_count = static_cast<unsigned>(frames);
  to_model_.out_data = at_model_rate_.data();
  to_model_.out_count = static_cast<unsigned>(at_model_rate_.size());
  to_model_.process();
  return at_model_rate_.size() - to_model_.out_count;
}

void RateAdapter::to_host_rate(std::size_t frames) NAMRACK_REALTIME {
  to_host_.inp_data = at_model_rate_.data();
  to_host_.inp_count = static_cast<unsigned>(frames);
  to_host_.out_data = queue_.data() + queued_;
  to_host_.out_count = static_cast<unsigned>(queue_.size() - queued_);
  to_host_.process();
  queued_ = queue_.size() - to_host_.out_count;
}

void RateAdapter::take(float* out, std::size_t frames) NAMRACK_REALTIME {
  const std::size_t ready = std::min(frames, queued_);
  std::copy_n(queue_.data(), ready, out);
  std::fill(out + ready, out + frames, 0.0F);  // cannot happen once head_start_ is planned
  std::copy(queue_.data() + ready, queue_.data() + queued_, queue_.data());
  queued_ -= ready;
}

void RateAdapter::process(Network& network, const float* in, float* out,
                          std::size_t frames) NAMRACK_REALTIME {
  const std::size_t model_frames = to_model_rate(in, frames);
  network.process(at_model_rate_.data(), at_model_rate_.data(), model_frames);
  to_host_rate(model_frames);
  take(out, frames);
}

void RateAdapter::reset(Network& network) NAMRACK_REALTIME {
  clear();
  // The network's answer to silence is a constant that need not be zero: let it fill the second filter.
  constexpr std::size_t kChunk = 16;
  const float silence[kChunk] = {};
  float ignored[kChunk];
  const std::size_t frames = std::max(period_, static_cast<std::size_t>(4 * to_model_.inpsize()));
  // Whole periods, so that the resamplers' phases are those of a fresh start.
  const std::size_t whole = (frames + period_ - 1) / period_ * period_;
  for (std::size_t done = 0; done < whole; done += std::min(kChunk, whole - done)) {
    process(network, silence, ignored, std::min(kChunk, whole - done));
  }
}

// Runs both resamplers a frame at a time and finds by how much the output may ever lag behind the input.
void RateAdapter::plan_queue() {
  clear();
  const float silence = 0.0F;
  std::size_t lag = 0;
  std::size_t out = 0;
  for (std::size_t in = 1; in <= 2 * period_ + 2; ++in) {
    queued_ = 0;
    to_host_rate(to_model_rate(&silence, 1));
    out += queued_;
    if (in > out) lag = std::max(lag, in - out);
  }
  head_start_ = lag;
}

void RateAdapter::measure_latency() {
  clear();
  const float impulse = 1.0F;
  const float silence = 0.0F;
  float largest = 0.0F;
  const std::size_t frames = 4 * static_cast<std::size_t>(to_model_.inpsize() + to_host_.inpsize());
  for (std::size_t t = 0; t < frames * 4; ++t) {
    float y = 0.0F;
    to_host_rate(to_model_rate(t == 0 ? &impulse : &silence, 1));
    take(&y, 1);
    if (y > largest) {
      largest = y;
      latency_frames_ = t;
    }
  }
  clear();
}

}  // namespace namrack::engine

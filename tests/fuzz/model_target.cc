#include <algorithm>
#include <bit>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/model_error.h"
#include "engine/format/limits.h"
#include "engine/format/model_json.h"
#include "engine/format/model_text.h"
#include "engine/model/model.h"
#include "engine/offline/render.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace namrack::fuzz {
namespace {

namespace json = boost::json;
using namespace engine;

constexpr const char* kName = "fuzz.nam";
/// Multiply-adds that one part of a check may take, so that an input takes no more than some tenths of a
/// second.
constexpr std::uint64_t kWork = 4'000'000;

bool is_utf8(std::string_view text) {
  json::error_code failure;
  json::parse(json::serialize(text), failure);
  return !failure;
}

void check_complaint(const ModelError& error) {
  const std::string_view text = error.what();
  require(text.starts_with(kName), "a complaint names the file", text);
  require(!error.expected().empty() && !error.found().empty(), "a complaint says expected and found", text);
  require(text.size() < 1000, "a complaint is short", text);
  require(std::ranges::none_of(text, [](char c) { return c >= 0 && c < ' '; }), "a complaint is one line",
          text);
  require(is_utf8(text), "a complaint is UTF-8", text);
}

/// Some noise, silence, a step and much too loud a tone.
std::vector<float> test_signal(std::size_t frames) {
  std::vector<float> signal(frames);
  std::uint32_t state = 1;
  for (std::size_t t = 0; t < frames; ++t) {
    state = state * 1664525 + 1013904223;
    const auto noise = static_cast<float>(state >> 8) / 8388608.0F - 1.0F;
    const std::size_t part = t * 4 / frames;
    signal[t] = part == 0 ? noise : part == 1 ? 0.0F : part == 2 ? 0.5F : 1000.0F * noise;
  }
  return signal;
}

bool same(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

std::vector<float> play(Network& network, const std::vector<float>& input,
                        const std::vector<std::size_t>& blocks) {
  std::vector<float> output(input.size());
  std::size_t done = 0;
  for (std::size_t i = 0; done < input.size(); ++i) {
    const std::size_t frames = std::min(blocks[i % blocks.size()], input.size() - done);
    network.process(input.data() + done, output.data() + done, frames);
    done += frames;
  }
  return output;
}

/// engine/format/limits.h, and the scratch of one tile: thirteen blocks of at most 2048 rows.
void check_memory(const Model& model, const Network& network) {
  constexpr std::uint64_t kScratchFloats = 13 * (2 * limits::kChannels + 1) * 64;
  const std::uint64_t most = limits::kHistoryFloats + kScratchFloats * limits::kModelNesting;
  require(network.state_bytes() <= most * sizeof(float), "a stream's memory is bounded",
          std::to_string(network.state_bytes()));
  require(model.weight_bytes() <= 2 * limits::kMatrixFloats * sizeof(float), "a model's memory is bounded",
          std::to_string(model.weight_bytes()));
}

/// engine/README: the cut into blocks changes nothing, and a reset forgets everything.
void check_stream(const Model& model, const std::vector<float>& input) {
  const auto network = model.instantiate();
  check_memory(model, *network);
  const std::vector<float> whole = play(*network, input, {input.size()});
  network->reset(InitialState::prewarmed);
  const std::vector<float> in_blocks = play(*network, input, {1, 63, 2, 64, 65, 16, 7});
  for (std::size_t t = 0; t < input.size(); ++t) {
    require(same(whole[t], in_blocks[t]), "blocks and resets leave no trace",
            std::to_string(t) + ": " + std::to_string(whole[t]) + " " + std::to_string(in_blocks[t]));
  }
}

/// As it is heard: levels, resampler, crossfade, DC blocker.
void check_rig(const std::shared_ptr<const Model>& model, const std::vector<float>& input) {
  for (const LevelMode mode : {LevelMode::raw, LevelMode::normalized, LevelMode::calibrated}) {
    const double host_rate = mode == LevelMode::raw ? model->sample_rate() : 44100.0;
    try {
      const auto output =
          render(model, input, host_rate,
                 {.block = 100,
                  .settings = {
                      {Setting::input_db, 40.0F}, {Setting::output_db, 40.0F}, {Setting::level_mode, mode}}});
      for (const float y : output) require(std::isfinite(y), "what is heard is finite", std::to_string(y));
    } catch (const ModelError& error) {
      require(error.kind() == ModelError::Kind::unsupported, "only the rates can be at fault now",
              error.what());
    }
  }
}

/// Largest weight, nested models included; `is_weights` says that `value` is a list of them.
double largest_weight(const json::value& value, bool is_weights = false) {
  double largest = 0.0;
  if (value.is_array()) {
    for (const json::value& item : value.get_array()) {
      const bool is_weight = is_weights && item.is_number();
      largest = std::max(largest, is_weight ? std::abs(item.to_number<double>()) : largest_weight(item));
    }
  } else if (value.is_object()) {
    for (const auto& [key, member] : value.get_object())
      largest = std::max(largest, largest_weight(member, key == "weights"));
  }
  return largest;
}

float largest(const std::vector<float>& signal) {
  float peak = 0.0F;
  for (const float x : signal) peak = std::max(peak, std::fabs(x));
  return peak;
}

/// Whatever geometry the fuzzer invents, both implementations agree on it. Only for models that do not
/// magnify rounding: the output of the reference itself must hardly change when the input does.
void check_against_reference(std::string_view text, const Model& model, double quality, std::uint64_t work) {
  constexpr double kModerate = 4.0;
  if (work * (model.info().receptive_field + 200) > kWork / 8 ||
      largest_weight(parse_model_text(text)) > kModerate)
    return;
  const auto reference = Model::parse(text, kName, {.path = CodePath::reference, .quality = quality});
  std::vector<float> input = test_signal(100);
  input.resize(75);  // without the loud part
  const std::vector<float> expected = play(*reference->instantiate(), input, {input.size()});
  const std::vector<float> actual = play(*model.instantiate(), input, {input.size()});
  for (float& x : input) x *= 1.00001F;
  const std::vector<float> nearby = play(*reference->instantiate(), input, {input.size()});
  const float peak = largest(expected);
  if (!(peak < 1000.0F)) return;
  for (std::size_t t = 0; t < input.size(); ++t) {
    const float error = std::fabs(actual[t] - expected[t]);
    const float allowed = 1e-4F * (peak + 0.1F) + 10.0F * std::fabs(nearby[t] - expected[t]);
    require(error <= allowed, "the fast path agrees with the reference",
            std::to_string(t) + ": " + std::to_string(actual[t]) + " " + std::to_string(expected[t]));
  }
}

void check_description(const ModelInfo& info) {
  const std::string text = json::serialize(describe_model(info, {}));
  json::error_code failure;
  json::parse(text, failure, {}, {.max_depth = 32});
  require(!failure, "a description is JSON of moderate depth", text);
  require(text.size() < 200'000, "a description is of moderate size", std::to_string(text.size()));
}

std::shared_ptr<const Model> load(std::string_view text, double quality) {
  try {
    return Model::parse(text, kName, {.quality = quality});
  } catch (const ModelError& error) {
    check_complaint(error);
    return nullptr;
  }
}

void check_model(std::string_view text, const std::shared_ptr<const Model>& model, double quality) {
  const std::uint64_t work = std::max<std::uint64_t>(1, model->weight_bytes() / sizeof(float));
  const std::vector<float> input = test_signal(std::clamp<std::size_t>(kWork / work, 1, 600));
  check_stream(*model, input);
  check_rig(model, input);
  check_against_reference(text, *model, quality, work);
}

}  // namespace

void play_model(std::string_view text) {
  const auto model = load(text, 1.0);
  if (model == nullptr) return;
  check_description(model->info());
  check_model(text, model, 1.0);
  // The smaller sizes; a model may be silent or overflow at one of them only.
  if (model->info().quality_steps.size() < 2) return;
  if (const auto smallest = load(text, 0.0)) check_model(text, smallest, 0.0);
}

}  // namespace namrack::fuzz

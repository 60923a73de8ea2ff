#pragma once

#include <algorithm>
#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/network/network.h"

namespace namrack::engine {

/// Levels that a capture states about itself (nam-format: metadata). Absent when the file does not say.
struct ModelLevels {
  std::optional<float> loudness_db;  ///< RMS of the response to the trainer's reference recording, dBFS
  std::optional<float> input_dbu;    ///< dBu RMS of a sine that is 0 dBFS peak at the model's input
  std::optional<float> output_dbu;   ///< likewise at its output
};

/// One step of the quality dial: from `from` (0..1) upwards, until the next step begins.
struct QualityStep {
  double from = 0.0;
  std::uint64_t weights = 0;
  std::uint64_t macs_per_sample = 0;
};

/// What a model file says and costs; everything that `inspect` shows.
struct ModelInfo {
  std::filesystem::path path;
  std::uint64_t content_hash = 0;     ///< of the file's text: tells it from others, wherever it lies
  std::string version;                ///< of the file format, such as "0.5.4"
  std::string architecture;           ///< as in the file: "WaveNet", "LSTM"
  std::optional<double> sample_rate;  ///< Hz as stated; nullopt when unknown (then 48 kHz is assumed)
  std::uint64_t weights = 0;
  std::uint64_t receptive_field = 0;  ///< frames; for recurrent models the frames that they need to settle
  std::uint64_t macs_per_sample = 0;  ///< multiply-adds a sample, without bias and activations
  ModelLevels levels;
  std::vector<QualityStep> quality_steps;  ///< ascending; one entry for a model with a single size
  boost::json::object metadata;            ///< as in the file, without values that are not JSON
  std::vector<std::string> warnings;       ///< one sentence each: things that were tolerated

  bool has_sizes() const { return quality_steps.size() > 1; }
  /// Whether two positions of the quality dial, 0..1, choose the same size.
  bool is_same_size(double quality, double other) const {
    return std::ranges::none_of(quality_steps, [=](const QualityStep& step) {
      return (quality >= step.from) != (other >= step.from);
    });
  }
};

/// The sample rate that hosts assume for files that state none, in Hz.
inline constexpr double kDefaultModelRate = 48000.0;

struct LoadOptions {
  enum class Path {
    automatic,  ///< the fastest path this CPU has
    general,    ///< SIMD with run-time dimensions even where a specialised shape exists: for tests and
                ///< benchmarks
    reference,  ///< plain scalar loops in double precision: slow, the oracle of the tests
  };
  Path path = Path::automatic;
  double quality = 1.0;  ///< 0..1; matters only for models with several sizes
};

/// A loaded model: description and packed weights, immutable and shared by all of its instances.
/// Threads: any. Loading and instantiating allocate; keep both off the audio and the control thread.
class Model {
 public:
  /// Reads, validates and packs the file. Throws ModelError; nothing is left behind when it does.
  static std::shared_ptr<const Model> load(const std::filesystem::path& path,
                                           const LoadOptions& options = {});
  /// The same for the text of a file; `name` stands for the file in errors and in info().path.
  static std::shared_ptr<const Model> parse(std::string_view text, const std::filesystem::path& name,
                                            const LoadOptions& options = {});

  Model(ModelInfo info, std::shared_ptr<const NetworkPlan> plan)
      : info_(std::move(info)), plan_(std::move(plan)) {}

  const ModelInfo& info() const { return info_; }
  /// The rate at which the model must be run, in Hz.
  double sample_rate() const { return info_.sample_rate.value_or(kDefaultModelRate); }
  /// Bytes of packed weights.
  std::size_t weight_bytes() const { return plan_->bytes(); }
  /// Name of the code path its instances run: a SIMD target such as "AVX2", or "reference".
  std::string target() const { return plan_->target(); }
  /// A new stream through this model, prewarmed: it sounds as after a long silence.
  std::unique_ptr<Network> instantiate() const { return plan_->instantiate(); }

 private:
  ModelInfo info_;
  std::shared_ptr<const NetworkPlan> plan_;
};

}  // namespace namrack::engine

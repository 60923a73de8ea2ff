#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/format/model_info.h"
#include "engine/network/network.h"

namespace namrack::engine {

/// The sample rate that hosts assume for files that state none, in Hz.
inline constexpr double kDefaultModelRate = 48000.0;

struct LoadOptions {
  CodePath path = CodePath::automatic;
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
  const std::shared_ptr<const NetworkPlan>& plan() const { return plan_; }
  /// A new stream through this model, prewarmed: it sounds as after a long silence.
  std::unique_ptr<Network> instantiate() const { return plan_->instantiate(); }

 private:
  ModelInfo info_;
  std::shared_ptr<const NetworkPlan> plan_;
};

}  // namespace namrack::engine

#include "engine/model/model.h"

#include <cmath>
#include <functional>

#include "engine/base/loudest_sample.h"
#include "engine/base/model_error.h"
#include "engine/format/model_file.h"
#include "engine/format/model_text.h"
#include "engine/network/network_factory.h"

namespace namrack::engine {
namespace {

/// Finite weights can still overflow. The output that goes on when nothing is played must be a sound.
void check_rest(const NetworkPlan& plan) {
  const float silence = 0.0F;
  float rest = 0.0F;
  plan.instantiate()->process(&silence, &rest, 1);
  if (std::abs(rest) <= kLoudestSample) return;
  throw ModelError(ModelError::Kind::invalid, "", "an output in silence within 1e6",
                   std::isnan(rest) ? "NaN" : describe(static_cast<double>(rest)));
}

}  // namespace

std::shared_ptr<const Model> Model::load(const std::filesystem::path& path, const LoadOptions& options) {
  return parse(read_model_text(path), path, options);
}

std::shared_ptr<const Model> Model::parse(std::string_view text, const std::filesystem::path& name,
                                          const LoadOptions& options) {
  try {
    ModelFile file = parse_model_file(text, options.quality);
    file.info.path = name;
    file.info.content_hash = std::hash<std::string_view>{}(text);
    auto plan = make_network_plan(file.network, options.path);
    check_rest(*plan);
    return std::make_shared<const Model>(std::move(file.info), std::move(plan));
  } catch (const ModelError& error) {
    throw error.with_file(name.string());
  }
}

}  // namespace namrack::engine

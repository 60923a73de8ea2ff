#include <boost/json/value.hpp>
#include <cmath>
#include <functional>

#include "engine/model/file_kind.h"
#include "engine/model/limits.h"
#include "engine/model/model.h"
#include "engine/model/model_parser.h"
#include "engine/model/model_text.h"
#include "engine/network/network_factory.h"

namespace namrack::engine {
namespace {

/// Finite weights can still overflow. What plays on when nothing is played must be a sound.
void check_rest(const NetworkPlan& plan) {
  const float silence = 0.0F;
  float rest = 0.0F;
  plan.instantiate()->process(&silence, &rest, 1);
  if (std::abs(rest) <= limits::kLoudestSample) return;
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
    if (const auto foreign = foreign_bytes(text)) throw foreign->error();
    const boost::json::value json = parse_model_text(text);
    if (const auto* const document = json.if_object())
      if (const auto foreign = foreign_document(*document)) throw foreign->error();
    ParsedModel parsed = parse_model(JsonNode(json, ""), options.quality);
    parsed.info.path = name;
    parsed.info.content_hash = std::hash<std::string_view>{}(text);
    auto plan = make_network_plan(parsed.network, options.path);
    check_rest(*plan);
    return std::make_shared<const Model>(std::move(parsed.info), std::move(plan));
  } catch (const ModelError& error) {
    throw error.with_file(name.string());
  }
}

}  // namespace namrack::engine

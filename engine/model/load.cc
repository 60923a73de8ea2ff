#include <boost/json/value.hpp>

#include "engine/model/model.h"
#include "engine/model/model_file.h"
#include "engine/model/model_parser.h"
#include "engine/network/network_factory.h"

namespace namrack::engine {

std::shared_ptr<const Model> Model::load(const std::filesystem::path& path, const LoadOptions& options) {
  try {
    const boost::json::value json = read_model_json(path);
    ParsedModel parsed = parse_model(JsonNode(json, ""), options.quality);
    parsed.info.path = path;
    auto plan = make_network_plan(parsed.network, options.path);
    return std::make_shared<const Model>(std::move(parsed.info), std::move(plan));
  } catch (const ModelError& error) {
    throw error.with_file(path.string());
  }
}

}  // namespace namrack::engine

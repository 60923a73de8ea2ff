#include "cli/commands/model_path.h"

#include <boost/json/array.hpp>

#include "player/library/model_paths.h"
#include "protocol/error.h"

namespace namrack::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

}  // namespace

std::optional<fs::path> model_file_here(const fs::path& typed) {
  try {
    return player::ModelPaths({}, false).resolve(typed.string());
  } catch (const protocol::ProtocolError& error) {
    if (error.code() == protocol::ErrorCode::not_found) return std::nullopt;
    return fs::absolute(typed).lexically_normal();  // it is here, whatever is wrong with it
  }
}

std::string sendable_path(const fs::path& typed) {
  if (typed.is_absolute()) return typed.lexically_normal().string();
  const std::optional<fs::path> here = model_file_here(typed);
  return here && !fs::is_directory(*here) ? here->string() : typed.string();
}

void make_paths_sendable(std::string_view method, json::object& params) {
  json::value* const path = params.if_contains("path");
  if ((method == "load" || method == "inspect") && path != nullptr && path->is_string()) {
    const std::string typed(std::string_view(path->get_string()));
    if (!typed.empty()) *path = json::value(sendable_path(typed));
  }
  json::value* const operations = params.if_contains("operations");
  if (method != "tx" || operations == nullptr || !operations->is_array()) return;
  for (json::value& item : operations->get_array()) {
    json::object* const operation = item.if_object();
    if (operation == nullptr) continue;
    json::value* const name = operation->if_contains("method");
    json::value* const of = operation->if_contains("params");
    if (name != nullptr && name->is_string() && of != nullptr && of->is_object() &&
        name->get_string() != "tx")
      make_paths_sendable(name->get_string(), of->get_object());
  }
}

}  // namespace namrack::cli

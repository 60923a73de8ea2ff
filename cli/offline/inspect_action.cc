#include <unistd.h>

#include "cli/actions.h"
#include "cli/commands/model_path.h"
#include "cli/failure.h"
#include "cli/remote/connect.h"
#include "cli/text/output.h"
#include "cli/text/result_text.h"
#include "engine/format/model_json.h"
#include "engine/measure/inspection.h"
#include "engine/model/model.h"
#include "protocol/wire/json_text.h"

namespace namrack::cli {
namespace {

namespace json = boost::json;

/// A relative path that is not here may be below the model folders of a daemon.
json::object ask_daemon(const GlobalOptions& options, const std::filesystem::path& path) {
  try {
    return connect(options).call("inspect", {{"path", path.string()}});
  } catch (const Failure& failure) {
    if (failure.exit_code() != ExitCode::no_connection) throw;
    throw Failure(ExitCode::failed,
                  protocol::ProtocolError(
                      protocol::ErrorCode::not_found,
                      path.string() + ": there is no such file here, and no daemon that has model folders",
                      {{"path", path.string()}}));
  }
}

json::object describe(const GlobalOptions& options, const std::filesystem::path& path) {
  const std::optional<std::filesystem::path> here = model_file_here(path);
  if (!here && path.is_relative()) return ask_daemon(options, path);
  const std::filesystem::path file = here.value_or(std::filesystem::absolute(path).lexically_normal());
  const std::shared_ptr<const engine::Model> model = engine::Model::load(here ? file : path);
  engine::ModelInfo info = model->info();
  info.path = file;
  return engine::describe_model(info, engine::inspect_levels(*model));
}

}  // namespace

void inspect_file(const GlobalOptions& options, const InspectFile& inspect) {
  const json::object description = describe(options, inspect.path);
  print(options.json ? protocol::json_text(description) + '\n'
                     : inspection_text(description, Style::for_output(STDOUT_FILENO)));
}

}  // namespace namrack::cli

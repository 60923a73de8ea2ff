#include <unistd.h>

#include "cli/actions.h"
#include "cli/output.h"
#include "cli/result_text.h"
#include "engine/model/model.h"
#include "engine/model/model_json.h"
#include "protocol/json_text.h"

namespace namrack::cli {

void inspect_file(const GlobalOptions& options, const InspectFile& inspect) {
  engine::ModelInfo info = engine::Model::load(inspect.path)->info();
  info.path = std::filesystem::absolute(inspect.path).lexically_normal();
  const boost::json::object description = engine::describe_model(info);
  print(options.json ? protocol::json_text(description) + '\n'
                     : inspection_text(description, Style::for_output(STDOUT_FILENO)));
}

}  // namespace namrack::cli

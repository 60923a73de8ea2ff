#include "cli/offline/shipped_models.h"

#include <algorithm>

namespace namrack::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> models_in(const fs::path& folder) {
  std::vector<fs::path> models;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".nam") models.push_back(entry.path());
  }
  std::ranges::sort(models);
  return models;
}

}  // namespace

std::vector<fs::path> shipped_models(const protocol::Environment& environment) {
  if (const auto fixtures = environment("NAMRACK_FIXTURES"); fixtures && !fixtures->empty()) {
    return models_in(fs::path(*fixtures) / "models/random");
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const char* const place : {"../share/namrack/models", "../fixtures/models/random"}) {
    std::vector<fs::path> models = models_in(program / place);
    if (!models.empty()) return models;
  }
  return {};
}

}  // namespace namrack::cli

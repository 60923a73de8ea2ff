#include "engine/format/families.h"

#include <algorithm>
#include <array>

#include "engine/format/nam/nam_reader.h"

namespace namrack::engine {
namespace {

// The first that fits counts.
constexpr std::array kFamilies{Family{"nam", &is_nam, &parse_nam}};

}  // namespace

const Family* family_of(const FileContent& content) {
  const auto* const family =
      std::ranges::find_if(kFamilies, [&](const Family& one) { return one.sniff(content); });
  return family != kFamilies.end() ? family : nullptr;
}

const Family& nam_family() {
  return kFamilies.front();
}

}  // namespace namrack::engine

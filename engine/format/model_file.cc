#include "engine/format/model_file.h"

#include <boost/json/value.hpp>
#include <optional>

#include "engine/format/families.h"
#include "engine/format/foreign_file.h"
#include "engine/format/model_text.h"

namespace namrack::engine {

ModelFile parse_model_file(std::string_view bytes, double quality) {
  FileContent content{.bytes = bytes};
  if (const Family* const family = family_of(content)) return family->parse(content, quality);
  if (const auto foreign = foreign_bytes(bytes)) throw foreign->error();
  const boost::json::value document = parse_model_text(bytes);
  content.document = &document;
  if (const Family* const family = family_of(content)) return family->parse(content, quality);
  if (const auto* const object = document.if_object())
    if (const auto foreign = foreign_document(*object)) throw foreign->error();
  // No family knows it: the most common one says what is missing.
  return nam_family().parse(content, quality);
}

}  // namespace namrack::engine

#pragma once

#include <span>
#include <string_view>

#include "protocol/topic.h"

namespace namrack::protocol {

/// Where the fields of an object are described that is sent in several places.
struct SameAs {
  std::string_view method;      ///< whose result; or one of the two below; empty: nowhere else
  std::string_view field = "";  ///< of that result: "jack", "models[]"; empty: the whole
  bool operator==(const SameAs&) const = default;
};
/// Its keys are settings.
inline constexpr SameAs kTheSettings{"the settings"};
/// Its keys are whatever somebody else has written.
inline constexpr SameAs kAnything{"anything"};

/// A field inside of an object or a list. The fields of a result itself are in the table of commands.
struct FieldSpec {
  std::string_view of;     ///< a method, or a topic
  std::string_view field;  ///< "jack.client"; "models[].name" of each object of a list
  std::string_view help =
      "";  ///< empty: the field itself has a row elsewhere, this says where its inside has
  SameAs as = {};
};

/// What is inside of the fields of a method's result.
std::span<const FieldSpec> fields_in_result(std::string_view method);
/// The data of a topic's events. A row without a name: the whole is as `as` says.
std::span<const FieldSpec> fields_of_event(std::string_view topic);

}  // namespace namrack::protocol

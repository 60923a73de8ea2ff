#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace namrack::protocol {

/// `value` as compact JSON text without a line break. Unlike boost::json::serialize it writes doubles as
/// people do (0.02, not 2E-2), still in the fewest digits that read back as the same number. JSON has no
/// infinities and no NaN: they become null. What is not UTF-8 in a string is written as printable() has it,
/// so that the text can always be read back. Everything that leaves a program as JSON is made here.
std::string json_text(const boost::json::value& value);

}  // namespace namrack::protocol

#pragma once

#include <string>

namespace namrack::protocol {

/// The reference part of the specification, generated from the tables: methods, settings, topics, errors.
/// Markdown, ending with a line feed.
std::string reference_markdown();

}  // namespace namrack::protocol

#pragma once

#include <exception>
#include <string>

namespace namrack::player {

/// The message of an exception, in one line of plain words: what went wrong and with which file, without the
/// names of libraries, of their functions and source files. Threads: any.
std::string plain_words(const std::exception& error);

}  // namespace namrack::player

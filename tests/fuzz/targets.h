#pragma once

#include <string_view>

/// One function for each kind of input from outside: it takes any bytes and checks what must hold for all of
/// them. Used by the fuzzers, and by a test on the inputs that a fuzzer starts from. Threads: one at a time.
namespace namrack::fuzz {

/// The text of a model file: it is refused in one line, or it plays.
void play_model(std::string_view text);
/// The bytes of a sound file.
void read_sound(std::string_view bytes);
/// A line from a client, and from a daemon.
void read_line(std::string_view line);

}  // namespace namrack::fuzz

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Numbers with their units, for people.
namespace namrack::cli {

std::string rate_text(double hz);                                    ///< "44.1 kHz"
std::string frames_text(double frames, std::optional<double> rate);  ///< "480 frames (10 ms)"; rate in Hz
std::string bytes_text(double bytes);                                ///< "1.5 MiB"
std::string percent_text(double fraction);                           ///< 0.031 -> "3.1 %"
std::string decibel_text(double db);                                 ///< "-18.2 dB"
std::string gain_text(double db);                                    ///< "+1.8 dB"
std::string milliseconds_text(double ms);                            ///< "12.3 ms"
std::string duration_text(double seconds);                           ///< "2 h 5 min", "12 s"
std::string count_text(double count);                                ///< "13,802"
std::string counted_text(double count, std::string_view noun);       ///< "1 event", "3 events"

}  // namespace namrack::cli

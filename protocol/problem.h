#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace namrack::protocol {

/// Faults that last for a while, with the sound going on all the same.
enum class ProblemCode {
  missing_model,
  broken_model,
  scene_incomplete,
  state_unsaved,
  state_damaged,
  state_newer,
  no_port,
  jack_refused,
  rtprio,
  memlock,
  nofile,
  rate,
};

struct ProblemSpec {
  ProblemCode code;
  std::string_view name;
  bool is_error;  ///< its `severity` is "error"; else "warn"
  std::string_view help;
};

/// In the order of the enumeration.
inline constexpr auto kProblems = std::to_array<ProblemSpec>({
    {ProblemCode::missing_model, "missing_model", true,
     "a file that the bank or a scene needs is not there; while it should play, on_missing says what is "
     "heard"},
    {ProblemCode::broken_model, "broken_model", true,
     "such a file cannot be read or played; while it should play, on_missing says what is heard"},
    {ProblemCode::scene_incomplete, "scene_incomplete", true, "a scene cannot be recalled whole"},
    {ProblemCode::state_unsaved, "state_unsaved", true,
     "the state could not be saved; saving is tried again"},
    {ProblemCode::state_damaged, "state_damaged", true,
     "the state file was damaged: what was lost, and where the old file lies"},
    {ProblemCode::state_newer, "state_newer", true,
     "the state file was written by a newer version: it is left as it is, and nothing is saved over it"},
    {ProblemCode::no_port, "no_port", true, "a JACK port that is to be connected does not exist"},
    {ProblemCode::jack_refused, "jack_refused", true, "JACK refuses the client, and why"},
    {ProblemCode::rtprio, "rtprio", false, "the audio thread does not get the priority that JACK asks for"},
    {ProblemCode::memlock, "memlock", false, "memory cannot be locked"},
    {ProblemCode::nofile, "nofile", false, "the limit of open files is too low"},
    {ProblemCode::rate, "rate", false,
     "the sample rates of the model that plays and of the server differ: it is resampled"},
});

constexpr const ProblemSpec& problem_spec(ProblemCode code) {
  return kProblems.at(static_cast<std::size_t>(code));
}

}  // namespace namrack::protocol

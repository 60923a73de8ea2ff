#include "protocol/commands/models.h"

#include "protocol/command_table.h"
#include "protocol/commands/model_rows.h"
#include "protocol/commands/readers.h"
#include "protocol/param_value.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;
using T = FieldType;

constexpr auto kIfOver = std::to_array<std::string_view>({"refuse", "slim", "force"});

IfOver if_over_in(const json::object& params) {
  const std::string word = optional_string_in(params, "if_over").value_or("refuse");
  return static_cast<IfOver>(std::ranges::find(kIfOver, word) - kIfOver.begin());
}

Request read_inspect(const json::object& params) {
  return InspectRequest{.path = string_in(params, "path")};
}
Request read_load(const json::object& params) {
  return LoadRequest{.name = string_in(params, "name"),
                     .path = string_in(params, "path"),
                     .quality = number_in(params, "quality").value_or(1.0),
                     .replace = flag_in(params, "replace"),
                     .if_over = if_over_in(params),
                     .if_rev = if_rev_in(params)};
}
Request read_models(const json::object& params) {
  return ModelsRequest{.dir = optional_string_in(params, "dir"),
                       .query = optional_string_in(params, "query").value_or(""),
                       .limit = integer_in(params, "limit").value_or(kDefaultModelsLimit)};
}
Request read_quality(const json::object& params) {
  return QualityRequest{.name = string_in(params, "name"),
                        .quality = params.at("quality").to_number<double>(),
                        .fade_ms = number_in(params, "fade_ms"),
                        .if_rev = if_rev_in(params)};
}

constexpr ParamSpec quality_param(std::string_view help, bool required) {
  return {.name = "quality", .type = ParamType::number, .help = help, .required = required, .max = 1.0};
}

constexpr auto kInspectParams = std::to_array<ParamSpec>({{.name = "path",
                                                           .type = ParamType::path,
                                                           .help = "model file on the daemon's machine",
                                                           .required = true}});
constexpr auto kQualityStepFields =
    std::to_array<FieldSpec>({{"from", T::number, "the quality at which the step begins"},
                              {"weights", T::integer, "count"},
                              {"macs_per_sample", T::integer, "multiply-adds a sample"}});
constexpr auto kInspectResult = std::to_array<FieldSpec>(
    {{"path", T::text, "of the file"},
     {"version", T::text, "of the file format"},
     {"architecture", T::text, "such as \"WaveNet\" or \"LSTM\""},
     or_null({"sample_rate", T::number, "as stated in the file", "Hz"}),
     {"weights", T::integer, "count"},
     {"receptive_field", T::integer, "input that decides one frame of output", "frames"},
     {"macs_per_sample", T::integer, "multiply-adds a sample"},
     {"kind", T::text, "\"model\", or \"ir\" for an impulse response"},
     or_null({"loudness", T::number, "as stated in the file", "dBFS"}),
     or_null({"measured_loudness", T::number,
              "the same measured on a standard guitar recording; null for a silent or very costly model",
              "dBFS"}),
     {"match_source", T::text,
      "what `match` meta goes by: \"metadata\"; \"measured\" where the file states no loudness or one more "
      "than 10 dB off; \"none\""},
     {.name = "quality_steps",
      .type = T::list,
      .help = "steps of the quality dial",
      .fields = kQualityStepFields},
     {"metadata", T::anything, "as in the file"},
     {"warnings", T::texts, "what was tolerated, and what of the levels is not used, one sentence each"}});

constexpr auto kListResult = std::to_array<FieldSpec>({{.name = "models",
                                                        .type = T::list,
                                                        .help = "models of the bank; of one that is missing "
                                                                "or broken, what is only known of a loaded "
                                                                "model is null",
                                                        .fields = kListModelFields}});

constexpr auto kLoadParams = std::to_array<ParamSpec>(
    {{.name = "if_over",
      .type = ParamType::choice,
      .help = "when it takes more than the CPU budget: refuse (the default) with E_CPU_BUDGET, slim to the "
              "largest quality step that fits, or force it",
      .choices = kIfOver},
     kIfRev,
     name_param("the name the model gets in the bank"),
     {.name = "path",
      .type = ParamType::path,
      .help = "model file on the daemon's machine",
      .required = true},
     quality_param("size to run, for models that hold several; 1 (the default) is the full one", false),
     {.name = "replace",
      .type = ParamType::boolean,
      .help = "take the place of a loaded model of that name (default false: E_BUSY)"}});
constexpr auto kLoadResult = std::to_array<FieldSpec>(
    {{"name", T::text, "in the bank"},
     {"path", T::text, "of the file"},
     {"architecture", T::text, "such as \"WaveNet\" or \"LSTM\""},
     or_null({"sample_rate", T::number, "as stated in the file", "Hz"}),
     {"receptive_field", T::integer, "input that decides one frame of output", "frames"},
     {"weights", T::integer, "count"},
     or_null({"loudness", T::number, "as stated in the file", "dBFS"}),
     or_null({"measured_loudness", T::number,
              "the same measured on a standard guitar recording; null for a silent model, and until it is "
              "measured",
              "dBFS"}),
     {"match_source", T::text,
      "what setting `match` goes by for it: \"metadata\"; \"measured\", also where the file states no "
      "loudness or one more than 10 dB off; \"none\""},
     {"load_ms", T::number, "time that reading, packing and prewarming took", "ms"},
     {"bytes", T::integer, "memory the model takes", "bytes"},
     or_null({"predicted_load", T::number,
              "fraction of the block's deadline that it will take, in CPU time; null until it is measured"}),
     or_null(
         {"load_spread", T::number, "how far apart the measured blocks were, as a fraction of the median"}),
     or_null({"load_confidence", T::text,
              "\"high\" up to a spread of 0.2, else \"low\": other programs kept the CPU busy"}),
     {"over_budget", T::boolean, "whether that is more than the CPU budget, and it was loaded all the same"},
     {"quality", T::number, "the size that runs, as asked for or slimmed to"},
     {"kind", T::text, "\"model\", or \"ir\" for an impulse response"},
     {"warnings", T::texts,
      "what was tolerated in the file, and what the level mode of now does not find in it, one sentence "
      "each"},
     swap_field("when it took the place of the audible model, what `swap` returns; else null"),
     kSaved,
     kRev});

constexpr auto kModelsParams = std::to_array<ParamSpec>(
    {{.name = "dir",
      .type = ParamType::path,
      .help = "only this folder; a relative one is looked up below the model folders. Default: all of them"},
     {.name = "limit",
      .type = ParamType::integer,
      .help = "how many are listed at most; default 1000",
      .min = 1.0,
      .max = 10000.0},
     {.name = "query",
      .help = "words that the path below the folder must have, in any order, whatever their capitals and "
              "accents"}});
constexpr auto kFileFields = std::to_array<FieldSpec>(
    {{"name", T::text, "as `load` takes it for a path"},
     {"path", T::text, "of the file"},
     {"kind", T::text,
      "\"model\" or \"ir\", by the end of the file's name; \"unusable\": its name is not UTF-8"},
     {"bytes", T::integer, "of the file", "bytes"},
     {"mtime", T::integer, "when it was last changed, since 1970, UTC", "s"},
     {"loaded", T::boolean, "whether it is in the bank"}});
constexpr auto kModelsResult =
    std::to_array<FieldSpec>({{.name = "models",
                               .type = T::list,
                               .help = "files that may be models, sorted by name",
                               .fields = kFileFields},
                              {"folders", T::texts, "that were searched, in their order"},
                              {"truncated", T::boolean, "whether there are more"}});

constexpr auto kQualityParams = std::to_array<ParamSpec>(
    {kFadeMs, kIfRev, name_param("a loaded model"),
     quality_param("size to run, for models that hold several: 1 is the full one, 0 the smallest", true)});
constexpr auto kUnloadParams = std::to_array<ParamSpec>({kIfRev, name_param("a loaded model")});
constexpr auto kUnloadResult = std::to_array<FieldSpec>({kSaved, kRev});

constexpr auto kModelCommands = std::to_array<CommandSpec>({
    {"inspect", "Describes a model file without loading it into the bank.", kInspectParams, kInspectResult,
     read_inspect},
    {"list", "Lists the loaded models.", {}, kListResult, read_bare<ListRequest>},
    {"load", "Reads a model file into the bank, ready to be swapped to.", kLoadParams, kLoadResult, read_load,
     Effect::structure},
    {"models", "Lists the model files below the model folders.", kModelsParams, kModelsResult, read_models},
    {"quality", "Loads a model's file anew in another size, and crossfades to it if the model is audible.",
     kQualityParams, kLoadResult, read_quality, Effect::structure},
    {"unload", "Takes a model out of the bank; E_BUSY while it is audible.", kUnloadParams, kUnloadResult,
     read_named<UnloadRequest>, Effect::structure},
});

constexpr auto kBankData =
    std::to_array<FieldSpec>({{"change", T::text, "\"loaded\", \"replaced\" or \"unloaded\""},
                              {"name", T::text, "in the bank"},
                              at_times({"path", T::text, "of its file; not when it was unloaded"}),
                              at_times({"architecture", T::text, "of the model; not when it was unloaded"})});
constexpr auto kModelEvents = std::to_array<EventSpec>({{Topic::bank, kBankData}});

}  // namespace

std::span<const CommandSpec> model_commands() {
  return kModelCommands;
}
std::span<const EventSpec> model_events() {
  return kModelEvents;
}

}  // namespace namrack::protocol

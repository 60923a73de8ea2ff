#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>

#include "cli/commands/setting_argument.h"
#include "cli/commands/shared_options.h"
#include "cli/commands/subcommands.h"
#include "engine/offline/simd_target.h"
#include "parameters/settings.h"
#include "protocol/error.h"
#include "protocol/parameter_json.h"
#include "protocol/quote.h"
#include "shell/display_text.h"
#include "shell/usage.h"

namespace namrack::cli {
namespace {

constexpr std::size_t kMaxBlock = 1U << 20U;
constexpr std::size_t kDefaultBenchBlock = 64;
constexpr double kMaxBenchSeconds = 3600.0;

void add_inspect(CLI::App& app, Action& action) {
  const auto path = std::make_shared<std::filesystem::path>();
  CLI::App* const command = app.add_subcommand(
      "inspect", "Describes a model file, or says what is wrong with it. Needs no daemon.");
  command->footer(
      "Examples:\n  namrack inspect clean.nam\n  namrack inspect clean.nam --json | jq .metadata");
  command->add_option("PATH", *path, "model file")->required();
  command->callback([path, &action] { action = InspectFile{*path}; });
}

struct RenderArguments {
  RenderFile render;
  std::string first, second, third;  ///< MODEL IN OUT; with a script IN OUT
  bool no_prewarm = false;
};

/// Only WAV files can be written, whatever the name says.
void require_wav_name(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  if (extension.empty() || extension == ".wav" || extension == ".wave") return;
  throw CLI::ValidationError("OUT",
                             "expected a name that ends in .wav, which is all that can be written, found " +
                                 protocol::quote(path.string()));
}

/// All settings that are part of the sound, with what they are unless they are given: --input-db and so on.
void add_settings(CLI::App* command, SettingChanges& settings, CLI::Option* script) {
  const Settings otherwise = settings.applied_to(Settings());
  for (std::size_t place = 0; place < kSettings.size(); ++place) {
    const Parameter& row = kSettings[place];
    if (!row.is_sound) continue;
    std::string flag = "--" + std::string(row.name);
    std::ranges::replace(flag, '_', '-');
    const auto take = [&settings, &row, place, flag](const std::string& text) {
      try {
        settings.set(place, protocol::value_in(row, parse_value(&row, text)));
      } catch (const protocol::ProtocolError& error) {
        throw CLI::ValidationError(flag, error.message());
      }
    };
    const std::string standard = row.is_number()
                                     ? fmt::format("{}", otherwise[place])
                                     : std::string(row.words()[static_cast<std::size_t>(otherwise[place])]);
    CLI::Option* const option = command->add_option_function<std::string>(
        flag, take, fmt::format("{}; default: {}", row.help, standard));
    option->excludes(script);
    if (row.is_number())
      option->check(shell::between(row.min, row.max))->type_name(std::string(row.unit));
    else
      option->check(shell::one_of({row.words().begin(), row.words().end()}));
  }
}

/// The files by their places: with a script there is no model before them.
void put_files(RenderArguments& arguments, RenderFile& file) {
  const bool has_model = file.script.empty();
  std::vector<std::pair<const char*, std::string>> wanted{{"IN", arguments.first}, {"OUT", arguments.second}};
  if (has_model) wanted = {{"MODEL", arguments.first}, {"IN", arguments.second}, {"OUT", arguments.third}};
  std::vector<std::string> missing;
  for (const auto& [name, value] : wanted)
    if (value.empty()) missing.emplace_back(name);
  if (!missing.empty())
    throw CLI::ValidationError(shell::listed(missing, "and") + (missing.size() > 1 ? " are" : " is") +
                               " missing");
  if (!has_model && !arguments.third.empty())
    throw CLI::ValidationError("a script loads its own models, and only IN and OUT follow");
  file.output = wanted.back().second;
  file.input = wanted[wanted.size() - 2].second;
  if (has_model) file.model = arguments.first;
  require_wav_name(file.output);
}

void add_render(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<RenderArguments>();
  RenderFile& render = arguments->render;
  CLI::App* const command = app.add_subcommand(
      "render",
      "Runs a sound file through a model or a script, exactly as the daemon would play it. Needs no daemon.");
  command->footer(
      "The first channel of IN is used; OUT is a mono 32-bit float WAV of the same length\n"
      "and rate, the bare model output unless options ask for more. A script (see\n"
      "namrack play --help) is heard as the daemon would play it, with the daemon's\n"
      "settings unless its lines change them.\n"
      "\n"
      "Examples:\n"
      "  namrack render clean.nam guitar.wav amp.wav\n"
      "  namrack render clean.nam guitar.wav amp.wav --level-mode normalized\n"
      "  namrack render --script show.jsonl guitar.wav show.wav");
  set_forms(command, {"MODEL IN OUT", "--script SCRIPT IN OUT"});
  command->add_option("MODEL", arguments->first, "model file; not with a script, which loads its own");
  command->add_option("IN", arguments->second, "sound file: WAV, FLAC, AIFF, Ogg, MP3");
  command->add_option("OUT", arguments->third, "WAV file to write, which is replaced if it exists");
  CLI::Option* const script =
      command->add_option("--script", render.script, "file of timed requests; - is standard input")
          ->type_name("SCRIPT");
  command->add_option("--block", render.options.block, "frames a step; does not change the result")
      ->check(shell::between(1.0, kMaxBlock))
      ->type_name("FRAMES");
  command->add_option("--quality", render.quality, "size to run, for models that hold several")
      ->check(shell::between(0.0, 1.0))
      ->type_name("Q")
      ->excludes(script);
  command->add_flag("--no-prewarm", arguments->no_prewarm, "start from empty histories, not from silence")
      ->excludes(script);
  command
      ->add_flag("--trim-latency", render.options.trim_latency, "shift the output by the delay of resampling")
      ->excludes(script);
  add_settings(command, render.options.settings, script);
  command->callback([arguments, &action] {
    RenderFile& file = arguments->render;
    put_files(*arguments, file);
    if (arguments->no_prewarm) file.options.initial_state = engine::InitialState::zero;
    action = file;
  });
}

void add_bench(CLI::App& app, Action& action) {
  const auto bench = std::make_shared<BenchModels>();
  CLI::App* const command =
      app.add_subcommand("bench", "Measures how fast models run on this CPU. Needs no daemon.");
  command->footer(
      "Without MODEL it takes those in $NAMRACK_FIXTURES/models/random or in namrack's\n"
      "share folder.\n"
      "\n"
      "Examples:\n"
      "  namrack bench clean.nam lead.nam --block 32 --block 64\n"
      "  namrack bench clean.nam --json | jq .ns_per_sample\n"
      "  namrack bench clean.nam --target AVX2 --general\n"
      "  namrack bench --json > before.json; namrack bench --json > after.json\n"
      "  namrack bench --compare before.json after.json");
  CLI::Option* const models = command->add_option("MODEL", bench->models, "model files");
  CLI::Option* const blocks =
      command->add_option("--block", bench->blocks, "frames a block; may be repeated; default 64")
          ->check(shell::between(1.0, kMaxBlock))
          ->allow_extra_args(false)
          ->type_name("FRAMES");
  command->add_option("--seconds", bench->seconds, "time for each model and block")
      ->capture_default_str()
      ->check(shell::between(0.01, kMaxBenchSeconds))
      ->type_name("S");
  CLI::Option* const target =
      command->add_option("--target", bench->target, "the best kind of SIMD instructions to use")
          ->check(shell::one_of(engine::simd_targets()))
          ->type_name("NAME");
  CLI::Option* const general = command->add_flag(
      "--general", bench->general, "use the kernels for any shape, even where those for this one exist");
  const auto compared = std::make_shared<std::vector<std::filesystem::path>>();
  command->add_option("--compare", *compared, "measure nothing: compare two files of what --json has printed")
      ->expected(2)
      ->type_name("BEFORE AFTER")
      ->excludes(models)
      ->excludes(blocks)
      ->excludes(target)
      ->excludes(general);
  command->callback([bench, compared, &action] {
    if (!compared->empty()) {
      action = CompareBench{compared->at(0), compared->at(1)};
      return;
    }
    if (bench->blocks.empty()) bench->blocks = {kDefaultBenchBlock};
    action = *bench;
  });
}

}  // namespace

void add_offline_commands(CLI::App& app, Action& action) {
  add_inspect(app, action);
  add_render(app, action);
  add_bench(app, action);
}

}  // namespace namrack::cli

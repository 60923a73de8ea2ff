#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "cli/actions.h"
#include "cli/commands/model_path.h"
#include "cli/offline/atomic_file.h"
#include "cli/offline/progress_bar.h"
#include "cli/text/output.h"
#include "cli/text/script_text.h"
#include "cli/text/units.h"
#include "engine/model/model.h"
#include "engine/offline/wav_file.h"
#include "player/offline_host.h"
#include "protocol/wire/json_text.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

namespace fs = std::filesystem;

void refuse_to_overwrite(const fs::path& input, const fs::path& output) {
  std::error_code error;
  if (fs::equivalent(input, output, error) && !error) {
    throw std::runtime_error(output.string() + ": this is the input, which is never overwritten");
  }
}

std::string length_text(double frames, double rate) {
  return fmt::format("{:.3f} s ({:.0f} frames)", frames / rate, frames);
}

/// The fault of a sound that is rendered all the same; empty when it has none.
std::string cut_text(const fs::path& path, const engine::Sound& sound) {
  if (!sound.promised_frames) return {};
  return fmt::format("{} was cut: its header promises {}, and it holds {}", path.string(),
                     length_text(static_cast<double>(*sound.promised_frames), sound.sample_rate),
                     length_text(static_cast<double>(sound.samples.size()), sound.sample_rate));
}

double peak_of(const std::vector<float>& samples) {
  float peak = 0.0F;
  for (const float sample : samples) peak = std::max(peak, std::fabs(sample));
  return static_cast<double>(peak);
}

std::string summary_text(const boost::json::object& result, double rate, double model_rate) {
  const double frames = result.at("frames").to_number<double>();
  const double peak = result.at("peak").to_number<double>();
  std::string line =
      fmt::format("{}: {} s at {}, peak {}, {:.1f} times faster than real time",
                  shell::printable(std::string_view(result.at("output").as_string())),
                  protocol::json_text(std::round(frames / rate * 1000.0) / 1000.0), rate_text(rate),
                  peak > 0.0 ? decibel_text(20.0 * std::log10(peak)) + "FS" : "silent",
                  result.at("realtime_factor").to_number<double>());
  if (rate != model_rate)
    line += fmt::format(", resampled to the model's {} and back", rate_text(model_rate));
  return line + '\n';
}

/// Plays the script and returns what is heard; each line's answer is added to `answers`.
std::vector<float> play_script(const GlobalOptions& options, const RenderFile& render,
                               const engine::Sound& input, boost::json::array& answers) {
  const auto script = read_script_file(render.script, input.sample_rate);
  player::OfflineHost host(input.sample_rate, render.options.block);
  const Style style = Style::for_output(STDOUT_FILENO);
  const auto report = [&](const protocol::ScriptLine& line, const boost::json::object& result) {
    answers.push_back(script_line_json(line, result, input.sample_rate));
    if (!options.json) print(script_line_text(line, result, input.sample_rate, style));
  };
  ProgressBar progress("rendering");
  return host.play(script, input.samples, report, [&](double fraction) { progress.show(fraction); });
}

std::vector<float> run_model(const RenderFile& render, std::shared_ptr<const engine::Model> model,
                             const engine::Sound& input) {
  ProgressBar progress("rendering");
  return engine::render(std::move(model), input.samples, input.sample_rate, render.options,
                        [&](double fraction) { progress.show(fraction); });
}

// Nothing to say: an empty warning.
void warn(const std::string& warning) {
  if (warning.empty()) return;
  const std::string line = "namrack: warning: " + shell::printable(warning);
  std::fputs((Style::for_output(STDERR_FILENO).warning(line) + '\n').c_str(), stderr);
}

void write_sound(AtomicFile& output, const fs::path& name, const std::vector<float>& samples,
                 double sample_rate) {
  try {
    engine::write_wav(output.temporary_path(), samples, sample_rate);
  } catch (const engine::SoundFileError& error) {
    // The temporary name means nothing to whoever asked.
    const std::string reason(error.what());
    throw engine::SoundFileError(
        name.string() + ": cannot write" +
        reason.substr(std::min(output.temporary_path().string().size(), reason.size())));
  }
  output.commit();
}

}  // namespace

void render_file(const GlobalOptions& options, const RenderFile& render) {
  refuse_to_overwrite(render.input, render.output);
  if (!render.script.empty()) refuse_to_overwrite(render.script, render.output);
  std::shared_ptr<const engine::Model> model;
  if (render.script.empty()) {
    const fs::path file = model_file_here(render.model).value_or(render.model);
    refuse_to_overwrite(file, render.output);
    model = engine::Model::load(file, {.quality = render.quality});
  }
  const engine::Sound input = engine::read_sound(render.input);
  const std::string warning = cut_text(render.input, input);
  warn(warning);
  AtomicFile output(render.output);  // before the work, so that a bad folder does not cost minutes

  const auto begin = std::chrono::steady_clock::now();
  boost::json::array answers;
  const std::vector<float> samples =
      model ? run_model(render, model, input) : play_script(options, render, input, answers);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  write_sound(output, render.output, samples, input.sample_rate);

  const double length_s = static_cast<double>(samples.size()) / input.sample_rate;
  boost::json::object result{{"output", render.output.string()},
                             {"frames", samples.size()},
                             {"sample_rate", input.sample_rate},
                             {"input_channels", input.file_channels},
                             {"peak", peak_of(samples)},
                             {"elapsed_s", elapsed.count()},
                             {"realtime_factor", length_s / elapsed.count()}};
  boost::json::array warnings;
  if (!warning.empty()) warnings.emplace_back(warning);
  result["warnings"] = std::move(warnings);
  if (model)
    result["model_sample_rate"] = model->sample_rate();
  else
    result["script"] = std::move(answers);
  const double model_rate = model ? model->sample_rate() : input.sample_rate;
  print(options.json ? protocol::json_text(result) + '\n'
                     : summary_text(result, input.sample_rate, model_rate));
}

}  // namespace namrack::cli

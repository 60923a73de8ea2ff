#include "cli/run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <new>

#include "cli/actions.h"
#include "cli/commands/arguments.h"
#include "cli/failure.h"
#include "cli/text/output.h"
#include "cli/text/style.h"
#include "engine/base/model_error.h"
#include "engine/offline/wav_file.h"
#include "protocol/nearest.h"
#include "protocol/wire/json_text.h"
#include "shell/display_text.h"

namespace namrack::cli {
namespace {

using protocol::ErrorCode;
using protocol::ProtocolError;

/// Names the action's function; the variant has one alternative each.
struct Performer {
  const GlobalOptions& options;

  void operator()(const PrintText& text) const { print(text.text); }
  void operator()(const RemoteCall& call) const { call_daemon(options, call); }
  void operator()(const RunGroup& group) const { run_group(options, group); }
  void operator()(const WatchEvents& watch) const { watch_events(options, watch); }
  void operator()(const PlayScript& play) const { play_script(options, play); }
  void operator()(const InspectFile& inspect) const { inspect_file(options, inspect); }
  void operator()(const RenderFile& render) const { render_file(options, render); }
  void operator()(const BenchModels& bench) const { bench_models(options, bench); }
  void operator()(const CompareBench& compare) const { compare_bench_files(options, compare); }
};

/// The one map from exceptions to what the user sees.
Failure to_failure(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Failure& failure) {
    return failure;
  } catch (const ProtocolError& error) {
    return {ExitCode::failed, error};
  } catch (const engine::ModelError& error) {
    return Failure(error);
  } catch (const std::bad_alloc&) {
    return {ExitCode::failed, ProtocolError(ErrorCode::io, "out of memory")};
  } catch (const std::exception& error) {
    return {ExitCode::failed, ProtocolError(ErrorCode::io, error.what())};
  } catch (...) {
    return {ExitCode::failed, ProtocolError(ErrorCode::internal, "an unknown fault of namrack itself")};
  }
}

void print_error(const std::string& message) {
  const std::string line =
      Style::for_output(STDERR_FILENO).error("namrack:") + ' ' + shell::printable(message) + '\n';
  std::fputs(line.c_str(), stderr);
}

ExitCode report(const Failure& failure, bool as_json) {
  if (as_json) std::puts(protocol::json_text(failure.error()).c_str());
  print_error(failure.message());
  return failure.exit_code();
}

}  // namespace

ExitCode run(const std::vector<std::string>& arguments) {
  Invocation invocation;
  try {
    invocation = parse_arguments(arguments);
    std::visit(Performer{invocation.options}, invocation.action);
    return ExitCode::ok;
  } catch (const UsageError& error) {
    const bool as_json = std::ranges::find(arguments, "--json") != arguments.end();
    return report(Failure(ExitCode::usage,
                          ProtocolError(ErrorCode::params, error.what(),
                                        protocol::with_nearest({{"reason", "usage"}}, error.nearest()))),
                  as_json);
  } catch (...) {
    return report(to_failure(std::current_exception()), invocation.options.json);
  }
}

}  // namespace namrack::cli

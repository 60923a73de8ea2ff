#pragma once

#include "cli/commands/arguments.h"

// The functions behind the commands. Each prints its result to standard output and throws Failure,
// ProtocolError or another exception whose what() is one line.
namespace namrack::cli {

void call_daemon(const GlobalOptions& options, const RemoteCall& call);
void run_group(const GlobalOptions& options, const RunGroup& group);
/// Does not return but by an exception.
void watch_events(const GlobalOptions& options, const WatchEvents& watch);
void play_script(const GlobalOptions& options, const PlayScript& play);
void inspect_file(const GlobalOptions& options, const InspectFile& inspect);
void render_file(const GlobalOptions& options, const RenderFile& render);
void bench_models(const GlobalOptions& options, const BenchModels& bench);
void compare_bench_files(const GlobalOptions& options, const CompareBench& compare);

}  // namespace namrack::cli

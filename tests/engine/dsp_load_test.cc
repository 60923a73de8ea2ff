#include "engine/audio/dsp_load.h"

#include <gtest/gtest.h>

#include "engine/base/cycle_counter.h"

namespace namrack::engine {
namespace {

void busy_for(double seconds) {
  const std::uint64_t begin = cycle_count();
  while (static_cast<double>(cycle_count() - begin) < seconds * cycle_rate()) {
  }
}

TEST(DspLoad, IsTheFractionOfTheDeadlineThatWasUsed) {
  DspLoad load;
  load.configure(48000.0);
  for (int i = 0; i < 200; ++i) {
    load.begin();
    busy_for(i == 100 ? 0.004 : 0.0002);
    load.end(480);  // a deadline of 10 ms
  }
  const DspLoad::Snapshot snapshot = load.snapshot();
  EXPECT_EQ(snapshot.blocks, 200U);
  // Only lower bounds: a busy machine may take longer, never shorter.
  EXPECT_GE(snapshot.max, 0.4);
  EXPECT_GE(snapshot.mean, 0.02);
  EXPECT_GE(snapshot.p99, 0.02);
  EXPECT_LE(snapshot.p99, snapshot.max);
}

TEST(DspLoad, CanBeRestartedAndIsEmptyUntilTheNextBlock) {
  DspLoad load;
  load.configure(48000.0);
  load.begin();
  load.end(64);
  EXPECT_EQ(load.snapshot().blocks, 1U);
  load.restart();
  EXPECT_EQ(load.snapshot().blocks, 0U);
  load.begin();
  load.end(64);
  EXPECT_EQ(load.snapshot().blocks, 1U);
}

}  // namespace
}  // namespace namrack::engine

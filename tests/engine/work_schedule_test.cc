#include "engine/network/convolution/work_schedule.h"

#include <gtest/gtest.h>

#include <vector>

namespace namrack::engine {
namespace {

struct Phase {
  std::size_t steps, cost;
};
const std::vector<std::vector<Phase>> kJobs{
    {{1, 1}}, {{7, 3}, {1, 50}, {100, 2}}, {{64, 5}, {0, 9}, {3, 1000}}};
constexpr std::size_t kFrames = 256;

WorkSchedule schedule_of(const std::vector<Phase>& job) {
  WorkSchedule schedule(kFrames);
  for (const Phase& phase : job) schedule.add(phase.steps, phase.cost);
  return schedule;
}

TEST(WorkSchedule, DoesEveryStepOnceAndInOrderHoweverTheFramesAreCut) {
  for (const auto& job : kJobs) {
    for (const std::size_t cut : {1, 7, 64, 255, 256}) {
      const WorkSchedule schedule = schedule_of(job);
      WorkSchedule::Cursor cursor;
      std::vector<std::size_t> done(job.size());
      std::size_t current = 0;
      for (std::size_t frame = 0; frame < kFrames;) {
        frame = std::min(frame + cut, kFrames);
        schedule.advance(cursor, frame, [&](std::size_t phase, std::size_t begin, std::size_t end) {
          for (; current < phase; ++current) ASSERT_EQ(done[current], job[current].steps);
          ASSERT_EQ(begin, done[phase]);
          ASSERT_LT(begin, end);
          done[phase] = end;
        });
      }
      for (std::size_t p = 0; p < job.size(); ++p) EXPECT_EQ(done[p], job[p].steps) << "cut " << cut;
    }
  }
}

TEST(WorkSchedule, IsNeverAheadOfTheFramesNorAWholeStepBehind) {
  for (const auto& job : kJobs) {
    const WorkSchedule schedule = schedule_of(job);
    double total = 0.0;
    for (const Phase& phase : job) total += static_cast<double>(phase.steps * phase.cost);
    WorkSchedule::Cursor cursor;
    double done = 0.0;
    for (std::size_t frame = 1; frame <= kFrames; ++frame) {
      schedule.advance(cursor, frame, [&](std::size_t phase, std::size_t begin, std::size_t end) {
        done += static_cast<double>((end - begin) * job[phase].cost);
      });
      const double due = total * static_cast<double>(frame) / kFrames;
      EXPECT_LE(done, due);
      if (cursor.phase < job.size()) {
        EXPECT_GT(done + static_cast<double>(job[cursor.phase].cost) + 1.0, due);
      }
    }
    EXPECT_EQ(done, total);
  }
}

}  // namespace
}  // namespace namrack::engine

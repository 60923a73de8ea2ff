#include "parameters/values.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace namrack {
namespace {

enum class Knob : std::uint8_t { gain, bright, voices };
constexpr auto kKnobs = parameter_table<Knob>({
    {Knob::gain, {.name = "gain", .min = -1e9, .max = 1e9, .value = 5.0}},
    {Knob::bright, {.name = "bright", .kind = ParameterKind::boolean}},
    {Knob::voices, {.name = "voices", .kind = ParameterKind::integer, .min = 1.0, .max = 9.0, .value = 2.0}},
});
using KnobValues = Values<kKnobs.size()>;
using KnobChanges = Changes<kKnobs.size()>;
static_assert(std::is_trivially_copyable_v<KnobValues> && std::is_trivially_copyable_v<KnobChanges>);

TEST(Values, BeginAsTheRowsSay) {
  const KnobValues values(kKnobs);
  EXPECT_EQ(values[Knob::gain], 5.0);
  EXPECT_FALSE(values.as<bool>(Knob::bright));
  EXPECT_EQ(values.as<int>(2), 2);
}

TEST(Changes, LeaveTheRestAlone) {
  const KnobValues changed = KnobChanges{{Knob::bright, true}}.applied_to(KnobValues(kKnobs));
  EXPECT_TRUE(changed.as<bool>(Knob::bright));
  EXPECT_EQ(changed[Knob::gain], 5.0);
  EXPECT_EQ(changed[Knob::voices], 2.0);
}

TEST(Changes, OfTwoTheSecondWinsWhereBothNameARow) {
  KnobChanges both{{Knob::gain, 3.0}, {Knob::voices, 1}};
  both.merge({{Knob::gain, 7.0}, {Knob::bright, true}});
  EXPECT_EQ(both, (KnobChanges{{Knob::gain, 7.0}, {Knob::bright, true}, {Knob::voices, 1}}));
}

TEST(Changes, TellNothingFromTheValueNought) {
  EXPECT_TRUE(KnobChanges().is_empty());
  const KnobChanges nought{{Knob::gain, 0.0}};
  EXPECT_FALSE(nought.is_empty());
  EXPECT_TRUE(nought.has(Knob::gain));
  EXPECT_NE(nought, KnobChanges());
  EXPECT_EQ(nought.applied_to(KnobValues(kKnobs))[Knob::gain], 0.0);
}

TEST(Changes, CarryEveryValueExactly) {
  const KnobChanges large{{Knob::gain, 123456789.000001}};
  EXPECT_EQ(large[Knob::gain], 123456789.000001);
}

TEST(Changes, CanBeNarrowed) {
  const KnobChanges all{KnobValues(kKnobs)};
  EXPECT_EQ(all.only([](std::size_t, double value) { return value > 1.0; }),
            (KnobChanges{{Knob::gain, 5.0}, {Knob::voices, 2}}));
}

}  // namespace
}  // namespace namrack

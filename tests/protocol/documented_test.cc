#include "tests/protocol/documented.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "protocol/topic.h"

namespace namrack::protocol {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// Of all faults those that are no gaps: the examples are short.
std::set<std::string> faults(Documented documented, std::string_view sent) {
  documented.see(boost::json::parse(sent).as_object());
  std::set<std::string> faults = documented.faults();
  std::erase_if(faults, [](const std::string& fault) { return fault.ends_with(" is left out"); });
  return faults;
}

TEST(Documented, FindsWhatHasNoRowHoweverDeepItIs) {
  const Documented status = Documented::result_of("status");
  EXPECT_THAT(faults(status, R"({"rev":1,"jack":{"client":"a"},"params":{"output_db":0}})"), IsEmpty());
  EXPECT_THAT(faults(status, R"({"new":1})"), ElementsAre("status: new has no row"));
  EXPECT_THAT(faults(status, R"({"jack":{"new":1}})"), ElementsAre("status: jack.new has no row"));
  EXPECT_THAT(faults(status, R"({"problems":[{"code":"a"},{"new":1}]})"),
              ElementsAre("status: problems[].new has no row"));
  EXPECT_THAT(faults(status, R"({"params":{"new":1}})"), ElementsAre("status: params.new has no row"));
  EXPECT_THAT(faults(Documented::result_of("inspect"), R"({"metadata":{"new":{"x":1}}})"), IsEmpty());
}

TEST(Documented, FindsWhatIsOfAnotherType) {
  const Documented status = Documented::result_of("status");
  EXPECT_THAT(faults(status, R"({"rev":1.5})"), ElementsAre("status: rev is no whole number"));
  EXPECT_THAT(faults(status, R"({"rev":null})"), ElementsAre("status: rev is null"));
  EXPECT_THAT(faults(status, R"({"current":null})"), IsEmpty());
  EXPECT_THAT(faults(status, R"({"jack":[]})"), ElementsAre("status: jack is no object"));
  EXPECT_THAT(faults(status, R"({"problems":[1]})"), ElementsAre("status: problems is no array of objects"));
  EXPECT_THAT(faults(status, R"({"params":{"level_mode":2}})"),
              ElementsAre("status: params.level_mode is no string"));
  EXPECT_THAT(faults(Documented::result_of("cancel"), R"({"cancelled":[1,"a"]})"),
              ElementsAre("cancel: cancelled is no array of whole numbers"));
}

TEST(Documented, FindsWhatIsLeftOut) {
  Documented xrun = Documented::data_of(Topic::xrun);
  xrun.see({{"count", 1}});
  EXPECT_THAT(xrun.faults(), ElementsAre("event xrun: total is left out"));
}

TEST(Documented, FollowsWhatIsDescribedElsewhere) {
  EXPECT_THAT(faults(Documented::result_of("subscribe"), R"({"state":{"jack":{"client":"a"}}})"), IsEmpty());
  EXPECT_THAT(faults(Documented::result_of("subscribe"), R"({"state":{"jack":{"new":1}}})"),
              ElementsAre("subscribe: state.jack.new has no row"));
  EXPECT_THAT(faults(Documented::result_of("tx"), R"({"loaded":[{"name":"a"}],"swap":{"new":1}})"),
              ElementsAre("tx: swap.new has no row"));
  EXPECT_THAT(faults(Documented::data_of(Topic::jack), R"({"client":"a","new":1})"),
              ElementsAre("event jack: new has no row"));
  EXPECT_THAT(
      faults(Documented::data_of(Topic::midi), R"({"action":{"action":"set","key":"x","place":1,"new":1}})"),
      ElementsAre("event midi: action.new has no row"));
}

TEST(Documented, FindsWhatIsNeverSent) {
  Documented xrun = Documented::data_of(Topic::xrun);
  xrun.see({{"count", 1}});
  EXPECT_THAT(xrun.never_sent(), ElementsAre("event xrun: total"));
  Documented status = Documented::result_of("status");
  status.see(boost::json::parse(R"({"jack":{"client":"a"}})").as_object());
  EXPECT_THAT(status.never_sent(), Contains("status: jack.frame"));
  EXPECT_THAT(status.never_sent(), Not(Contains("status: jack.client")));
  EXPECT_THAT(Documented::result_of("ping").never_sent(), ElementsAre("ping"));
}

TEST(Documented, EveryTopicHasASchema) {
  for (const TopicSpec& topic : kTopics) {
    const EventSpec& event = event_spec(topic.topic);
    EXPECT_FALSE(event.data.empty() && event.base.empty()) << topic.name;
    EXPECT_EQ(event.base.empty(), event.base_is.empty()) << topic.name;
  }
}

}  // namespace
}  // namespace namrack::protocol

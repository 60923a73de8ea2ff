#include "tests/protocol/documented.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "protocol/topic.h"

namespace namrack::protocol {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::set<std::string> undocumented(Documented documented, std::string_view sent) {
  documented.see(boost::json::parse(sent).as_object());
  return documented.undocumented();
}

TEST(Documented, FindsWhatHasNoRowHoweverDeepItIs) {
  const Documented status = Documented::result_of("status");
  EXPECT_THAT(undocumented(status, R"({"rev":1,"jack":{"client":"a"},"params":{"output_db":0}})"), IsEmpty());
  EXPECT_THAT(undocumented(status, R"({"new":1})"), ElementsAre("status: new"));
  EXPECT_THAT(undocumented(status, R"({"jack":{"new":1}})"), ElementsAre("status: jack.new"));
  EXPECT_THAT(undocumented(status, R"({"problems":[{"code":"a"},{"new":1}]})"),
              ElementsAre("status: problems[].new"));
  EXPECT_THAT(undocumented(status, R"({"params":{"new":1}})"), ElementsAre("status: params.new"));
  EXPECT_THAT(undocumented(Documented::result_of("inspect"), R"({"metadata":{"new":{"x":1}}})"), IsEmpty());
}

TEST(Documented, FollowsWhatIsDescribedElsewhere) {
  EXPECT_THAT(undocumented(Documented::result_of("subscribe"), R"({"state":{"jack":{"client":"a"}}})"),
              IsEmpty());
  EXPECT_THAT(undocumented(Documented::result_of("subscribe"), R"({"state":{"jack":{"new":1}}})"),
              ElementsAre("subscribe: state.jack.new"));
  EXPECT_THAT(undocumented(Documented::result_of("tx"), R"({"loaded":[{"name":"a"}],"swap":{"new":1}})"),
              ElementsAre("tx: swap.new"));
  EXPECT_THAT(undocumented(Documented::data_of("jack"), R"({"client":"a","new":1})"),
              ElementsAre("event jack: new"));
  EXPECT_THAT(
      undocumented(Documented::data_of("midi"), R"({"action":{"action":"set","key":"x","place":1,"new":1}})"),
      ElementsAre("event midi: action.new"));
}

TEST(Documented, FindsWhatIsNeverSent) {
  Documented xrun = Documented::data_of("xrun");
  xrun.see({{"count", 1}});
  EXPECT_THAT(xrun.never_sent(), ElementsAre("event xrun: total"));
  Documented status = Documented::result_of("status");
  status.see(boost::json::parse(R"({"jack":{"client":"a"}})").as_object());
  EXPECT_THAT(status.never_sent(), Contains("status: jack.frame"));
  EXPECT_THAT(status.never_sent(), Not(Contains("status: jack.client")));
}

TEST(FieldTable, EveryRowIsAboutSomethingThatThereIs) {
  for (const CommandSpec& command : command_table()) {
    for (const FieldSpec& field : fields_in_result(command.name)) {
      const std::string_view outer = field.field.substr(0, field.field.find_first_of(".["));
      EXPECT_NE(std::ranges::find(command.result, outer, &ResultField::name), command.result.end())
          << command.name << ": " << field.field;
    }
  }
  for (const TopicSpec& topic : kTopics) EXPECT_FALSE(fields_of_event(topic.name).empty()) << topic.name;
}

}  // namespace
}  // namespace namrack::protocol

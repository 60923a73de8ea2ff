#include "engine/format/json_node.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace namrack::engine {
namespace {

const boost::json::value kDocument =
    boost::json::parse(R"({"a":[1,{"b":"x","whole":3.0,"part":3.7,"nothing":null,"big":1e300}]})");

JsonNode inner() {
  return JsonNode(kDocument, "").at("a").items()[1];
}

std::string complaint(const std::function<void()>& action) {
  try {
    action();
  } catch (const ModelError& error) {
    return error.what();
  }
  return "";
}

TEST(JsonNode, ErrorsNameThePathTheExpectationAndTheValueFound) {
  EXPECT_EQ(complaint([] { inner().at("b").number(); }), "a[1].b: expected a number, found \"x\"");
  EXPECT_EQ(complaint([] { inner().at("c"); }), "a[1]: expected the key \"c\", found no such key");
  EXPECT_EQ(complaint([] { inner().at("part").integer(1, 9); }),
            "a[1].part: expected a whole number from 1 to 9, found 3.7");
  EXPECT_EQ(complaint([] { inner().at("big").integer(1, 9); }),
            "a[1].big: expected a whole number from 1 to 9, found 1e+300");
  EXPECT_EQ(complaint([] { JsonNode(kDocument, "").at("a").string(); }),
            "a: expected a string, found an array of 2");
}

TEST(JsonNode, WholeNumbersMayBeWrittenAsReals) {
  EXPECT_EQ(inner().at("whole").integer(1, 9), 3U);
}

TEST(JsonNode, NullMembersAreFoundButHaveNoValue) {
  EXPECT_TRUE(inner().find("nothing").has_value());
  EXPECT_FALSE(inner().find_value("nothing").has_value());
  EXPECT_FALSE(inner().find("missing").has_value());
}

}  // namespace
}  // namespace namrack::engine

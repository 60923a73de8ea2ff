#include "protocol/wire/json_text.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <limits>

namespace namrack::protocol {
namespace {

TEST(JsonText, WritesNumbersAsPeopleDo) {
  EXPECT_EQ(json_text(0.02), "0.02");
  EXPECT_EQ(json_text(48000.0), "48000");
  EXPECT_EQ(json_text(-18.5), "-18.5");
  EXPECT_EQ(json_text(18446744073709551615U), "18446744073709551615");
}

TEST(JsonText, ReadsBackAsTheSameNumber) {
  for (const double number : {0.1, 1.0 / 3.0, 1e-300, 1.7976931348623157e308, -0.0, 5e-324}) {
    EXPECT_EQ(boost::json::parse(json_text(number)).to_number<double>(), number);
  }
}

TEST(JsonText, WritesNullForWhatJsonCannotSay) {
  EXPECT_EQ(json_text(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(json_text(std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(JsonText, IsOneLineWhateverItHolds) {
  const boost::json::value value{{"a\nb", {"c\r\nd", nullptr, true, boost::json::object{}}}};
  EXPECT_EQ(json_text(value), R"({"a\nb":["c\r\nd",null,true,{}]})");
}

}  // namespace
}  // namespace namrack::protocol

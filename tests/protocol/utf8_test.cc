#include "protocol/utf8.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "protocol/error.h"
#include "protocol/wire/json_text.h"
#include "protocol/wire/response.h"

namespace namrack::protocol {
namespace {

using std::string_literals::operator""s;

// Lone and cut bytes, overlong forms, surrogates, beyond the last character.
const std::string kHostile[] = {"\xE9"s,          "caf\xE9.nam"s,      "\xC3"s,
                                "\x80\x80"s,      "\xC0\xAF"s,         "\xE0\x80\xAF"s,
                                "\xED\xA0\x80"s,  "\xF5\x80\x80\x80"s, "\xF4\x90\x80\x80"s,
                                "\xFF\xFE\x00x"s, "ü\xE2\x82"s,        "\"\\\xFF\n"s};

TEST(Utf8, NamesTheFirstByteThatIsNone) {
  EXPECT_FALSE(invalid_utf8(""));
  EXPECT_FALSE(invalid_utf8("grün 日本 🎸"));
  EXPECT_EQ(invalid_utf8("ü\xE2\x82"), 2U);
  EXPECT_EQ(invalid_utf8("Caf\xE9.nam"), 3U);
  EXPECT_EQ(invalid_utf8("a\xC3"), 1U);
  EXPECT_EQ(invalid_utf8("\xC0\xAF"), 0U) << "overlong";
  EXPECT_EQ(invalid_utf8("a\xED\xA0\x80"), 1U) << "a surrogate";
  EXPECT_EQ(invalid_utf8("\xF4\x90\x80\x80"), 0U) << "beyond the last character";
  EXPECT_EQ(utf8_fault("caf\xE9.nam"), "byte 0xE9 at position 4 is not UTF-8; give it another name");
  EXPECT_EQ(utf8_fault("café"), "");
  EXPECT_THROW(require_utf8_path("/m/\xFF"), ProtocolError);
  EXPECT_NO_THROW(require_utf8_path("/m/ü"));
}

TEST(Utf8, WhatIsPrintableIsUtf8AndTheRestStays) {
  EXPECT_EQ(printable("caf\xE9.nam"), "caf\\xE9.nam");
  EXPECT_EQ(printable("ü"), "ü");
  for (const std::string& text : kHostile) EXPECT_FALSE(invalid_utf8(printable(text)));
}

TEST(Utf8, FoldedTextsAreEqualWhateverTheirCapitalsAndAccents) {
  EXPECT_EQ(fold("Märshall STRASSE ﬁne"), fold("MA\xCC\x88RSHALL straße FINE"));
  EXPECT_EQ(fold("Ångström"), "angstrom");
  EXPECT_NE(fold("a"), fold("b"));
}

TEST(Utf8, NoTextMakesJsonThatCannotBeReadBack) {
  for (const std::string& text : kHostile) {
    ASSERT_TRUE(invalid_utf8(text));
    const boost::json::object object{{text, boost::json::array{text, boost::json::object{{"deep", text}}}}};
    const boost::json::value id{boost::json::string(text)};
    const ProtocolError error(ErrorCode::io, text, {{"path", text}});
    Event event;
    event.data = object;
    const std::string lines[] = {json_text(object), json_text(id), message_line(error_message(id, error)),
                                 message_line(result_message(id, object)),
                                 message_line(event_message(event))};
    for (const std::string& line : lines) {
      EXPECT_FALSE(invalid_utf8(line));
      EXPECT_NO_THROW(boost::json::parse(line)) << line;
    }
  }
}

}  // namespace
}  // namespace namrack::protocol

// The text of a model file before it means anything: syntax, encoding, sizes, and the tokens that JSON lacks.

#include "engine/format/model_text.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "engine/format/limits.h"
#include "engine/format/model_json.h"
#include "tests/engine/json_text.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

namespace json = boost::json;
using testing::complaint;

/// A good model's text with `member` as its first member.
std::string model_with(const std::string& member) {
  json::value model = testing::parse_file(testing::random_model("a1_small"));
  for (const char* key : {"metadata", "notes"}) model.as_object().erase(key);
  return "{" + member + "," + json::serialize(model).substr(1);
}

std::string nested_arrays(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

TEST(ModelText, WhatIsNotJsonIsRefusedWithItsPosition) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "expected a .nam model, found an empty file: download or copy it again"},
      {" ", "expected a .nam model, found nothing but white space: download or copy it again"},
      {"{\"version\":", "line 1 column 12: expected JSON, found the end of the file: it was cut"},
      {"{\n \"a\": }", "line 2 column 7: expected JSON, found \"}\""},
      {"[1,2,]", "line 1 column 6: expected JSON, found \"]\""},
      {"{} {}", "line 1 column 4: expected JSON, found more behind the end of it"},
      {"{}{}", "line 1 column 3: expected JSON, found more behind the end of it"},
      {"nul", "line 1 column 4: expected JSON, found the end of the file: it was cut"},
      {"{\"a\":1e}", "line 1 column 8: expected JSON, found \"}\""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(complaint(std::string(text)), expected) << text;
  EXPECT_EQ(complaint(std::string("[1]")), "the top level: expected an object, found an array of 1");
  EXPECT_NE(complaint("{\"a\":" + std::string(1'000'000, '0') + "}"), "");
}

TEST(ModelText, BytesThatAreNotUtf8AreRefused) {
  EXPECT_EQ(complaint(std::string("\xF0{}")), "line 1 column 1: expected JSON, found the byte 0xF0");
  EXPECT_EQ(complaint(model_with("\"notes\":\"\xC3(\"")),
            "line 1 column 11: expected JSON, found the byte 0xC3");
  EXPECT_EQ(complaint(model_with(R"("notes":"\ud800")")),
            "line 1 column 17: expected JSON, found a quotation mark");
}

TEST(ModelText, AByteOrderMarkIsTolerated) {
  EXPECT_EQ(complaint("\xEF\xBB\xBF" + model_with("\"notes\":0")), "");
}

TEST(ModelText, TheLastOfTwoEqualKeysWins) {
  EXPECT_EQ(complaint(model_with("\"version\":7")), "") << "the good version comes second";
  std::string text = model_with("\"notes\":0");
  text.back() = ',';
  EXPECT_EQ(complaint(text + "\"version\":7}"), "version: expected a string, found 7");
}

TEST(ModelText, NestingBeyondTheLimitIsRefused) {
  EXPECT_EQ(complaint(model_with("\"notes\":" + nested_arrays(limits::kJsonDepth - 1))), "");
  EXPECT_EQ(complaint(model_with("\"notes\":" + nested_arrays(limits::kJsonDepth))),
            "line 1 column 73: expected at most 64 levels of nesting, found more");
  EXPECT_EQ(complaint(std::string(100'000, '[')),
            "line 1 column 65: expected at most 64 levels of nesting, found more");
}

TEST(ModelText, MoreValuesThanTheLimitAreRefusedBeforeTheyAreParsed) {
  std::string weights = "[0";
  for (std::uint64_t i = 0; i < limits::kJsonValues; ++i) weights += ",0";
  EXPECT_EQ(complaint(weights), "expected at most 2097152 values, found 2097153") << "not JSON at all";
}

TEST(ModelText, AFileBeyondTheLimitIsRefusedBeforeItIsRead) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("model.nam", "{}");
  std::filesystem::resize_file(path, limits::kFileBytes + 1);  // mostly a hole
  try {
    read_model_text(path);
    FAIL();
  } catch (const ModelError& error) {
    EXPECT_EQ(error.what(), path + ": expected at most 50000000 bytes, found 50000001");
  }
}

TEST(ModelText, NumbersThatAreNotJsonCountAsAbsentInMetadata) {
  const std::string text = model_with(
      R"("metadata":{"loudness":NaN,"input_level_dbu":-Infinity,"gain":Infinity,"name":"NaN","date":1e999,"training":{"a":[1,NaN,-1e400]}})");
  const ModelInfo info = Model::parse(text, "x")->info();
  EXPECT_FALSE(info.levels.loudness_db.has_value());
  EXPECT_FALSE(info.levels.input_dbu.has_value());
  EXPECT_TRUE(loudness_json(info).is_null());
  EXPECT_EQ(
      json::serialize(info.metadata->json),
      R"({"loudness":null,"input_level_dbu":null,"gain":null,"name":"NaN","date":null,"training":{"a":[1,null,null]}})");
}

TEST(ModelText, NumbersThatAreNotJsonCountAsAbsentInTheMetadataOfNestedModelsToo) {
  const std::string submodel = model_with(R"("metadata":{"loudness":NaN})");
  const std::string container =
      R"({"version":"0.7.0","architecture":"SlimmableContainer","weights":[],"config":{"submodels":[{"max_value":1,"model":)" +
      submodel + "}]}}";
  EXPECT_EQ(complaint(container), "");
}

TEST(ModelText, NumbersThatAreNotJsonAreRefusedElsewhereWithTheirPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {R"("weights":[1,NaN])", "weights[1]: expected a finite number, found NaN"},
      {R"("sample_rate":-Infinity)", "sample_rate: expected a finite number, found -Infinity"},
      {R"("config":{"layers":[{},{"channels":Infinity}]})",
       "config.layers[1].channels: expected a finite number, found Infinity"},
      {R"("config":{"metadata":{"loudness":NaN}})",
       "config.metadata.loudness: expected a finite number, found NaN"},
      {R"("model":{"weights":[{"metadata":NaN}]})",
       "model.weights[0].metadata: expected a finite number, found NaN"},
      {R"("metadata":{"loudness":NaN},"notes":{"\"[,:":[0,[0],NaN]})",
       R"(notes.\"[,:[2]: expected a finite number, found NaN)"},
      {R"("0123456789012345678901234567890123456789x":NaN)",
       "0123456789012345678901234567890123456789...: expected a finite number, found NaN"},
  };
  for (const auto& [member, expected] : cases) EXPECT_EQ(complaint(model_with(member)), expected) << member;
  EXPECT_EQ(complaint(std::string("NaN")), "expected a finite number, found NaN");
}

TEST(ModelText, ToleratedNumbersLeaveThePositionsOfOtherFaultsAsTheyAre) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"metadata":{"a":NaN},"b":})", "line 1 column 27: expected JSON, found \"}\""},
      {R"({"metadata":{"a":NaN}} x)", "line 1 column 24: expected JSON, found more behind the end of it"},
      {R"({"metadata":{"a":NaNb}})", "line 1 column 21: expected JSON, found \"b\""},
      {R"({"metadata":{"a":-NaN}})", "line 1 column 19: expected JSON, found \"N\""},
      {R"({"metadata":{"a":1NaN}})", "line 1 column 19: expected JSON, found \"N\""},
      {R"({"metadata":{NaN:1}})", "line 1 column 14: expected JSON, found \"N\""},
      {R"({"metadata":{"a":"NaN}})",
       "line 1 column 24: expected JSON, found the end of the file: it was cut"},
      {R"({"metadata":{"a":nan}})", "line 1 column 18: expected JSON, found \"n\""},
      {R"({"weights":[NaN],"b":})", "line 1 column 22: expected JSON, found \"}\""},
      {R"(]{"metadata":NaN)", "line 1 column 1: expected JSON, found \"]\""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(complaint(std::string(text)), expected) << text;
}

}  // namespace
}  // namespace namrack::engine

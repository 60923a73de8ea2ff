// Files that are no .nam models are named for what they are, with the next step.

#include "engine/format/foreign_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/engine/json_text.h"
#include "tests/engine/test_files.h"

namespace namrack::engine {
namespace {

using namespace std::string_literals;
using testing::complaint;

struct Example {
  std::string content;
  ModelError::Kind kind;
  std::string what;  ///< a part of the message
};

ModelError error_of(const std::string& content) {
  try {
    Model::parse(content, "/some/file.nam");
  } catch (const ModelError& error) {
    return error;
  }
  return {ModelError::Kind::missing, "", "", "it was loaded"};
}

void expect_named(const std::vector<Example>& examples) {
  for (const Example& example : examples) {
    const ModelError error = error_of(example.content);
    EXPECT_EQ(error.kind(), example.kind) << error.what();
    EXPECT_NE(error.found().find(example.what), std::string::npos)
        << error.what() << "\nis not " << example.what;
    EXPECT_EQ(std::string(error.what()), "/some/file.nam: expected a .nam model, found " + error.found());
    EXPECT_EQ(error.found().find("syntax"), std::string::npos);
  }
}

constexpr auto kInvalid = ModelError::Kind::invalid;
constexpr auto kUnsupported = ModelError::Kind::unsupported;

TEST(FileKind, WhatIsNoModelIsNamedWithTheNextStep) {
  expect_named({
      {"", kInvalid, "an empty file: download"},
      {"\n \r\n\t", kInvalid, "nothing but white space"},
      {std::string(4096, '\0'), kInvalid, "nothing but zero bytes"},
      {"<!DOCTYPE html><html><body>Not here</body></html>", kInvalid, "a web page: download the file itself"},
      {"\xEF\xBB\xBF\r\n<html lang=\"en\">", kInvalid, "a web page"},
      {"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", kInvalid, "a web page"},
      {"404: Not Found", kInvalid, "the error message of a web server"},
      {"PK\x03\x04\x14\0\0\0\x08\0rest of it"s, kInvalid, "a zip archive: unpack it"},
      {"\x1F\x8B\x08\0\0\0\0\0"s, kInvalid, "a gzip file: unpack it"},
      {"\xFD"
       "7zXZ\0\0"s,
       kInvalid, "a compressed file"},
      {"7z\xBC\xAF\x27\x1C more", kInvalid, "an archive"},
      {std::string(257, 'x') + "ustar", kInvalid, "an archive"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", kInvalid, "git lfs pull"},
      {"\xFF\xFE{\0}\0"s, kInvalid, "UTF-16"},
      {"\xFE\xFF\0{\0}"s, kInvalid, "UTF-16"},
      {"{\0\"\0v\0"s, kInvalid, "UTF-16"},
      {"\0{\0\"\0v"s, kInvalid, "UTF-16"},
      {"\x89PNG\r\n\x1A\n", kInvalid, "a picture"},
      {"\xFF\xD8\xFF\xE0 JFIF", kInvalid, "a picture"},
      {"%PDF-1.7", kInvalid, "a PDF document"},
  });
}

TEST(FileKind, OtherModelsAndSoundsAreUnsupportedByTheirNames) {
  expect_named({
      {"RIFF\x24\0\0\0WAVEfmt "s, kUnsupported, "WAV"},
      {"FORM\0\0\0\x24"
       "AIFFCOMM"s,
       kUnsupported, "AIFF"},
      {"fLaC\0\0\0\x22"s, kUnsupported, "sound file"},
      {"OggS\0\x02"s, kUnsupported, "sound file"},
      {"ID3\x03\0"s, kUnsupported, "sound file"},
      {"\xFF\xFB\x90\x64\0"s, kUnsupported, "sound file"},
      {"\x08\x07\x12\x07pytorch\x1A\x05"
       "2.1.0:\x80"s,
       kUnsupported, "an ONNX model"},
      {"BMAN\x01\0\0\0"s, kUnsupported, ".namb"},
      {"PK\x03\x04\0\0\x08\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\x12\0archive/data.pkl"s,
       kUnsupported, "PyTorch"},
      {"\x89HDF\r\n\x1A\n\0"s, kUnsupported, "Keras"},
      {R"({"in_shape":[null,null,1],"layers":[{"type":"lstm"}],"in_skip":1})", kUnsupported, "AIDA-X"},
      {R"({"model_data":{"model":"SimpleRNN"},"state_dict":{}})", kUnsupported, "Proteus"},
      {R"({"activation":"gated","residual_channels":10,"variables":[]})", kUnsupported, "SmartAmp model"},
      {R"({"conv1d":{},"conv1d_1":{},"lstm":{},"dense":{},"input_size":120})", kUnsupported, "SmartAmpPro"},
  });
  EXPECT_EQ(error_of(R"({"net":{"name":"WaveNet"},"optimizer":{"lr":0.004}})").kind(), kInvalid);
}

TEST(FileKind, JsonWithoutAKnownFamilySaysWhatIsMissing) {
  EXPECT_EQ(complaint(std::string("{}")), "expected the key \"version\", found no such key");
  EXPECT_EQ(complaint(std::string(R"({"message":"Not Found","status":"404"})")),
            "expected the key \"version\", found no such key");
}

TEST(FileKind, ModelsAreModelsWithOrWithoutAByteOrderMark) {
  const std::string nano = test::read_file(testing::random_model("a1_nano"));
  EXPECT_EQ(complaint(nano), "");
  EXPECT_EQ(complaint("\xEF\xBB\xBF" + nano), "");
  EXPECT_EQ(complaint("\r\n " + nano), "");
  // A model that also has the keys of another family is a model.
  EXPECT_EQ(complaint(R"({"layers":[],"in_shape":[],)" + nano.substr(nano.find('{') + 1)), "");
}

TEST(FileKind, AModelThatWasCutSaysWhere) {
  const std::string nano = test::read_file(testing::random_model("a1_nano"));
  const std::string message = complaint(nano.substr(0, nano.size() / 2));
  EXPECT_NE(message.find("found the end of the file: it was cut"), std::string::npos) << message;
  EXPECT_TRUE(message.starts_with("line ")) << message;
}

}  // namespace
}  // namespace namrack::engine

// The built program on files, without a daemon.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <filesystem>

#include "engine/offline/simd_target.h"
#include "engine/offline/wav_file.h"
#include "tests/cli/program.h"
#include "tests/common/temporary_folder.h"

namespace namrack::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kFixtures = NAMRACK_FIXTURES;
const std::string kModel = kFixtures + "/models/random/a1_nano.nam";
const std::string kSound = kFixtures + "/audio/stimulus.wav";

TEST(Inspect, PrintsTheFieldsOfTheContract) {
  const ProgramResult result = run_program({"inspect", kModel, "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(is_one_line(result.output));
  const json::object object = json::parse(result.output).as_object();
  for (const char* key :
       {"path", "version", "architecture", "sample_rate", "weights", "receptive_field", "macs_per_sample",
        "metadata", "quality_steps", "loudness", "warnings", "kind", "match_source", "measured_loudness"}) {
    EXPECT_TRUE(object.contains(key)) << key;
  }
  EXPECT_EQ(object.at("path"), kModel.c_str());
  EXPECT_EQ(object.at("architecture"), "WaveNet");
  EXPECT_EQ(object.at("weights"), 842);
}

TEST(Inspect, SaysNullForARateThatIsNotStated) {
  const ProgramResult result =
      run_program({"inspect", kFixtures + "/models/random/a1_nano_no_rate.nam", "--json"});
  EXPECT_TRUE(json::parse(result.output).at("sample_rate").is_null());
}

TEST(Inspect, SaysThatAnAbsurdLoudnessIsNotUsed) {
  const test::TemporaryFolder folder;
  json::object model = json::parse(test::read_file(kModel)).as_object();
  model["metadata"] = {{"loudness", -60}, {"input_level_dbu", -100}};
  const std::string path = folder.write("loud.nam", json::serialize(model));
  const json::value result = json::parse(run_program({"inspect", path, "--json"}).output);
  EXPECT_EQ(result.at("match_source"), "measured");
  EXPECT_EQ(result.at("warnings").as_array().size(), 2U) << result;
  const std::string text = run_program({"inspect", path}).output;
  EXPECT_NE(text.find("warning: metadata.loudness states -60 dB"), std::string::npos) << text;
}

TEST(Inspect, NamesWhatIsNoModelInOneLine) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("page.nam", "<!DOCTYPE html>\n<html></html>\n");
  const ProgramResult result = run_program({"inspect", path});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(is_one_line(result.errors)) << result.errors;
  EXPECT_NE(result.errors.find(path + ": expected a .nam model, found a web page"), std::string::npos)
      << result.errors;
}

TEST(Inspect, NamesFilePlaceExpectedAndFoundOfABadFileInOneLine) {
  const test::TemporaryFolder folder;
  std::string text = test::read_file(kModel);
  const std::size_t place = text.find("\"kernel_size\"");
  ASSERT_NE(place, std::string::npos);
  text.replace(text.find(':', place) + 1, 0, " \"three\", \"x\": ");
  const std::string path = folder.write("bad.nam", text);
  const ProgramResult result = run_program({"inspect", path});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(is_one_line(result.errors));
  EXPECT_THAT(result.errors, StartsWith("namrack: " + path + ": config.layers[0].kernel_size: expected "));
  EXPECT_THAT(result.errors, HasSubstr(", found "));
  const json::value error = json::parse(run_program({"inspect", path, "--json"}).output);
  EXPECT_EQ(error.at("data").at("code"), "E_MODEL_INVALID");
  EXPECT_EQ(error.at("data").at("where"), "config.layers[0].kernel_size");
}

TEST(Inspect, ExitsWithOneForAFileThatIsNotThere) {
  const ProgramResult result = run_program({"inspect", "/nowhere.nam", "--json"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(json::parse(result.output).at("data").at("code"), "E_NOT_FOUND");
}

TEST(Render, WritesAsManyFramesAtTheSameRate) {
  const test::TemporaryFolder folder;
  const ProgramResult result = run_program({"render", kModel, kSound, folder.file("o.wav")});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const engine::Sound input = engine::read_sound(kSound);
  const engine::Sound output = engine::read_sound(folder.file("o.wav"));
  EXPECT_EQ(output.samples.size(), input.samples.size());
  EXPECT_EQ(output.sample_rate, input.sample_rate);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1) << "a temporary file is left";
}

TEST(Render, IsTheExpectedOutputOfTheModelWhateverTheBlock) {
  const test::TemporaryFolder folder;
  for (const char* block : {"1", "64", "100000"}) {
    ASSERT_EQ(run_program({"render", kModel, kSound, folder.file("o.wav"), "--block", block}).exit_code, 0);
    const auto expected = engine::read_sound(kFixtures + "/expected/a1_nano.wav").samples;
    const auto found = engine::read_sound(folder.file("o.wav")).samples;
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], 1e-4) << "sample " << i;
  }
}

TEST(Render, StartsFromEmptyHistoriesWhenAskedTo) {
  const test::TemporaryFolder folder;
  ASSERT_EQ(run_program({"render", kModel, kSound, folder.file("o.wav"), "--no-prewarm"}).exit_code, 0);
  const auto expected = engine::read_sound(kFixtures + "/expected/a1_nano.unwarmed.wav").samples;
  const auto found = engine::read_sound(folder.file("o.wav")).samples;
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], 1e-4) << "sample " << i;
}

TEST(Render, AppliesTheGainItIsAskedFor) {
  const test::TemporaryFolder folder;
  ASSERT_EQ(run_program({"render", kModel, kSound, folder.file("a.wav")}).exit_code, 0);
  ASSERT_EQ(run_program({"render", kModel, kSound, folder.file("b.wav"), "--output-db", "-20"}).exit_code, 0);
  const auto plain = engine::read_sound(folder.file("a.wav")).samples;
  const auto quiet = engine::read_sound(folder.file("b.wav")).samples;
  for (std::size_t i = 0; i < plain.size(); ++i)
    ASSERT_NEAR(quiet[i], plain[i] * 0.1F, 1e-5) << "sample " << i;
}

TEST(Render, NeverOverwritesItsInput) {
  const test::TemporaryFolder folder;
  const std::string sound = folder.write("in.wav", test::read_file(kSound));
  fs::create_symlink(sound, folder.file("link.wav"));
  for (const std::string& output : {sound, folder.file("link.wav")}) {
    const ProgramResult result = run_program({"render", kModel, sound, output});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("never overwritten"));
  }
  EXPECT_EQ(test::read_file(sound), test::read_file(kSound));
}

TEST(Render, LeavesAnExistingOutputAloneWhenItFails) {
  const test::TemporaryFolder folder;
  const std::string output = folder.write("o.wav", "precious");
  EXPECT_EQ(run_program({"render", kModel, "/nowhere.wav", output}).exit_code, 1);
  EXPECT_EQ(run_program({"render", "/nowhere.nam", kSound, output}).exit_code, 1);
  EXPECT_EQ(test::read_file(output), "precious");
  EXPECT_EQ(run_program({"render", kModel, kSound, output}).exit_code, 0);
  EXPECT_NE(test::read_file(output), "precious");
}

/// The first bytes of a sound file.
std::string cut(const std::string& path, std::size_t bytes) {
  return test::read_file(path).substr(0, bytes);
}

TEST(Render, OfASoundThatWasCutWarnsOfTheLengthThatWasRead) {
  const test::TemporaryFolder folder;
  const engine::Sound whole = engine::read_sound(kSound);
  const std::size_t half = test::read_file(kSound).size() / 2;
  const std::string sound = folder.write("cut.wav", cut(kSound, half));
  const ProgramResult result = run_program({"render", kModel, sound, folder.file("o.wav"), "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const engine::Sound output = engine::read_sound(folder.file("o.wav"));
  EXPECT_LT(output.samples.size(), whole.samples.size());
  EXPECT_GT(output.samples.size(), whole.samples.size() / 3);
  const std::string warning(json::parse(result.output).at("warnings").at(0).as_string());
  EXPECT_THAT(warning, StartsWith(sound + " was cut: its header promises "));
  EXPECT_THAT(warning, HasSubstr("(" + std::to_string(whole.samples.size()) + " frames)"));
  EXPECT_THAT(warning, HasSubstr("it holds "));
  EXPECT_THAT(warning, HasSubstr("(" + std::to_string(output.samples.size()) + " frames)"));
  EXPECT_THAT(result.errors, StartsWith("namrack: warning: "));
  EXPECT_EQ(json::parse(run_program({"render", kModel, kSound, folder.file("p.wav"), "--json"}).output)
                .at("warnings")
                .as_array()
                .size(),
            0U);
}

TEST(Render, OfNoSoundIsOneLineThatSaysWhatItIsAndLeavesNoFile) {
  const test::TemporaryFolder folder;
  const std::string header = cut(kSound, test::read_file(kSound).find("data") + 8);
  std::string no_frames = header;
  no_frames.replace(no_frames.find("data") + 4, 4, std::string(4, '\0'));
  for (const auto& [name, content, found] : std::vector<std::array<std::string, 3>>{
           {"empty.wav", "", "found an empty file"},
           {"head.wav", cut(kSound, 20), "found one that was cut within its header"},
           {"nothing.wav", header, "found one without a single frame"},
           {"none.wav", no_frames, "found one without a single frame"},
           {"page.wav", "\n<!DOCTYPE html><html></html>", "found a web page"},
           {"zip.wav", std::string("PK\x03\x04") + std::string(60, 'x'), "found a zip archive"},
           {"lfs.wav", "version https://git-lfs.github.com/spec/v1\n", "found a Git LFS pointer"},
           {"model.wav", cut(kModel, 200), "found text in JSON"},
           {"text.wav", "hello, this is not a sound\n", "found something else"}}) {
    const std::string path = folder.write(name, content);
    const ProgramResult result = run_program({"render", kModel, path, folder.file("o.wav")});
    EXPECT_EQ(result.exit_code, 1) << name;
    EXPECT_TRUE(is_one_line(result.errors)) << result.errors;
    EXPECT_THAT(result.errors, StartsWith("namrack: " + path + ": expected a sound file"));
    EXPECT_THAT(result.errors, HasSubstr(found));
    EXPECT_FALSE(fs::exists(folder.file("o.wav"))) << name;
  }
  EXPECT_THAT(run_program({"render", kModel, folder.path(), folder.file("o.wav")}).errors,
              HasSubstr("found a folder"));
  EXPECT_THAT(run_program({"render", kModel, folder.file("gone.wav"), folder.file("o.wav")}).errors,
              HasSubstr("gone.wav: there is no such file"));
  EXPECT_FALSE(fs::exists(folder.file("o.wav")));
}

TEST(Render, ThatCannotWriteNamesTheFileAndTheReason) {
  const test::TemporaryFolder folder;
  const ProgramResult result =
      run_program({"render", kModel, kSound, folder.file("no/such/o.wav"), "--json"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.errors, HasSubstr("o.wav: cannot write: there is no folder " + folder.file("no/such")));
  EXPECT_THAT(result.output, HasSubstr("E_IO"));
}

TEST(Render, NeverOverwritesItsScript) {
  const test::TemporaryFolder folder;
  const std::string script = folder.write("show.wav", "# a strange name\n");
  const ProgramResult result = run_program({"render", "--script", script, kSound, script});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.errors, HasSubstr("never overwritten"));
}

TEST(Bench, PrintsTheFieldsOfTheContractForEachModelAndBlock) {
  const ProgramResult result =
      run_program({"bench", kModel, "--block", "32", "--block", "64", "--seconds", "0.02", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(std::ranges::count(result.output, '\n'), 2);
  const json::object row = json::parse(result.output.substr(0, result.output.find('\n'))).as_object();
  std::vector<std::string> keys;
  for (const auto& [key, value] : row) keys.emplace_back(key);
  EXPECT_THAT(keys, ::testing::UnorderedElementsAre(
                        "model", "architecture", "block", "ns_per_sample", "us_per_block_p50",
                        "us_per_block_p999", "us_per_block_max", "macs_per_sample", "realtime_factor",
                        "target", "peak_gflops", "fraction_of_peak",
                        // and our own
                        "load_ms", "json_parse_ms", "bytes", "us_per_block_p999_undisturbed", "general"));
  EXPECT_EQ(row.at("block"), 32);
  EXPECT_FALSE(row.at("general").as_bool());
}

TEST(Bench, MeasuresWithTheKernelsAsked) {
  for (const std::string& target : engine::simd_targets()) {
    const ProgramResult result =
        run_program({"bench", kModel, "--seconds", "0.02", "--target", target, "--general", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(json::parse(result.output).at("target").as_string(), target);
    EXPECT_TRUE(json::parse(result.output).at("general").as_bool());
  }
}

TEST(Bench, TakesTheShippedModelsWhenNoneAreNamed) {
  const test::TemporaryFolder folder;
  fs::create_directories(folder.path() / "models/random");
  folder.write("models/random/one.nam", test::read_file(kModel));
  const ProgramResult some =
      run_program({"bench", "--seconds", "0.02"}, {{"NAMRACK_FIXTURES", folder.path()}});
  EXPECT_EQ(some.exit_code, 0) << some.errors;
  EXPECT_THAT(some.output, HasSubstr("\none "));
  fs::remove(folder.path() / "models/random/one.nam");
  const ProgramResult none = run_program({"bench"}, {{"NAMRACK_FIXTURES", folder.path()}});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.errors, HasSubstr("no models to bench"));
}

}  // namespace
}  // namespace namrack::cli

#include "cli/text/units.h"

#include <gtest/gtest.h>

namespace namrack::cli {
namespace {

TEST(Units, RatesAreInKilohertz) {
  EXPECT_EQ(rate_text(48000), "48 kHz");
  EXPECT_EQ(rate_text(44100), "44.1 kHz");
  EXPECT_EQ(rate_text(11025), "11.025 kHz");
}

TEST(Units, FramesCarryTheirDurationWhereTheRateIsKnown) {
  EXPECT_EQ(frames_text(480, 48000.0), "480 frames (10 ms)");
  EXPECT_EQ(frames_text(64, 48000.0), "64 frames (1.33 ms)");
  EXPECT_EQ(frames_text(1, std::nullopt), "1 frame");
}

TEST(Units, BytesAreInBinaryUnits) {
  EXPECT_EQ(bytes_text(512), "512 B");
  EXPECT_EQ(bytes_text(1536), "1.5 KiB");
  EXPECT_EQ(bytes_text(5.0 * 1024 * 1024), "5 MiB");
}

TEST(Units, FractionsArePercent) {
  EXPECT_EQ(percent_text(0.031), "3.1 %");
  EXPECT_EQ(percent_text(1.0), "100 %");
  EXPECT_EQ(percent_text(0.0), "0 %");
}

TEST(Units, DecibelsKeepTheirSign) {
  EXPECT_EQ(decibel_text(-18.234), "-18.2 dB");
  EXPECT_EQ(decibel_text(-0.001), "0 dB");
}

TEST(Units, GainsShowTheirSignAlways) {
  EXPECT_EQ(gain_text(1.8), "+1.8 dB");
  EXPECT_EQ(gain_text(0.5), "+0.5 dB");
  EXPECT_EQ(gain_text(-3.707), "-3.71 dB");
  EXPECT_EQ(gain_text(0.001), "0 dB");
}

TEST(Units, DurationsShowTheTwoLargestUnits) {
  EXPECT_EQ(duration_text(12.9), "12 s");
  EXPECT_EQ(duration_text(125), "2 min 5 s");
  EXPECT_EQ(duration_text(7500), "2 h 5 min");
  EXPECT_EQ(duration_text(90000), "1 d 1 h");
}

TEST(Units, CountsAreGrouped) {
  EXPECT_EQ(count_text(842), "842");
  EXPECT_EQ(count_text(13802), "13,802");
  EXPECT_EQ(count_text(1234567), "1,234,567");
  EXPECT_EQ(count_text(-1234), "-1,234");
}

}  // namespace
}  // namespace namrack::cli

#pragma once

#include <cstdint>

/// Limits that a model file must keep. They are far above every model in the field and low enough that no
/// product of them overflows 64 bits, so that sizes can be computed before anything is allocated. Those on
/// whole networks (NetworkCost) bound what a small hostile file can cost in memory and time.
namespace namrack::engine::limits {

inline constexpr std::uint64_t kFileBytes = 50'000'000;
/// JSON values in a file; each takes some 50 bytes while it is parsed. The largest known model has 90 000
/// weights.
inline constexpr std::uint64_t kJsonValues = std::uint64_t{1} << 21;
inline constexpr std::uint64_t kJsonDepth = 64;
inline constexpr std::uint64_t kLayerArrays = 16;
inline constexpr std::uint64_t kLayersPerArray = 64;
inline constexpr std::uint64_t kChannels = 1024;
inline constexpr std::uint64_t kKernelSize = 64;
inline constexpr std::uint64_t kDilation = 65536;
inline constexpr std::uint64_t kLstmLayers = 16;
inline constexpr std::uint64_t kResponseFrames = std::uint64_t{1} << 20;
inline constexpr std::uint64_t kSubmodels = 16;
inline constexpr std::uint64_t kQualitySteps = 256;
inline constexpr std::uint64_t kModelNesting = 8;
inline constexpr std::uint64_t kNestedModels = 64;
/// 8 MB, and as many multiply-adds a sample, which no CPU of today plays in real time. Known models: 90 000.
inline constexpr std::uint64_t kMatrixFloats = std::uint64_t{1} << 21;
/// 64 MB a stream. Known models: 650 000.
inline constexpr std::uint64_t kHistoryFloats = std::uint64_t{1} << 24;
/// About a second. Known models: 24 000 frames of 12 000 multiply-adds.
inline constexpr std::uint64_t kSettlingMacs = std::uint64_t{1} << 32;
/// Metadata that are kept, as JSON text; replies carry them.
inline constexpr std::uint64_t kMetadataBytes = 65536;
inline constexpr std::uint64_t kMetadataDepth = 16;
/// Levels in dB that a file may state; what lies beyond says nothing and would ask for absurd gains.
inline constexpr double kLevelDb = 100.0;
/// Likewise in dBu of a sine at 0 dBFS: from a tenth of what the quietest inputs take to ten times what the
/// loudest line outputs give. Known models: 0 to 25.
inline constexpr double kLowestDbu = -20.0, kHighestDbu = 40.0;
inline constexpr double kLowestSampleRate = 1000.0;
inline constexpr double kHighestSampleRate = 1'000'000.0;

}  // namespace namrack::engine::limits

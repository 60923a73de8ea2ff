#include "engine/format/foreign_file.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace namrack::engine {
namespace {

using Fault = ModelError::Kind;
using namespace std::string_view_literals;

/// Bytes that a kind of file has at one place.
struct Signature {
  std::size_t offset;
  std::string_view bytes;
  ForeignFile file;
};

constexpr std::string_view kUnpack = "an archive: unpack it and load a .nam file that is in it";
constexpr std::string_view kCompressed =
    "a compressed file: unpack it (gunzip, unxz, unzstd) and load what is in it";
constexpr std::string_view kUtf16 =
    "text in UTF-16: save it as UTF-8, as with: iconv -f UTF-16 -t UTF-8 OLD > NEW";
constexpr std::string_view kSound = "a compressed sound file, not a model: load a capture (.nam)";
constexpr std::string_view kWave =
    "a WAV or AIFF sound file: impulse responses are not played yet; load a capture (.nam)";
constexpr std::string_view kTorch = "a PyTorch checkpoint: export the model as .nam with its trainer";
constexpr std::string_view kPicture = "a picture: download the model file itself";
constexpr std::string_view kNamb =
    "a .namb model, which is for microcontrollers: load the .nam file that it was made of";

// The first one that fits counts.
constexpr auto kSignatures = std::to_array<Signature>(
    {{0,
      "version https://git-lfs"sv,
      {Fault::invalid, "a Git LFS pointer, not the file that it stands for: run git lfs pull where it lies"}},
     {30, "data.pkl"sv, {Fault::unsupported, kTorch}},
     {30, "archive/data.pkl"sv, {Fault::unsupported, kTorch}},
     {0, "PK\x03\x04"sv, {Fault::invalid, "a zip archive: unpack it and load a .nam file that is in it"}},
     {0, "PK\x05\x06"sv, {Fault::invalid, "an empty zip archive: download it again"}},
     {0, "\x1F\x8B"sv, {Fault::invalid, "a gzip file: unpack it (gunzip, tar xf) and load what is in it"}},
     {0, "BZh"sv, {Fault::invalid, kCompressed}},
     {0,
      "\xFD"
      "7zXZ\0"sv,
      {Fault::invalid, kCompressed}},
     {0, "\x28\xB5\x2F\xFD"sv, {Fault::invalid, kCompressed}},
     {0, "7z\xBC\xAF\x27\x1C"sv, {Fault::invalid, kUnpack}},
     {0, "Rar!\x1A\x07"sv, {Fault::invalid, kUnpack}},
     {257, "ustar"sv, {Fault::invalid, kUnpack}},
     {0, "\xFF\xFE"sv, {Fault::invalid, kUtf16}},
     {0, "\xFE\xFF"sv, {Fault::invalid, kUtf16}},
     {0, "{\0"sv, {Fault::invalid, kUtf16}},
     {0, "\0{"sv, {Fault::invalid, kUtf16}},
     {8, "WAVE"sv, {Fault::unsupported, kWave}},
     {8, "AIFF"sv, {Fault::unsupported, kWave}},
     {8, "AIFC"sv, {Fault::unsupported, kWave}},
     {0, "RIFF"sv, {Fault::invalid, "a RIFF file, not a model: load a capture (.nam)"}},
     {0, "fLaC"sv, {Fault::unsupported, kSound}},
     {0, "OggS"sv, {Fault::unsupported, kSound}},
     {0, "ID3"sv, {Fault::unsupported, kSound}},
     {0, "\xFF\xFB"sv, {Fault::unsupported, kSound}},
     {0, "\xFF\xF3"sv, {Fault::unsupported, kSound}},
     {0, "\xFF\xF2"sv, {Fault::unsupported, kSound}},
     {4, "ftyp"sv, {Fault::unsupported, kSound}},
     {0, "BMAN"sv, {Fault::unsupported, kNamb}},
     {0, "NAMB"sv, {Fault::unsupported, kNamb}},
     {0,
      "\x89HDF\r\n\x1A\n"sv,
      {Fault::unsupported, "an HDF5 file, as Keras saves models: export the model as .nam with its trainer"}},
     {0, "\x80\x02"sv, {Fault::unsupported, kTorch}},
     {0, "\x89PNG"sv, {Fault::invalid, kPicture}},
     {0, "\xFF\xD8\xFF"sv, {Fault::invalid, kPicture}},
     {0, "GIF8"sv, {Fault::invalid, kPicture}},
     {0, "%PDF"sv, {Fault::invalid, "a PDF document: download the model file itself"}},
     {0,
      "\x7F"
      "ELF"sv,
      {Fault::invalid, "a program, not a model: load a capture (.nam)"}}});

/// A text that files begin with, behind white space, in whatever case.
struct Beginning {
  std::string_view text;
  std::string_view what;
};

constexpr auto kBeginnings = std::to_array<Beginning>(
    {{"<", "a web page: download the file itself, not the page that shows it"},
     {"404: not found",
      "the error message of a web server (404: Not Found): the link is wrong; download it again"},
     {"not found", "the error message of a web server: the link is wrong; download it again"},
     {"access denied", "the error message of a web server: download it with a browser that is logged in"}});

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.size() >= beginning.size() && std::equal(beginning.begin(), beginning.end(), text.begin(),
                                                       [](char a, char b) { return a == lower(b); });
}

// Protobuf has no signature: an ONNX model begins with the field ir_version, a small number, and one of the
// fields that follow it (producer, domain, graph, opset).
bool is_onnx(std::string_view content) {
  return content.size() > 16 && content[0] == '\x08' && content[1] > 0 && content[1] < '\x20' &&
         "\x12\x1A\x22\x3A\x42"sv.find(content[2]) != std::string_view::npos;
}

/// Keys that documents of a family have at the top level.
struct ForeignFamily {
  std::array<std::string_view, 3> keys;  ///< "": any
  ForeignFile file;
};

constexpr auto kForeignFamilies = std::to_array<ForeignFamily>(
    {{{"layers", "in_shape", ""},
      {Fault::unsupported, "an AIDA-X or RTNeural model (Keras layers): only .nam models are played"}},
     {{"model_data", "state_dict", ""},
      {Fault::unsupported,
       "a Proteus or NeuralPi model (Automated-GuitarAmpModelling): only .nam models are played"}},
     {{"variables", "residual_channels", ""},
      {Fault::unsupported, "a SmartAmp model (GuitarML WaveNet): only .nam models are played"}},
     {{"conv1d", "lstm", "input_size"},
      {Fault::unsupported, "a SmartAmpPro model (GuitarML): only .nam models are played"}},
     {{"net", "optimizer", ""},
      {Fault::invalid,
       "a training configuration, not a trained model: load the .nam file that the training exports"}},
     {{"oid", "size", ""},
      {Fault::invalid, "a description of a Git LFS file: run git lfs pull where it lies"}}});

}  // namespace

std::optional<ForeignFile> foreign_bytes(std::string_view content) {
  if (content.empty()) return ForeignFile{Fault::invalid, "an empty file: download or copy it again"};
  if (std::ranges::all_of(content, [](char c) { return c == '\0'; }))
    return ForeignFile{Fault::invalid, "nothing but zero bytes: download or copy it again"};
  for (const Signature& signature : kSignatures) {
    if (content.size() > signature.offset && content.substr(signature.offset).starts_with(signature.bytes))
      return signature.file;
  }
  if (is_onnx(content)) return ForeignFile{Fault::unsupported, "an ONNX model: only .nam models are played"};
  if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
  const std::size_t begin = content.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos)
    return ForeignFile{Fault::invalid, "nothing but white space: download or copy it again"};
  for (const Beginning& beginning : kBeginnings)
    if (begins_with(content.substr(begin), beginning.text))
      return ForeignFile{Fault::invalid, beginning.what};
  return std::nullopt;
}

std::optional<ForeignFile> foreign_document(const boost::json::object& document) {
  if (document.contains("architecture")) return std::nullopt;
  for (const ForeignFamily& family : kForeignFamilies) {
    if (std::ranges::all_of(family.keys,
                            [&](std::string_view key) { return key.empty() || document.contains(key); }))
      return family.file;
  }
  return std::nullopt;
}

}  // namespace namrack::engine

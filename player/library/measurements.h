#pragma once

#include <boost/json/object.hpp>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace namrack::player {

/// Measurements of model files, by their contents: it holds wherever a file is moved to, and over a
/// restart. Thread: control.
class Measurements {
 public:
  /// The models that were asked about last are kept.
  static constexpr std::size_t kMaxModels = 512;

  struct Key {
    std::uint64_t content = 0;  ///< engine::ModelInfo::content_hash
    double quality = 1.0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Loudness {
    std::optional<float> db;  ///< nullopt: as good as silent
    friend bool operator==(const Loudness&, const Loudness&) = default;
  };

  /// nullopt: not measured yet.
  std::optional<double> load(const Key& key, std::size_t block) const;
  std::optional<Loudness> loudness(const Key& key) const;
  /// Fraction of the deadline of a block of so many frames.
  void keep_load(const Key& key, std::size_t block, double load);
  void keep_loudness(const Key& key, Loudness loudness);

  friend bool operator==(const Measurements&, const Measurements&) = default;
  friend boost::json::object to_json(const Measurements& measurements);
  friend Measurements measurements_from_json(const boost::json::object& document,
                                             const std::function<void(const char*)>& problem);

 private:
  struct Model {
    std::optional<Loudness> loudness = {};
    std::map<std::size_t, double> loads = {};  ///< by block
    std::uint64_t kept = 0;                    ///< when it was measured last, as a count
    friend bool operator==(const Model&, const Model&) = default;
  };
  Model& entry(const Key& key);

  std::map<Key, Model> models_;
  std::uint64_t count_ = 0;
};

/// With the CPU and the version of this program.
boost::json::object to_json(const Measurements& measurements);
/// Loads that another CPU or version has measured are left out, and so is what cannot be understood, after a
/// call of `problem`.
Measurements measurements_from_json(const boost::json::object& document,
                                    const std::function<void(const char*)>& problem);

/// The name of this machine's CPU.
std::string cpu_name();

}  // namespace namrack::player

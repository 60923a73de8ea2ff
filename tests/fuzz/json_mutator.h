#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace namrack::fuzz {

/// Changes JSON documents at random places, so that the result is still JSON: bytes changed at random hardly
/// ever are. The same seed gives the same changes.
class JsonMutator {
 public:
  /// `words` are strings that mean something to the reader, as keys or as values.
  JsonMutator(std::uint32_t seed, std::span<const std::string_view> words) : random_(seed), words_(words) {}

  /// One to four changes.
  void mutate(boost::json::value& root);
  /// Puts a part of `other` somewhere into `root`.
  void cross(boost::json::value& root, boost::json::value& other);
  /// A number below `end`.
  std::size_t below(std::size_t end) { return random_() % end; }
  /// The token of a number that JSON does not know, in the place of some number of the text.
  void spoil_a_number(std::string& text);

 private:
  boost::json::value& pick(boost::json::value& root);
  std::string_view word() { return words_[below(words_.size())]; }
  boost::json::value small_value();
  boost::json::value number();
  void change(boost::json::value& value, boost::json::value& source);
  void change_number(boost::json::value& value);
  void change_array(boost::json::array& array, boost::json::value& source);
  void change_object(boost::json::object& object, boost::json::value& source);

  std::minstd_rand random_;
  std::span<const std::string_view> words_;
};

}  // namespace namrack::fuzz

#pragma once

#include <boost/json/value.hpp>

namespace namrack::fuzz {

/// Follows the loader's complaints about a model and puts right what is only a matter of counting: the number
/// of weights, widths that must chain, lists with an entry for each layer. Without it, next to no change of a
/// geometry would ever be played. New weights are small and always the same.
void repair_model(boost::json::value& root);

}  // namespace namrack::fuzz

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace namrack::daemon {

enum class OptionKind { flag, text, path, number, choice };

/// One option of namrackd: what the command line, the configuration file, the environment, the help and the
/// completion know of it.
struct OptionSpec {
  std::string_view name;  ///< "client-name": --client-name, the key client-name, NAMRACKD_CLIENT_NAME
  OptionKind kind = OptionKind::flag;
  std::string_view value = {};  ///< how the help calls its value
  std::string_view help = {};
  std::string_view standard = {};  ///< the default, in words; empty: none
  bool is_list = false;            ///< may be given several times
  bool is_command = false;         ///< of the command line alone
  double min = 0.0, max = 0.0;     ///< of numbers, inclusive
  std::span<const std::string_view> choices = {};
  std::string (*check)(std::string_view value) =
      nullptr;  ///< what else is wrong with a value; empty: nothing
};

/// In the order of the help.
std::span<const OptionSpec> option_table();
/// By the name with dashes; nullptr when there is none.
const OptionSpec* find_option(std::string_view name);

/// The fault in a value of an option; empty when it has none.
std::string option_fault(const OptionSpec& option, std::string_view value);
/// "; did you mean …?" for a name that is none of an option, or nothing. `is_key`: of the file.
std::string nearest_option(std::string_view name, bool is_key);

/// "NAMRACKD_CLIENT_NAME"
std::string variable_of(const OptionSpec& option);

/// The fault in the name of a JACK client; empty when it has none.
std::string check_client_name(std::string_view name);

}  // namespace namrack::daemon

#pragma once

#include <CLI/App.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <vector>

namespace namrack::shell {

/// Lays help out for terminals of 80 columns: options with their bounds, choices and
/// defaults in words.
class HelpLayout : public CLI::Formatter {
 public:
  static constexpr std::size_t kColumns = 80;

  HelpLayout() = default;
  /// `forms`: what may follow the command's name, where that is not simply all of its arguments, such as
  /// "NAME" and "--dry".
  explicit HelpLayout(std::vector<std::string> forms) : forms_(std::move(forms)) {}

  /// The ways to call `app`, whose full name is `name`, one each.
  std::vector<std::string> usages(const CLI::App& app, const std::string& name) const;

  std::string make_description(const CLI::App* app) const override;
  std::string make_usage(const CLI::App* app, std::string name) const override;
  std::string make_subcommand(const CLI::App* sub) const override;
  std::string make_footer(const CLI::App* app) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;

 private:
  std::vector<std::string> forms_;
};

/// The words that `option` can have: those of one_of(); empty when it takes any.
std::vector<std::string> choices_of(const CLI::Option& option);

}  // namespace namrack::shell

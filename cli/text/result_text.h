#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "cli/text/fields.h"
#include "cli/text/style.h"

namespace namrack::cli {

/// The request that a result answers.
struct Asked {
  boost::json::object params = {};
  boost::json::object settings = {};  ///< as they were before, as far as that is known
};

/// The result of a method for people: lines that end with a line feed and fit the terminal, every number with
/// its unit, and what was done by its name. `method` is one that the command line offers; another one's
/// result is shown as JSON.
std::string result_text(std::string_view method, const boost::json::object& result, const Style& style,
                        const Asked& asked = {});

/// The parts of it that have their own files: the settings, what changed in them ("output_db 0 -> -6 dB"),
std::string settings_text(const boost::json::object& params);
std::string setting_changes_text(const boost::json::object& before, const boost::json::object& after);
/// the state of JACK, the status,
std::string jack_text(const Fields& jack);
std::string status_text(const boost::json::object& result, const Style& style);
/// what `inspect` shows,
std::string inspection_text(const boost::json::object& result, const Style& style);
/// what `scene.save`, `scene.recall` and `tx` have done,
std::string saved_scene_text(const boost::json::object& result, const Style& style);
std::string recalled_scene_text(const boost::json::object& result, const Style& style);
std::string group_text(const boost::json::object& result, const Style& style);
/// the scenes and setlists,
std::string scenes_text(const boost::json::object& result, const Style& style);
std::string setlists_text(const boost::json::object& result, const Style& style);
/// and where in them one is: "verse, next: chorus, setlist: tour", its names shortened to fit into so many
/// columns; empty where there are none.
std::string scene_position_text(const boost::json::object& position, std::size_t columns);

/// Parts that several of them share: the name of a model or of none,
std::string name_text(const Fields& fields, std::string_view key);
/// " at frame 480000", or that it waits for JACK,
std::string when_text(const Fields& result);
/// what warns, a line each, behind the name of the model where several are shown,
std::string warnings_text(const Fields& result, const Style& style, const std::string& name = "");
/// what a swap has done, without a line feed.
std::string swap_phrase(const Fields& swap, const Style& style);

}  // namespace namrack::cli

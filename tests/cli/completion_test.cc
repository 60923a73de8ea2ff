#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>

#include "cli/commands/arguments.h"
#include "tests/cli/program.h"
#include "tests/common/temporary_folder.h"

namespace namrack::cli {
namespace {

/// What bash would offer, space-separated, after these words; the last one is being typed.
std::string completions(const std::string& words, const std::string& before = "") {
  const test::TemporaryFolder folder;
  std::string script = std::get<PrintText>(parse_arguments({"completion", "bash"}).action).text;
  script += "compopt() { :; }\n";  // exists only while bash completes
  script += before;
  script += "COMP_WORDS=(" + words +
            ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_namrack\necho \"${COMPREPLY[*]}\"\n";
  const std::string command = "bash " + folder.write("script", script);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::array<char, 4096> line{};
  if (std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) == nullptr) return "";
  const std::string text(line.data());
  return text.substr(0, text.find('\n'));
}

TEST(Completion, OffersCommandsAndTheirOptions) {
  EXPECT_EQ(completions("namrack sw"), "swap");
  EXPECT_EQ(completions("namrack sta"), "status");
  EXPECT_EQ(completions("namrack swap --fa"), "--fade-ms");
  EXPECT_EQ(completions("namrack --json render --no"), "--no-prewarm");
}

TEST(Completion, OffersTheWordsOfTheTables) {
  EXPECT_EQ(completions("namrack bypass t"), "toggle");
  EXPECT_EQ(completions("namrack events me"), "meters");
  EXPECT_EQ(completions("namrack get fa"), "fade_ms");
  EXPECT_EQ(completions("namrack call sub"), "subscribe");
}

TEST(Completion, OffersSettingsAndTheirValues) {
  EXPECT_EQ(completions("namrack set fa"), "fade_ms=");
  EXPECT_EQ(completions("namrack set level_mode = r"), "raw");
}

TEST(Completion, OffersTheNamesOfLoadedModelsAndRunsNoneOfThem) {
  const std::string names =
      R"json({"models":[{"name":"clean"},{"name":"cl $(touch pwned)"},{"name":"lead"}]})json";
  const std::string fake = "namrack() { echo '" + names + "'; }\n";
  EXPECT_EQ(completions("namrack swap cl", fake), R"bash(clean cl\ \$\(touch\ pwned\))bash");
}

TEST(Completion, OffersVerbsAndTheirOptions) {
  EXPECT_EQ(completions("namrack sc"), "scene");
  EXPECT_EQ(completions("namrack scene re"), "recall rename");
  EXPECT_EQ(completions("namrack --json setlist ''"), "save use list delete");
  EXPECT_EQ(completions("namrack scene recall --at"), "--at-frame --at-bar --at-beat");
  EXPECT_EQ(completions("namrack setlist use --no"), "--none");
  EXPECT_EQ(completions("namrack scene recall --js"), "--json");
  EXPECT_EQ(completions("namrack scene --js"), "--json");
}

TEST(Completion, OffersTheNamesOfScenesAndSetlists) {
  const std::string fake = R"bash(namrack() {
    case "$*" in
      *"--timeout 1 scene list") echo '{"current":"solo","scenes":[{"name":"solo","model":"lead"},{"name":"so far"}]}' ;;
      *"--timeout 1 setlist list") echo '{"setlists":[{"name":"tour","scenes":["solo"]},{"name":"solo gig","scenes":["solo"]}]}' ;;
    esac
  }
)bash";
  for (const char* const verb : {"save", "recall", "delete", "rename"}) {
    EXPECT_EQ(completions(std::string("namrack scene ") + verb + " so", fake), "solo so\\ far") << verb;
  }
  EXPECT_EQ(completions("namrack setlist use so", fake), "solo\\ gig");
  EXPECT_EQ(completions("namrack setlist delete to", fake), "tour");
  EXPECT_EQ(completions("namrack setlist save to", fake), "tour");
  EXPECT_EQ(completions("namrack setlist save tour so", fake), "solo so\\ far");
}

TEST(Completion, OffersMessagesThenActionsThenWhatTheyAreDoneTo) {
  const std::string fake = R"bash(namrack() {
    case "$*" in
      *"scene list") echo '{"scenes":[{"name":"solo"}]}' ;;
      *list) echo '{"models":[{"name":"lead"}]}' ;;
    esac
  }
)bash";
  EXPECT_EQ(completions("namrack midi ''"), "map learn cancel unmap list set");
  EXPECT_EQ(completions("namrack midi map ''"), "note control program");
  EXPECT_EQ(completions("namrack midi map control ''"), "");
  EXPECT_EQ(completions("namrack midi map control 7 s"), "scene scene.next scene.prev set swap");
  EXPECT_EQ(completions("namrack midi map program 7 scene ''", fake), "solo");
  EXPECT_EQ(completions("namrack midi map program 7 swap ''", fake), "lead");
  EXPECT_EQ(completions("namrack midi map control 7 set out"), "output_db output_db=");
  EXPECT_EQ(completions("namrack midi map control 7 set level_mode = r"), "raw");
  EXPECT_EQ(completions("namrack midi map note 7 bypass --mode h"), "hold");
  EXPECT_EQ(completions("namrack midi map note 7 bypass --press l"), "latching long");
  EXPECT_EQ(completions("namrack midi map control 7 set output_db --takeover p"), "pickup");
  EXPECT_EQ(completions("namrack midi map note 7 bypass --ch"), "--channel");
}

TEST(Completion, OffersWhatTheOtherVerbsOfMidiTake) {
  const std::string fake = "namrack() { echo '{\"scenes\":[{\"name\":\"solo\"}]}'; }\n";
  EXPECT_EQ(completions("namrack midi learn b"), "bypass");
  EXPECT_EQ(completions("namrack midi learn scene ''", fake), "solo");
  EXPECT_EQ(completions("namrack midi learn set level_mode = c"), "calibrated");
  EXPECT_EQ(completions("namrack midi learn bypass --wa"), "--wait");
  EXPECT_EQ(completions("namrack midi unmap p"), "program");
  EXPECT_EQ(completions("namrack midi unmap program ''"), "");
  EXPECT_EQ(completions("namrack midi set --programs o"), "on off");
  EXPECT_EQ(completions("namrack midi set --bank m"), "msb");
  EXPECT_EQ(completions("namrack midi set --om"), "--omni");
}

TEST(Completion, ReadsAVerbOnceWhateverComesAfterIt) {
  const std::string fake = "namrack() { echo '{\"scenes\":[{\"name\":\"list\"}]}'; }\n";
  EXPECT_EQ(completions("namrack scene rename delete li", fake), "list");
  EXPECT_EQ(completions("namrack scene recall swap --at-b", fake), "--at-bar --at-beat");
}

TEST(Completion, OffersWhatAnOptionTakesAndNothingForANumber) {
  EXPECT_EQ(completions("namrack load x y --if-over s"), "slim");
  EXPECT_EQ(completions("namrack render --level-mode = n"), "normalized");
  EXPECT_EQ(completions("namrack swap x --fade-ms ''"), "");
  EXPECT_EQ(completions("namrack status ''"), "");
}

TEST(Completion, OffersNamesThatBeginWithWhatIsTypedInQuotes) {
  const std::string fake = R"bash(namrack() { echo '{"models":[{"name":"my \"hot\" amp"},{"name":"lead"}]}'; }
)bash";
  EXPECT_EQ(completions(R"(namrack swap "'my '")", fake), R"(my "hot" amp)");
  EXPECT_EQ(completions(R"(namrack swap 'my\ \"h')", fake), R"(my\ \"hot\"\ amp)");
  EXPECT_EQ(completions("namrack load le", fake), "lead") << "for --replace";
}

TEST(Completion, OffersFilesForModels) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("clean.nam", "");
  EXPECT_EQ(completions("namrack load x " + folder.file("cl")), path);
  EXPECT_EQ(completions("namrack load --socket s x --quality 1 " + folder.file("cl")), path);
  EXPECT_EQ(completions("namrack inspect " + folder.file("cl")), path);
  EXPECT_EQ(completions("namrack tx " + folder.file("cl")), path);
}

}  // namespace
}  // namespace namrack::cli

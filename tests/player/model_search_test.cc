#include "player/library/model_search.h"

#include <gtest/gtest.h>

#include "tests/common/temporary_folder.h"

namespace namrack::player {
namespace {

namespace fs = std::filesystem;

struct Library {
  Library() {
    for (const char* name : {"amps/Märshall JCM800 [crunch].nam", "amps/fender twin.NAM", "cabs/v30.wav",
                             "notes.txt", ".hidden/x.nam", "amps/.y.nam", "old.json"}) {
      fs::create_directories((folder.path() / name).parent_path());
      folder.write(name, "{}");
    }
  }
  std::vector<std::string> names(std::string_view query = "", std::size_t limit = 1000) const {
    std::vector<std::string> names;
    for (const FoundModel& model : find_models({folder.path()}, query, limit).models)
      names.push_back(model.name);
    return names;
  }
  test::TemporaryFolder folder;
};

using Names = std::vector<std::string>;

TEST(ModelSearch, FindsWhatLiesBelowTheFoldersInOrder) {
  const Library library;
  const ModelListing listing = find_models({library.folder.path(), "/no/such/folder"}, "", 1000);
  ASSERT_EQ(listing.models.size(), 4U);
  EXPECT_FALSE(listing.truncated);
  EXPECT_EQ(library.names(), (Names{"amps/fender twin", "amps/Märshall JCM800 [crunch]", "cabs/v30", "old"}));
  EXPECT_EQ(listing.models[2].kind, "ir");
  EXPECT_EQ(listing.models[2].path, library.folder.file("cabs/v30.wav"));
  EXPECT_EQ(listing.models[2].bytes, 2U);
  EXPECT_GT(listing.models[2].mtime, 1700000000);
  EXPECT_EQ(listing.models[0].kind, "model");
}

TEST(ModelSearch, WordsMatchInAnyOrderWhateverTheirCapitalsAndAccents) {
  const Library library;
  for (const char* query :
       {"crunch marshall", "MARSHALL", "märsh", "MA\xCC\x88RSH", "amps jcm", "  [crunch]  "})
    EXPECT_EQ(library.names(query), Names{"amps/Märshall JCM800 [crunch]"}) << query;
  EXPECT_EQ(library.names("marshall twin"), Names{});
  EXPECT_EQ(library.names("wav"), Names{"cabs/v30"});
  EXPECT_TRUE(matches_query("Straße", "STRASSE"));
  EXPECT_TRUE(matches_query("ﬁne Ångström", "fine angstrom"));
  EXPECT_FALSE(matches_query("twin", "twins"));
}

TEST(ModelSearch, ANameThatIsNotUtf8IsListedAsUnusable) {
  const Library library;
  library.folder.write("caf\xE9.nam", "{}");
  const ModelListing listing = find_models({library.folder.path()}, "caf", 1000);
  ASSERT_EQ(listing.models.size(), 1U);
  EXPECT_EQ(listing.models[0].kind, "unusable");
  EXPECT_EQ(listing.models[0].name, "caf\\xE9");
}

TEST(ModelSearch, SaysWhenThereIsMoreAndEndsInEveryMaze) {
  const Library library;
  EXPECT_EQ(library.names("", 2), (Names{"amps/fender twin", "amps/Märshall JCM800 [crunch]"}));
  EXPECT_TRUE(find_models({library.folder.path()}, "", 3).truncated);
  EXPECT_FALSE(find_models({library.folder.path()}, "", 4).truncated);
  EXPECT_TRUE(find_models({library.folder.path()}, "", 9, {.entries = 2}).truncated);
  EXPECT_TRUE(find_models({library.folder.path()}, "", 9, {.depth = 1}).truncated);
  EXPECT_TRUE(find_models({library.folder.path()}, "", 9, {.bytes = 300}).truncated);
  fs::create_symlink(library.folder.path(), library.folder.path() / "amps/loop");
  fs::create_symlink(library.folder.path() / "amps", library.folder.path() / "again");
  fs::create_symlink("self", library.folder.path() / "self");
  EXPECT_EQ(library.names().size(), 4U);
  EXPECT_FALSE(find_models({library.folder.path(), library.folder.path()}, "", 9).truncated);
}

}  // namespace
}  // namespace namrack::player

#include "player/show/scene_book.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/player/error_of.h"

namespace namrack::player {
namespace {

SceneBook book_of(const std::vector<std::string>& names) {
  SceneBook book;
  for (const std::string& name : names) book.save({.name = name});
  return book;
}

std::string neighbour(const SceneBook& book, int step) {
  const Scene* const scene = book.neighbour(step);
  return scene != nullptr ? scene->name : "none";
}

TEST(SceneBook, WithoutASetlistScenesFollowInTheOrderInWhichTheyWereSaved) {
  SceneBook book = book_of({"c", "a", "b"});
  EXPECT_EQ(book.current(), "b");
  EXPECT_EQ(neighbour(book, 1), "c") << "behind the last comes the first";
  EXPECT_EQ(neighbour(book, -1), "a");
  book.go_to("c");
  EXPECT_EQ(neighbour(book, 1), "a");
  EXPECT_EQ(neighbour(book, -1), "b");
  EXPECT_EQ(neighbour({}, 1), "none");
}

std::string sentence_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const protocol::ProtocolError& error) {
    const boost::json::value* const near = error.data().if_contains("nearest");
    return error.message() + (near != nullptr ? " " + boost::json::serialize(*near) : "");
  }
  return "nothing was thrown";
}

TEST(SceneBook, ASceneOrSetlistThatIsNotThereIsAnsweredWithTheNearest) {
  SceneBook book = book_of({"intro", "solo"});
  book.save_setlist("tour", {"solo"});
  EXPECT_EQ(sentence_of([&] { book.require("slo"); }),
            "there is no scene \"slo\"; did you mean \"solo\"? \"solo\"");
  EXPECT_EQ(sentence_of([&] { book.require("chorus"); }), "there is no scene \"chorus\"");
  const std::string setlist = "there is no setlist \"tuor\"; did you mean \"tour\"? \"tour\"";
  EXPECT_EQ(sentence_of([&] { book.use_setlist("tuor"); }), setlist);
  EXPECT_EQ(sentence_of([&] { book.remove_setlist("tuor"); }), setlist);
}

TEST(SceneBook, SavingOneAgainKeepsItsPlace) {
  SceneBook book = book_of({"a", "b"});
  EXPECT_TRUE(book.save({.name = "a", .bypass = true}));
  ASSERT_EQ(book.scenes().size(), 2U);
  EXPECT_TRUE(book.scenes().front().bypass);
  EXPECT_EQ(book.current(), "a");
}

TEST(SceneBook, ASetlistMayHaveASceneTwiceAndIsWalkedByPlace) {
  SceneBook book = book_of({"verse", "chorus", "solo"});
  book.save_setlist("gig", {"verse", "chorus", "verse", "solo"});
  book.use_setlist("gig");
  book.go_to("verse");
  std::string walk;
  for (int i = 0; i < 5; ++i) {
    const std::string next = neighbour(book, 1);
    book.go_to(next, book.place_after(book.place(), 1));
    walk += next[0];
  }
  EXPECT_EQ(walk, "cvsvc");
}

TEST(SceneBook, ASceneOutsideTheSetlistDoesNotLoseThePlaceInIt) {
  SceneBook book = book_of({"a", "b", "tuner"});
  book.save_setlist("gig", {"a", "b"});
  book.use_setlist("gig");
  book.go_to("a");
  book.go_to("tuner");
  EXPECT_EQ(book.current(), "tuner");
  EXPECT_EQ(neighbour(book, 1), "b");
}

TEST(SceneBook, BeforeTheFirstComesTheFirstOrFromBehindTheLast) {
  SceneBook book = book_of({"a", "b", "c"});
  book.save_setlist("gig", {"a", "b"});
  book.use_setlist("gig");  // "c" is current
  EXPECT_EQ(neighbour(book, 1), "a");
  EXPECT_EQ(neighbour(book, -1), "b");
}

TEST(SceneBook, WhatASetlistNamesIsNotDeletedAndKeepsItsNewName) {
  SceneBook book = book_of({"a", "b"});
  book.save_setlist("gig", {"a"});
  EXPECT_EQ(error_of([&] { book.remove("a"); }), protocol::ErrorCode::busy);
  book.rename("a", "intro");
  EXPECT_EQ(book.setlists().at("gig"), std::vector<std::string>{"intro"});
  EXPECT_EQ(error_of([&] { book.rename("b", "intro"); }), protocol::ErrorCode::busy);
  book.remove_setlist("gig");
  book.remove("intro");
  EXPECT_EQ(book.scenes().size(), 1U);
}

TEST(SceneBook, AfterADeletedSceneComesTheOneThatFollowedIt) {
  SceneBook book = book_of({"a", "b", "c"});
  book.go_to("b");
  book.remove("b");
  EXPECT_FALSE(book.current());
  EXPECT_EQ(neighbour(book, 1), "c");
  book.go_to("a");
  book.remove("a");
  EXPECT_EQ(neighbour(book, 1), "c");
}

TEST(SceneBook, UnknownNamesAreNotFound) {
  SceneBook book = book_of({"a"});
  EXPECT_EQ(error_of([&] { book.require("b"); }), protocol::ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { book.remove("b"); }), protocol::ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { book.rename("b", "c"); }), protocol::ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { book.save_setlist("gig", {"a", "b"}); }), protocol::ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { book.use_setlist("gig"); }), protocol::ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { book.remove_setlist("gig"); }), protocol::ErrorCode::not_found);
  EXPECT_TRUE(book.setlists().empty());
}

TEST(SceneBook, SurvivesTheWayThroughJson) {
  SceneBook book = book_of({"a", "b"});
  book.save({.name = "full",
             .model = ModelFile{.name = "amp", .path = "/m.nam", .quality = 0.5},
             .bypass = true,
             .settings = {{Setting::input_db, 3.0}, {Setting::level_mode, LevelMode::raw}}});
  book.save_setlist("gig", {"full", "a", "full"});
  book.use_setlist("gig");
  const auto none = [](const std::string& reason) { FAIL() << reason; };
  EXPECT_EQ(scene_book_from_json(to_json(book), none), book);
}

TEST(SceneBook, WhereOneIsInASetlistWithASceneTwiceOutlivesTheDaemon) {
  SceneBook book = book_of({"verse", "solo", "end"});
  book.save_setlist("gig", {"verse", "solo", "verse", "end"});
  book.use_setlist("gig");
  book.go_to("verse", 2);
  const SceneBook read = scene_book_from_json(to_json(book), [](const std::string&) { ADD_FAILURE(); });
  EXPECT_EQ(read.place(), 2U);
  EXPECT_EQ(neighbour(read, 1), "end");
}

TEST(SceneBook, OfABrokenFileTheRestIsKept) {
  SceneBook book = book_of({"a", "b", "full"});
  book.save_setlist("gig", {"full", "a"});
  book.save_setlist("other", {"b", "a"});
  book.use_setlist("gig");
  std::vector<std::string> problems;
  boost::json::object broken = to_json(book);
  broken["scenes"].as_array().back().as_object()["params"].as_object()["input_db"] = 500;
  const SceneBook read =
      scene_book_from_json(broken, [&](const std::string& reason) { problems.push_back(reason); });
  EXPECT_EQ(read.scenes().size(), 2U);
  EXPECT_EQ(read.setlists().at("gig"), std::vector<std::string>{"a"}) << "the broken scene is gone from it";
  EXPECT_EQ(read.setlists().at("other"), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(read.setlist(), "gig");
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].substr(0, 14), "scene \"full\": ");
  EXPECT_EQ(problems[1].substr(0, 15), "setlist \"gig\": ");
}

}  // namespace
}  // namespace namrack::player

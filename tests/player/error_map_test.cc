#include "player/error_map.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cerrno>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <system_error>

#include "engine/base/model_error.h"

namespace namrack::player {
namespace {

using engine::ModelError;
using protocol::ErrorCode;

template <typename Error>
protocol::ProtocolError mapped(Error error) {
  return to_protocol_error(std::make_exception_ptr(std::move(error)));
}

TEST(ErrorMap, EachKindOfModelErrorHasItsCode) {
  const auto code = [](ModelError::Kind kind) { return mapped(ModelError(kind, "w", "e", "f")).code(); };
  EXPECT_EQ(code(ModelError::Kind::missing), ErrorCode::not_found);
  EXPECT_EQ(code(ModelError::Kind::unreadable), ErrorCode::io);
  EXPECT_EQ(code(ModelError::Kind::invalid), ErrorCode::model_invalid);
  EXPECT_EQ(code(ModelError::Kind::unsupported), ErrorCode::model_unsupported);
}

TEST(ErrorMap, ModelErrorsSayWhereAndWhat) {
  const auto error =
      mapped(ModelError(ModelError::Kind::invalid, "config.layers[1]", "a number", "a string", "/m.nam"));
  EXPECT_EQ(error.data().at("where"), "config.layers[1]");
  EXPECT_EQ(error.data().at("expected"), "a number");
  EXPECT_EQ(error.data().at("found"), "a string");
  EXPECT_EQ(error.data().at("path"), "/m.nam");
}

TEST(ErrorMap, TheSystemsRefusalsAreToldApart) {
  EXPECT_EQ(mapped(std::system_error(EACCES, std::generic_category())).code(), ErrorCode::permission);
  EXPECT_EQ(mapped(std::system_error(EIO, std::generic_category())).code(), ErrorCode::io);
  const std::filesystem::filesystem_error file("x", std::make_error_code(std::errc::permission_denied));
  EXPECT_EQ(mapped(file).code(), ErrorCode::permission);
}

TEST(ErrorMap, WhatTheLibrariesSayOfThemselvesIsLeftOut) {
  const auto denied = std::make_error_code(std::errc::permission_denied);
  EXPECT_EQ(mapped(std::filesystem::filesystem_error("cannot get status", "/a/b.nam", denied)).message(),
            "\"/a/b.nam\": Permission denied");
  EXPECT_EQ(mapped(std::filesystem::filesystem_error("x", "/a", "/b", denied)).message(),
            "\"/a\" and \"/b\": Permission denied");
  try {
    boost::json::parse("{");
    FAIL();
  } catch (const boost::system::system_error&) {
    const auto error = to_protocol_error(std::current_exception());
    EXPECT_EQ(error.message().find("boost"), std::string::npos) << error.message();
    EXPECT_FALSE(error.message().empty());
  }
}

TEST(ErrorMap, AnythingElseIsAnInternalErrorInOneLine) {
  EXPECT_EQ(mapped(std::bad_alloc()).code(), ErrorCode::mem_budget);
  const auto error = mapped(std::runtime_error("two\nlines"));
  EXPECT_EQ(error.code(), ErrorCode::internal);
  EXPECT_EQ(error.message(), "two lines");
  EXPECT_EQ(mapped(7).code(), ErrorCode::internal);
}

}  // namespace
}  // namespace namrack::player

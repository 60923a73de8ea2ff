#include "protocol/request.h"

#include <gtest/gtest.h>

#include "protocol/command_table.h"

namespace namrack::protocol {
namespace {

template <typename T>
T make(std::string_view method, const boost::json::object& params = {}) {
  return std::get<T>(make_request(method, params));
}

TEST(Request, LoadCarriesAllItsParameters) {
  const auto load = make<LoadRequest>(
      "load", {{"name", "a"}, {"path", "/p"}, {"quality", 0.5}, {"replace", true}, {"if_rev", 7}});
  EXPECT_EQ(load.name, "a");
  EXPECT_EQ(load.path, "/p");
  EXPECT_EQ(load.quality, 0.5);
  EXPECT_TRUE(load.replace);
  EXPECT_EQ(load.if_rev, 7U);
}

TEST(Request, LoadDefaultsToFullQualityAndNoReplacement) {
  const auto load = make<LoadRequest>("load", {{"name", "a"}, {"path", "/p"}});
  EXPECT_EQ(load.quality, 1.0);
  EXPECT_FALSE(load.replace);
  EXPECT_EQ(load.if_rev, std::nullopt);
}

TEST(Request, SwapTellsNullFromAName) {
  EXPECT_EQ(make<SwapRequest>("swap", {{"name", nullptr}}).name, std::nullopt);
  const auto swap = make<SwapRequest>("swap", {{"name", "a"}, {"fade_ms", 5}, {"at_frame", 0}});
  EXPECT_EQ(swap.name, "a");
  EXPECT_EQ(swap.fade_ms, 5.0);
  EXPECT_EQ(swap.when.at_frame, 0U);
  EXPECT_TRUE((make<SwapRequest>("swap", {{"name", "a"}}).when.is_now()));
}

TEST(Request, AChangeHappensAtOneTimeOnly) {
  const auto bar = make<BypassRequest>("bypass", {{"on", true}, {"at_bar", 5}, {"at_beat", 2.5}});
  EXPECT_EQ(bar.when.at_bar, 5U);
  EXPECT_EQ(bar.when.at_beat, 2.5);
  EXPECT_EQ(make<SetRequest>("set", {{"input_db", 1}, {"in_ms", 20}}).when.in_ms, 20.0);
  EXPECT_THROW(make_request("bypass", {{"on", true}, {"at_frame", 5}, {"in_ms", 1}}), ProtocolError);
  EXPECT_THROW(make_request("swap", {{"name", "a"}, {"at_beat", 1}, {"in_ms", 1}}), ProtocolError);
}

TEST(Request, ATransactionHoldsItsOperationsInOrder) {
  const auto tx = make<TxRequest>("tx", {{"operations",
                                          {{{"method", "load"}, {"params", {{"name", "a"}, {"path", "p"}}}},
                                           {{"method", "swap"}, {"params", {{"name", "a"}}}},
                                           {{"method", "bypass"}, {"params", {{"on", false}}}}}},
                                         {"at_frame", 7}});
  ASSERT_EQ(tx.operations.size(), 3U);
  EXPECT_EQ(std::get<LoadRequest>(tx.operations[0]).path, "p");
  EXPECT_EQ(std::get<SwapRequest>(tx.operations[1]).name, "a");
  EXPECT_EQ(tx.when.at_frame, 7U);
}

TEST(Request, AFaultInATransactionTellsWhichOperationAndWhy) {
  const auto fault = [](const boost::json::value& second) {
    const boost::json::object first{{"method", "swap"}, {"params", {{"name", "a"}}}};
    try {
      make_request("tx", {{"operations", {first, second}}});
    } catch (const ProtocolError& error) {
      EXPECT_EQ(error.code(), ErrorCode::tx);
      EXPECT_EQ(error.data().at("index").to_number<int>(), 1);
      return std::string(error.data().at("error").at("data").at("code").as_string());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(fault({{"method", "swap"}, {"params", {{"nome", "a"}}}}), "E_PARAMS");
  EXPECT_EQ(fault({{"method", "swop"}, {"params", boost::json::object{}}}), "E_METHOD");
  EXPECT_EQ(fault({{"method", "status"}}), "E_PARAMS");
  EXPECT_EQ(fault({{"method", "swap"}, {"params", {{"name", "a"}, {"in_ms", 1}}}}), "E_PARAMS");
  EXPECT_EQ(fault({{"method", "swap"}, {"params", {{"name", "a"}, {"if_rev", 1}}}}), "E_PARAMS");
  EXPECT_EQ(fault({{"method", "swap"}, {"parameters", boost::json::object{}}}), "E_PARAMS");
  EXPECT_EQ(fault({{"method", "swap"}, {"params", {{"name", "a"}}}}), "accepted");
}

TEST(Request, BypassKnowsThreePositions) {
  EXPECT_EQ(make<BypassRequest>("bypass", {{"on", true}}).to, Switch::on);
  EXPECT_EQ(make<BypassRequest>("bypass", {{"on", false}}).to, Switch::off);
  EXPECT_EQ(make<BypassRequest>("bypass", {{"on", "toggle"}}).to, Switch::toggle);
}

TEST(Request, SetCarriesOnlyWhatWasGiven) {
  const auto set = make<SetRequest>("set", {{"output_db", -6}, {"dc_blocker", "off"}, {"if_rev", 3}});
  const SettingChanges expected{{Setting::output_db, -6.0}, {Setting::dc_blocker, AutoSwitch::off}};
  EXPECT_EQ(set.changes, expected);
  EXPECT_EQ(set.if_rev, 3U);
}

TEST(Request, LoadKnowsWhatToDoBeyondTheBudget) {
  const auto of = [](const char* word) {
    return make<LoadRequest>("load", {{"name", "a"}, {"path", "/p"}, {"if_over", word}}).if_over;
  };
  EXPECT_EQ(of("refuse"), IfOver::refuse);
  EXPECT_EQ(of("slim"), IfOver::slim);
  EXPECT_EQ(of("force"), IfOver::force);
  EXPECT_EQ(make<LoadRequest>("load", {{"name", "a"}, {"path", "/p"}}).if_over, IfOver::refuse);
  EXPECT_THROW(make_request("load", {{"name", "a"}, {"path", "/p"}, {"if_over", "maybe"}}), ProtocolError);
}

TEST(Request, QualityNamesAModelAndASize) {
  const auto request =
      make<QualityRequest>("quality", {{"name", "a"}, {"quality", 0}, {"fade_ms", 5}, {"if_rev", 2}});
  EXPECT_EQ(request.name, "a");
  EXPECT_EQ(request.quality, 0.0);
  EXPECT_EQ(request.fade_ms, 5.0);
  EXPECT_EQ(request.if_rev, 2U);
}

TEST(Request, SetNeedsASetting) {
  EXPECT_THROW(make_request("set", {}), ProtocolError);
  EXPECT_THROW(make_request("set", {{"if_rev", 3}}), ProtocolError);
}

TEST(Request, SubscriptionsNameTopics) {
  const auto subscribe =
      make<SubscribeRequest>("subscribe", {{"topics", {"swap", "meters"}}, {"rate_hz", 25}});
  EXPECT_EQ(subscribe.topics, (std::vector{Topic::swap, Topic::meters}));
  EXPECT_EQ(subscribe.rate_hz, 25.0);
  EXPECT_EQ(make<UnsubscribeRequest>("unsubscribe").topics, std::nullopt);
  EXPECT_EQ(make<UnsubscribeRequest>("unsubscribe", {{"topics", {"xrun"}}}).topics,
            (std::vector{Topic::xrun}));
}

TEST(Request, TheSimpleOnesCarryTheirText) {
  EXPECT_EQ(make<HelloRequest>("hello", {{"client", "me"}}).client, "me");
  EXPECT_EQ(make<GetRequest>("get", {{"key", "fade_ms"}}).key, "fade_ms");
  EXPECT_EQ(make<InspectRequest>("inspect", {{"path", "/p"}}).path, "/p");
  EXPECT_EQ(make<UnloadRequest>("unload", {{"name", "a"}}).name, "a");
}

TEST(Request, EveryCommandOfTheTableCanBeMade) {
  const boost::json::object all{
      {"name", "a"},
      {"path", "/p"},
      {"on", true},
      {"quality", 0.5},
      {"topics", {"swap"}},
      {"to", "b"},
      {"message", "note"},
      {"number", 60},
      {"action", "bypass"},
      {"scenes", {"a"}},
      {"operations", boost::json::array{{{"method", "unload"}, {"params", {{"name", "a"}}}}}}};
  for (const CommandSpec& command : command_table()) {
    boost::json::object params;
    for (const ParamSpec& param : command.params) {
      if (param.required) params[param.name] = all.at(param.name);
    }
    if (command.name == "set") params["fade_ms"] = 1;
    if (command.name == "midi.set") params["programs"] = true;
    if (command.name == "midi.unmap" || command.name == "cancel") params["all"] = true;
    EXPECT_NO_THROW(make_request(command.name, params)) << command.name;
  }
}

TEST(Request, AMethodThatIsNotThereIsAnsweredWithTheNearest) {
  try {
    make_request("swpa", {});
    ADD_FAILURE() << "no error";
  } catch (const ProtocolError& error) {
    EXPECT_EQ(error.code(), ErrorCode::method);
    EXPECT_EQ(error.message(), "no method \"swpa\"; did you mean \"swap\"?");
    EXPECT_EQ(error.data().at("nearest"), "swap");
  }
}

}  // namespace
}  // namespace namrack::protocol

#include "player/library/bank.h"

#include <gtest/gtest.h>

#include "engine/audio/paths.h"
#include "tests/common/model_path.h"

namespace namrack::player {
namespace {

BankEntry entry_of(const std::string& name) {
  BankEntry entry;
  entry.model = engine::Model::load(test::model_path(name));
  entry.spare = engine::make_model_stage(*entry.model, 48000.0);
  return entry;
}

TEST(Bank, HandsOutWhatAnEntryReplaces) {
  Bank bank;
  EXPECT_FALSE(bank.put("a", entry_of("a1_nano")));
  const auto first = bank.find("a")->model;
  const auto former = bank.put("a", entry_of("lstm_1x8"));
  ASSERT_TRUE(former);
  EXPECT_EQ(former->model, first);
  EXPECT_EQ(bank.entries().size(), 1U);
  EXPECT_EQ(bank.find("nobody"), nullptr);
}

TEST(Bank, WeightsThatAreSharedCountOnce) {
  Bank bank;
  BankEntry one = entry_of("a1_nano");
  BankEntry two;
  two.model = one.model;
  two.spare = engine::make_model_stage(*two.model, 48000.0);
  one.instance_bytes = two.instance_bytes = one.spare->bytes();
  const std::size_t weights = one.model->weight_bytes();
  const std::size_t instance = one.instance_bytes;
  bank.put("a", std::move(one));
  EXPECT_EQ(bank.bytes(), weights + instance);
  EXPECT_EQ(bank.bytes_with({{"b", &two}}), weights + 2 * instance);
  EXPECT_EQ(bank.bytes_with({{"a", &two}}), weights + instance);
  bank.put("b", std::move(two));
  EXPECT_EQ(bank.bytes(), weights + 2 * instance);
}

TEST(Bank, OnlyAnInstanceOfTheSameModelFillsAnEmptyPlace) {
  Bank bank;
  bank.put("a", entry_of("a1_nano"));
  std::unique_ptr<engine::ModelStage> playing = std::move(bank.find("a")->spare);
  EXPECT_EQ(bank.lacks_spare(*playing), bank.find("a"));
  bank.put("a", entry_of("a1_nano"));  // the same file, loaded anew
  EXPECT_EQ(bank.lacks_spare(*playing), nullptr);
}

TEST(Bank, AnEntryWithASpareNeedsNoOther) {
  Bank bank;
  bank.put("a", entry_of("a1_nano"));
  const auto extra = engine::make_model_stage(*bank.find("a")->model, 48000.0);
  EXPECT_EQ(bank.lacks_spare(*extra), nullptr);
}

TEST(Bank, ANameIsReservedOnceAndTakesRoom) {
  Bank bank;
  EXPECT_TRUE(bank.reserve("a"));
  EXPECT_FALSE(bank.reserve("a"));
  EXPECT_TRUE(bank.is_reserved("a"));
  for (std::size_t i = 1; i < Bank::kMaxModels; ++i) bank.reserve(std::string(i, 'x'));
  EXPECT_FALSE(bank.has_room());
  bank.release("a");
  EXPECT_TRUE(bank.has_room());
}

}  // namespace
}  // namespace namrack::player

#include "pmapi/decode.h"

#include <cstring>
#include <deque>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace balance {
namespace {

using Kind = Sample::Kind;

/// A value set and the blocks of its values.
class Values {
 public:
  explicit Values(int format) { head().valfmt = format; }

  pmValueSet& head() { return *reinterpret_cast<pmValueSet*>(room_.data()); }
  template <class T>
  Values& block(int instance, int type, T value) {
    return bytes(instance, type, &value, sizeof value);
  }
  Values& text(int instance, const std::string& value) {
    return bytes(instance, PM_TYPE_STRING, value.c_str(), value.size() + 1);
  }
  Values& in_place(int instance, int value) {
    next(instance).value.lval = value;
    return *this;
  }
  Values& error(int code) {
    head().numval = code;
    return *this;
  }

 private:
  pmValue& next(int instance) {
    pmValue& value = head().vlist[head().numval++];
    value.inst = instance;
    return value;
  }
  Values& bytes(int instance, int type, const void* from, std::size_t size) {
    auto& block = blocks_.emplace_back();
    block.resize(1 + (size + PM_VAL_HDR_SIZE) / sizeof(std::uint64_t));
    auto* out = reinterpret_cast<pmValueBlock*>(block.data());
    out->vtype = static_cast<unsigned char>(type);
    out->vlen = static_cast<unsigned>(size + PM_VAL_HDR_SIZE) & 0xffffffU;
    std::memcpy(reinterpret_cast<char*>(out) + PM_VAL_HDR_SIZE, from, size);
    next(instance).value.pval = out;
    return *this;
  }

  std::vector<std::uint64_t> room_ = std::vector<std::uint64_t>(64);
  std::deque<std::vector<std::uint64_t>> blocks_;
};

Form form(int type, int semantics, pmInDom domain = PM_INDOM_NULL) {
  pmDesc desc{};
  desc.type = type;
  desc.sem = semantics;
  desc.indom = domain;
  return form_of(desc);
}

/// Of the instances 30, 10, 20, as they stand in the sets below.
std::shared_ptr<const Layout> layout() {
  return std::make_shared<const Layout>(
      Layout{{30, 10, 20},
             {1, 2, 0},
             std::make_shared<const Roster>(
                 Roster{{10, 20, 30}, {"ten", "twenty", "thirty"}})});
}

struct DecodeTest : testing::Test {
  DecodeTest() { unsetenv("PCP_COUNTER_WRAP"); }
  bool decoded(const Form& form, Values& values) {
    return decode(form, values.head(), rosters_, layout_, sample_);
  }

  Rosters rosters_{Rosters::Kind::live};
  std::shared_ptr<const Layout> layout_;
  Sample sample_;
};

TEST_F(DecodeTest, OnlyCountersOfIntegersStayIntegers) {
  Values narrow(PM_VAL_INSITU);
  narrow.in_place(kNoInstance, -2);
  Values wide(PM_VAL_DPTR);
  wide.block(kNoInstance, PM_TYPE_64, std::int64_t{-9007199254740993});
  Values big(PM_VAL_DPTR);
  big.block(kNoInstance, PM_TYPE_U64, std::uint64_t{18446744073709551615U});
  Values real(PM_VAL_DPTR);
  real.block(kNoInstance, PM_TYPE_DOUBLE, 0.1);
  Values small(PM_VAL_DPTR);
  small.block(kNoInstance, PM_TYPE_FLOAT, 0.5F);

  ASSERT_TRUE(decoded(form(PM_TYPE_32, PM_SEM_COUNTER), narrow));
  EXPECT_EQ(sample_.kind, Kind::integers);
  EXPECT_TRUE(sample_.counter);
  EXPECT_EQ(sample_.integers, std::vector<std::int64_t>{-2});
  ASSERT_TRUE(decoded(form(PM_TYPE_U32, PM_SEM_COUNTER), narrow));
  EXPECT_EQ(sample_.kind, Kind::naturals);
  EXPECT_EQ(sample_.naturals, std::vector<std::uint64_t>{4294967294});
  ASSERT_TRUE(decoded(form(PM_TYPE_64, PM_SEM_COUNTER), wide));
  EXPECT_EQ(sample_.integers, std::vector<std::int64_t>{-9007199254740993});
  ASSERT_TRUE(decoded(form(PM_TYPE_U64, PM_SEM_COUNTER), big));
  EXPECT_EQ(sample_.naturals,
            std::vector<std::uint64_t>{18446744073709551615U});
  ASSERT_TRUE(decoded(form(PM_TYPE_DOUBLE, PM_SEM_COUNTER), real));
  EXPECT_EQ(sample_.kind, Kind::numbers);
  EXPECT_EQ(sample_.numbers, std::vector<double>{0.1});

  ASSERT_TRUE(decoded(form(PM_TYPE_32, PM_SEM_INSTANT), narrow));
  EXPECT_EQ(sample_.kind, Kind::numbers);
  EXPECT_FALSE(sample_.counter);
  EXPECT_EQ(sample_.numbers, std::vector<double>{-2});
  ASSERT_TRUE(decoded(form(PM_TYPE_U64, PM_SEM_DISCRETE), big));
  EXPECT_EQ(sample_.numbers, std::vector<double>{0x1p64});
  ASSERT_TRUE(decoded(form(PM_TYPE_FLOAT, PM_SEM_INSTANT), small));
  EXPECT_EQ(sample_.numbers, std::vector<double>{0.5});
  EXPECT_EQ(sample_.roster, Roster::single());
}

TEST_F(DecodeTest, CountersWrapOnlyIfTheEnvironmentSaysSo) {
  EXPECT_EQ(form(PM_TYPE_U32, PM_SEM_COUNTER).wrap, 0);
  setenv("PCP_COUNTER_WRAP", "", 1);
  EXPECT_EQ(form(PM_TYPE_32, PM_SEM_COUNTER).wrap, 0x1p32);
  EXPECT_EQ(form(PM_TYPE_U32, PM_SEM_COUNTER).wrap, 0x1p32);
  EXPECT_EQ(form(PM_TYPE_64, PM_SEM_COUNTER).wrap, 0x1p64);
  EXPECT_EQ(form(PM_TYPE_U64, PM_SEM_COUNTER).wrap, 0x1p64);
  EXPECT_EQ(form(PM_TYPE_DOUBLE, PM_SEM_COUNTER).wrap, 0);
  EXPECT_EQ(form(PM_TYPE_U32, PM_SEM_INSTANT).wrap, 0);
}

TEST_F(DecodeTest, ValuesStandBesideTheInstancesByNumber) {
  layout_ = layout();
  const auto before = layout_;
  Values values(PM_VAL_DPTR);
  values.text(30, "c").text(10, "a").text(20, "");
  ASSERT_TRUE(decoded(form(PM_TYPE_STRING, PM_SEM_INSTANT, 7), values));
  EXPECT_EQ(sample_.texts, (std::vector<std::string>{"a", "", "c"}));
  EXPECT_EQ(sample_.roster, before->roster);
  EXPECT_EQ(layout_, before);
  EXPECT_TRUE(sample_.instances);
  EXPECT_EQ(sample_.domain, 7U);
}

TEST_F(DecodeTest, AnInstanceThatCannotBeReadIsLeftOut) {
  layout_ = layout();
  Values values(PM_VAL_DPTR);
  values.block(30, PM_TYPE_DOUBLE, 3.0)
      .block(10, PM_TYPE_FLOAT, 1.0F)
      .block(20, PM_TYPE_DOUBLE, 2.0);
  ASSERT_TRUE(decoded(form(PM_TYPE_DOUBLE, PM_SEM_INSTANT, 7), values));
  EXPECT_EQ(sample_.numbers, (std::vector<double>{2, 3}));
  EXPECT_EQ(sample_.roster->instances, (std::vector<int>{20, 30}));
  EXPECT_EQ(sample_.roster->names,
            (std::vector<std::string>{"twenty", "thirty"}));
}

TEST_F(DecodeTest, ASetWithoutValues) {
  Values empty(PM_VAL_INSITU);
  EXPECT_FALSE(decoded(form(PM_TYPE_U32, PM_SEM_INSTANT), empty));
  EXPECT_TRUE(decoded(form(PM_TYPE_U32, PM_SEM_INSTANT, 7), empty));
  EXPECT_EQ(sample_.size(), 0U);
  Values failed(PM_VAL_INSITU);
  failed.error(PM_ERR_AGAIN);
  EXPECT_FALSE(decoded(form(PM_TYPE_U32, PM_SEM_INSTANT, 7), failed));
  Values wrong(PM_VAL_DPTR);
  wrong.block(kNoInstance, PM_TYPE_FLOAT, 1.0F);
  EXPECT_FALSE(decoded(form(PM_TYPE_DOUBLE, PM_SEM_INSTANT), wrong));
}

}  // namespace
}  // namespace balance

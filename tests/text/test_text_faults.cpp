// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Every allocation of what handles text fails once.

#include "core/net/config.h"
#include "core/text/names.h"
#include "core/text/vocabulary.h"
#include "tests/base/heap_faults.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace {

using rondo::fail_each;
using rondo::fail_each_new;

RondoPiece
piece(const std::string& text)
{
  return { text.data(), text.size() };
}

// Words of which most are rare, in more numbers than a list has room for
std::string
make_text()
{
  std::string text = "The the THE\n";
  for (int i = 0; i < 150; ++i) {
    text += "Word" + std::to_string(i) + " of ";
  }
  return text;
}

constexpr RondoTextSettings settings = { true, true, true, true, true };

RondoStatus
make(RondoVocabulary** const out)
{
  const std::string text = make_text();
  RondoStatus       st   = rondo_vocabulary_new(&settings, out);
  if (!st && !(st = rondo_vocabulary_add(*out, piece(text))) &&
      !(st = rondo_vocabulary_add_token(*out, { "Extra", 5U }))) {
    st = rondo_vocabulary_close(*out, 1U, 1000U);
  }
  if (st) {
    rondo_vocabulary_free(*out);
    *out = nullptr;
  }
  return st;
}

TEST(TextFaults, NamesWithoutMemoryKeepTheirNumbers)
{
  EXPECT_GT(fail_each([] {
              RondoNames* names = nullptr;
              RondoStatus st    = rondo_names_new(&names);
              size_t      n     = 0U;
              for (size_t index = 0U; !st && n < 100U; n += st ? 0U : 1U) {
                st = rondo_names_add(names, piece(std::to_string(n)), &index);
                EXPECT_TRUE(st || index == n);
              }
              for (size_t i = 0U; i < n; ++i) {
                EXPECT_EQ(rondo_names_find(names, piece(std::to_string(i))), i);
                EXPECT_EQ(rondo_names_count(names, i), 1U);
              }
              EXPECT_EQ(names ? rondo_names_size(names) : 0U, n);
              rondo_names_free(names);
              return st;
            }),
            100U);
}

TEST(TextFaults, VocabulariesWithoutMemoryFail)
{
  EXPECT_GT(fail_each_new<RondoVocabulary>(make, rondo_vocabulary_free), 300U);
}

TEST(TextFaults, TokensWithoutMemoryFail)
{
  const std::string text = make_text();
  RondoVocabulary*  v    = nullptr;
  ASSERT_EQ(make(&v), RONDO_SUCCESS);
  EXPECT_EQ(fail_each([&] {
              RondoTokens tokens = { nullptr, 0U, 0U };
              RondoStatus st = rondo_vocabulary_encode(v, piece(text), &tokens);
              EXPECT_EQ(st == RONDO_SUCCESS, tokens.count > 300U);
              rondo_tokens_clear(&tokens);
              return st;
            }),
            3U); // The text in small letters, and tokens twice
  rondo_vocabulary_free(v);
}

TEST(TextFaults, VocabulariesOfModelsWithoutMemoryFail)
{
  RondoVocabulary* v    = nullptr;
  RondoConfig*     task = nullptr;
  RondoError       error{};
  ASSERT_EQ(make(&v), RONDO_SUCCESS);
  ASSERT_EQ(rondo_config_parse("{}", 2U, &task, &error), RONDO_SUCCESS);
  const auto check = [&](const RondoStatus st) {
    EXPECT_EQ(st == RONDO_SUCCESS, error.message[0] == '\0');
    error.message[0] = '\0';
    return st;
  };
  EXPECT_GT(
    fail_each([&] { return check(rondo_vocabulary_write(v, task, &error)); }),
    0U);
  EXPECT_GT(fail_each_new<RondoVocabulary>(
              [&](RondoVocabulary** const out) {
                return check(rondo_vocabulary_read(task, out, &error));
              },
              rondo_vocabulary_free),
            100U);
  rondo_config_free(task);
  rondo_vocabulary_free(v);
}

} // namespace

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/text/entities.h"
#include "core/text/names.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace {

class Entities : public testing::Test
{
protected:
  Entities() { EXPECT_EQ(rondo_names_new(&tags), RONDO_SUCCESS); }
  ~Entities() override { rondo_names_free(tags); }

  std::vector<int32_t> read(const std::string& text)
  {
    std::istringstream   stream(text);
    std::vector<int32_t> indices;
    for (std::string tag; stream >> tag;) {
      size_t index = 0U;
      EXPECT_EQ(rondo_names_add(tags, { tag.data(), tag.size() }, &index),
                RONDO_SUCCESS);
      indices.push_back(static_cast<int32_t>(index));
    }
    return indices;
  }

  void expect(const std::string& expected,
              const std::string& found,
              const size_t       n_expected,
              const size_t       n_found,
              const size_t       n_correct)
  {
    RondoEntities              e = { 0U, 0U, 0U };
    const std::vector<int32_t> a = read(expected);
    const std::vector<int32_t> b = read(found);
    ASSERT_EQ(a.size(), b.size());
    rondo_entities_add(&e, tags, a.data(), b.data(), a.size());
    EXPECT_EQ(e.n_expected, n_expected) << expected << " / " << found;
    EXPECT_EQ(e.n_found, n_found) << expected << " / " << found;
    EXPECT_EQ(e.n_correct, n_correct) << expected << " / " << found;
  }

  RondoNames* tags = nullptr;
};

TEST_F(Entities, CountWithBeginnings)
{
  expect("B-P I-P O B-L", "B-P I-P O B-L", 2U, 2U, 2U);
  expect("B-P I-P O B-L", "B-P O O B-L", 2U, 2U, 1U);
  expect("B-P I-P I-P", "B-P I-P B-P", 1U, 2U, 0U);
  expect("B-P B-P", "B-P I-P", 2U, 1U, 0U);
  expect("B-P I-L", "B-P I-L", 2U, 2U, 2U);
  expect("B-P I-P", "B-L I-L", 1U, 1U, 0U);
  expect("O O", "O O", 0U, 0U, 0U);
  expect("", "", 0U, 0U, 0U);
}

TEST_F(Entities, CountWithoutBeginnings)
{
  expect("I-P I-P O I-L I-M", "I-P I-P O I-L I-M", 3U, 3U, 3U);
  expect("I-P I-P O", "O I-P O", 1U, 1U, 0U);
  expect("O I-P O", "I-P I-P O", 1U, 1U, 0U);
  expect("I-P I-L", "I-P I-P", 2U, 1U, 0U);
}

TEST_F(Entities, GiveTheSharesOfTheSharedTask)
{
  RondoEntities e = { 4U, 5U, 2U };
  EXPECT_DOUBLE_EQ(rondo_entities_precision(&e), 0.4);
  EXPECT_DOUBLE_EQ(rondo_entities_recall(&e), 0.5);
  EXPECT_DOUBLE_EQ(rondo_entities_f1(&e), 4.0 / 9.0);
  const RondoEntities none = { 0U, 0U, 0U };
  EXPECT_EQ(rondo_entities_precision(&none), 0.0);
  EXPECT_EQ(rondo_entities_recall(&none), 0.0);
  EXPECT_EQ(rondo_entities_f1(&none), 0.0);
}

} // namespace

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/config.h"
#include "core/text/lines.h"
#include "core/text/names.h"
#include "core/text/shape.h"
#include "core/text/vocabulary.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace {

struct FreeVocabulary {
  void operator()(RondoVocabulary* v) const { rondo_vocabulary_free(v); }
};

using Vocabulary = std::unique_ptr<RondoVocabulary, FreeVocabulary>;

RondoPiece
piece(const std::string& text)
{
  return { text.data(), text.size() };
}

Vocabulary
make(const RondoTextSettings& settings,
     const std::string&       text,
     const size_t             min_count = 1U,
     const size_t             max_size  = 1000U)
{
  RondoVocabulary* v = nullptr;
  EXPECT_EQ(rondo_vocabulary_new(&settings, &v), RONDO_SUCCESS);
  EXPECT_EQ(rondo_vocabulary_add(v, piece(text)), RONDO_SUCCESS);
  EXPECT_EQ(rondo_vocabulary_close(v, min_count, max_size), RONDO_SUCCESS);
  return Vocabulary(v);
}

std::vector<std::string>
list(const Vocabulary& v)
{
  std::vector<std::string> tokens;
  for (size_t i = 0U; i < rondo_vocabulary_size(v.get()); ++i) {
    tokens.emplace_back(rondo_vocabulary_token(v.get(), i));
  }
  return tokens;
}

std::vector<std::string>
encode(const Vocabulary& v, const std::string& text)
{
  RondoTokens tokens = { nullptr, 0U, 0U };
  EXPECT_EQ(rondo_vocabulary_encode(v.get(), piece(text), &tokens),
            RONDO_SUCCESS);
  std::vector<std::string> result;
  for (size_t i = 0U; i < tokens.count; ++i) {
    result.emplace_back(
      rondo_vocabulary_token(v.get(), static_cast<size_t>(tokens.values[i])));
  }
  std::free(tokens.values);
  return result;
}

using Strings = std::vector<std::string>;

TEST(Lines, EndWithOrWithoutCarriageReturn)
{
  const std::string text  = "\xEF\xBB\xBF"
                            "a b\r\n\nc\td";
  RondoLines        lines = rondo_lines(text.data(), text.size());
  RondoPiece        line;
  Strings           found;
  while (rondo_lines_next(&lines, &line)) {
    found.emplace_back(line.start, line.length);
    EXPECT_EQ(lines.number, found.size());
  }
  EXPECT_EQ(found, (Strings{ "a b", "", "c\td" }));
}

TEST(Lines, FallApartIntoColumns)
{
  const std::string text = "a\t\tb c";
  RondoPiece        rest = piece(text);
  RondoPiece        column;
  Strings           found;
  while (rondo_piece_next(&rest, "\t", &column)) {
    found.emplace_back(column.start, column.length);
  }
  EXPECT_EQ(found, (Strings{ "a", "", "b c" }));
  EXPECT_TRUE(rondo_piece_is(column, "b c"));
  EXPECT_FALSE(rondo_piece_is(column, "b"));
}

TEST(Names, KeepTheirNumbersWhileTheListGrows)
{
  RondoNames* names = nullptr;
  ASSERT_EQ(rondo_names_new(&names), RONDO_SUCCESS);
  for (size_t round = 0U; round < 2U; ++round) {
    for (size_t i = 0U; i < 5000U; ++i) {
      size_t index = 0U;
      ASSERT_EQ(rondo_names_add(names, piece(std::to_string(i)), &index),
                RONDO_SUCCESS);
      ASSERT_EQ(index, i);
    }
  }
  EXPECT_EQ(rondo_names_size(names), 5000U);
  EXPECT_EQ(rondo_names_count(names, 4999U), 2U);
  EXPECT_EQ(rondo_names_find(names, piece("5000")), RONDO_NO_NAME);
  EXPECT_STREQ(rondo_names_at(names, 123U), "123");
  rondo_names_free(names);
}

TEST(Vocabulary, HasCharactersOfUtf8MostFrequentFirst)
{
  const Vocabulary v = make({},
                            "na\xC3\xAFve \xE2\x82\xAC"
                            "aa");
  EXPECT_EQ(list(v),
            (Strings{ "<pad>",
                      "<unk>",
                      "<eos>",
                      "a",
                      " ",
                      "e",
                      "n",
                      "v",
                      "\xC3\xAF",
                      "\xE2\x82\xAC" }));
  EXPECT_EQ(encode(v, "a\xC3\xAFz\n"),
            (Strings{ "a", "\xC3\xAF", "<unk>", "<unk>" }));
}

TEST(Vocabulary, HasWordsAndSplitsOffWhatIsNoLetter)
{
  const std::string text = "Don't stop, don't\tgo.\n\nStop";
  RondoTextSettings words{ true, false, false, false, false };
  EXPECT_EQ(encode(make(words, text), text),
            (Strings{ "Don't", "stop,", "don't", "go.", "Stop" }));
  words.lowercase    = true;
  words.punctuation  = true;
  words.lines        = true;
  const Vocabulary v = make(words, text);
  EXPECT_EQ(
    encode(v, text),
    (Strings{
      "don't", "stop", ",", "don't", "go", ".", "<eos>", "<eos>", "stop" }));
  EXPECT_EQ(encode(v, "STOP me"), (Strings{ "stop", "<unk>" }));
}

TEST(Vocabulary, LeavesOutWhatIsRare)
{
  const RondoTextSettings words{ true, false, false, false, false };
  const std::string       text = "a a a b b c <unk> <unk>";
  EXPECT_EQ(list(make(words, text, 2U)),
            (Strings{ "<pad>", "<unk>", "<eos>", "a", "b" }));
  EXPECT_EQ(list(make(words, text, 1U, 4U)),
            (Strings{ "<pad>", "<unk>", "<eos>", "a" }));
}

TEST(Vocabulary, KnowsRareWordsByTheirShape)
{
  const RondoTextSettings shapes{ true, false, false, false, true };
  const Vocabulary v = make(shapes, "in in London Boston Paris 1999 8 @me", 2U);
  EXPECT_EQ(
    list(v),
    (Strings{ "<pad>", "<unk>", "<eos>", "<0>", "<Xx>", "<Xx:on>", "in" }));
  EXPECT_EQ(encode(v, "in Bonn Lyon 77 x9 In"),
            (Strings{ "in", "<Xx>", "<Xx:on>", "<0>", "<unk>", "<Xx>" }));
}

TEST(Shape, ShowsWhatAWordLooksLike)
{
  char shape[RONDO_MAX_SHAPE];
  for (const auto& pair : std::vector<std::vector<std::string>>{
         { "London", "<Xx>", "<Xx:on>" },
         { "20-year", "<0-x>", "<0-x:ar>" },
         { "it", "<x>", "<x>" },
         { "", "<>", "<>" },
         { "\xC3\x89t\xC3\xA9", "<x>", "<x:xx>" },
         { "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t",
           "<x.x.x.x.x.x.x.x.x.x.x.x.x.>",
           "<x.x.x.x.x.x.x.x.x.x.x.x.x.:.t>" } }) {
    const size_t n_plain = rondo_text_shape(piece(pair[0]), false, shape);
    EXPECT_EQ(n_plain, strlen(shape));
    EXPECT_EQ(shape, pair[1]);
    const size_t n_ending = rondo_text_shape(piece(pair[0]), true, shape);
    EXPECT_EQ(n_ending, strlen(shape));
    EXPECT_EQ(shape, pair[2]);
    EXPECT_LT(strlen(shape), RONDO_MAX_SHAPE);
  }
}

TEST(Vocabulary, IsTheSameAfterWritingAndReading)
{
  const RondoTextSettings words{ true, true, true, true, true };
  const Vocabulary        v      = make(words, "He said \"no\" \xC3\xA9.");
  RondoConfig*            task   = nullptr;
  RondoConfig*            parsed = nullptr;
  RondoError              error{ RONDO_SUCCESS, "" };
  ASSERT_EQ(rondo_config_parse("{}", 2U, &task, &error), RONDO_SUCCESS);
  ASSERT_EQ(rondo_vocabulary_write(v.get(), task, &error), RONDO_SUCCESS);
  char* const text = rondo_config_write(task);
  ASSERT_EQ(rondo_config_parse(text, strlen(text), &parsed, &error),
            RONDO_SUCCESS);
  RondoVocabulary* read = nullptr;
  ASSERT_EQ(rondo_vocabulary_read(parsed, &read, &error), RONDO_SUCCESS)
    << error.message;
  EXPECT_EQ(list(Vocabulary(read)), list(v));
  std::free(text);
  rondo_config_free(parsed);
  rondo_config_free(task);
}

TEST(Vocabulary, RefusesAListThatCannotBeOne)
{
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
    { "{}", "\"vocabulary\" is missing" },
    { R"({"vocabulary": []})", "vocabulary[0]: expected \"<pad>\"" },
    { R"({"vocabulary": ["<pad>", "<unk>", "a"]})",
      "vocabulary[2]: expected \"<eos>\"" },
    { R"({"vocabulary": ["<pad>", "<unk>", "<eos>", "<unk>"]})",
      "vocabulary[3]: \"<unk>\" is there twice" },
    { R"({"vocabulary": [1]})", "vocabulary[0]: expected a string" },
    { R"({"level": "line"})", "level: expected one of char, word" },
  };
  for (const auto& bad : cases) {
    RondoConfig*     task = nullptr;
    RondoVocabulary* v    = nullptr;
    RondoError       error{ RONDO_SUCCESS, "" };
    ASSERT_EQ(rondo_config_parse(bad.text, strlen(bad.text), &task, &error),
              RONDO_SUCCESS);
    EXPECT_NE(rondo_vocabulary_read(task, &v, &error), RONDO_SUCCESS);
    EXPECT_EQ(v, nullptr);
    EXPECT_NE(std::string(error.message).find(bad.message), std::string::npos)
      << error.message;
    rondo_config_free(task);
  }
}

TEST(Text, IsRefusedUnlessItIsUtf8)
{
  const std::string good = "a\n\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8E\xB5";
  EXPECT_EQ(rondo_text_check(piece(good), nullptr), RONDO_SUCCESS);
  for (const std::string bad : { "\x80",
                                 "\xC3",
                                 "\xC0\x80",
                                 "\xE0\x80\x80",
                                 "\xED\xA0\x80",
                                 "\xF0\x80\x80\x80",
                                 "\xF4\x90\x80\x80",
                                 "\xFF" }) {
    RondoError        error{ RONDO_SUCCESS, "" };
    const std::string text = "a\nb" + bad;
    EXPECT_NE(rondo_text_check(piece(text), &error), RONDO_SUCCESS);
    EXPECT_EQ(std::string(error.message).find("line 2: the byte 0x"), 0U)
      << error.message;
  }
  EXPECT_NE(rondo_text_check({ "\0", 1U }, nullptr), RONDO_SUCCESS);
}

} // namespace

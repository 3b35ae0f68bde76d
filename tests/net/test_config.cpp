// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/config.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace {

class Config : public ::testing::Test
{
protected:
  void TearDown() override { rondo_config_free(config); }

  void parse(const std::string& text)
  {
    rondo_config_free(config);
    ASSERT_EQ(RONDO_SUCCESS,
              rondo_config_parse(text.data(), text.size(), &config, &error))
      << error.message;
  }

  RondoConfig* config = nullptr;
  RondoError   error{};
};

TEST_F(Config, ReadsEveryType)
{
  parse(R"({"n": 1.5, "i": 7, "b": true, "s": "word", "c": "two",
            "o": {"x": 1}, "a": [{"y": 2}], "f": [1, 2.5], "w": ["p", "q"]})");
  double       n = 0.0;
  std::size_t  i = 0;
  bool         b = false;
  const char*  s = nullptr;
  RondoConfig* o = nullptr;

  const char* const words[] = { "one", "two", nullptr };
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_number(config, "n", 1, 2, &n, &error));
  EXPECT_EQ(1.5, n);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_integer(config, "i", 0, 9, &i, &error));
  EXPECT_EQ(7U, i);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_boolean(config, "b", &b, &error));
  EXPECT_TRUE(b);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_string(config, "s", &s, &error));
  EXPECT_STREQ("word", s);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_choice(config, "c", words, &i, &error));
  EXPECT_EQ(1U, i);
  EXPECT_EQ(2U, rondo_config_count(config, "f"));
  EXPECT_EQ(RONDO_SUCCESS,
            rondo_config_number_at(config, "f", 1, 0, 9, &n, &error));
  EXPECT_EQ(2.5, n);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_string_at(config, "w", 1, &s, &error));
  EXPECT_STREQ("q", s);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_string_at(config, "s", 0, &s, &error));
  EXPECT_STREQ("word", s);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_object(config, "o", &o, &error));
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_integer(o, "x", 0, 9, &i, &error));
  EXPECT_EQ(1U, i);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_element(config, "a", 0, &o, &error));
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_integer(o, "y", 0, 9, &i, &error));
  EXPECT_EQ(2U, i);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_refuse_unknown(config, &error))
    << error.message;
}

TEST_F(Config, ReadsPairsOfANumberAndWhatItIsFor)
{
  parse(R"({"p": [[7, "word"], [8, [1, 2, 3]], [9, []], [1], [1, 2],
            [-1, "word"], [1, [1, 2, 3, 4]], [1, [1, "x"]], 5]})");
  std::size_t number    = 0U;
  const char* text      = nullptr;
  std::size_t values[3] = { 0U, 0U, 0U };
  std::size_t n         = 5U;
  const auto  read      = [&](const std::size_t i) {
    return rondo_config_pair_at(
      config, "p", i, 99U, &number, &text, 3U, values, &n, &error);
  };
  EXPECT_EQ(RONDO_SUCCESS, read(0U));
  EXPECT_EQ(7U, number);
  EXPECT_STREQ("word", text);
  EXPECT_EQ(0U, n);
  EXPECT_EQ(RONDO_SUCCESS, read(1U));
  EXPECT_EQ(8U, number);
  EXPECT_EQ(nullptr, text);
  EXPECT_EQ(3U, n);
  EXPECT_EQ(3U, values[2]);
  EXPECT_EQ(RONDO_SUCCESS, read(2U));
  EXPECT_EQ(0U, n);
  for (std::size_t i = 3U; i < 10U; ++i) {
    EXPECT_EQ(RONDO_ERR_BAD_FILE, read(i)) << i;
    EXPECT_EQ(0U, std::string(error.message).find("p[" + std::to_string(i)))
      << error.message;
  }
}

TEST_F(Config, AnAbsentKeyLeavesTheDefault)
{
  parse("{}");
  double      n = 3.0;
  const char* s = "default";
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_number(config, "n", 0, 1, &n, &error));
  EXPECT_EQ(3.0, n);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_string(config, "s", &s, &error));
  EXPECT_STREQ("default", s);
  EXPECT_EQ(0U, rondo_config_count(config, "n"));
  EXPECT_FALSE(rondo_config_has(config, "n"));
  EXPECT_EQ(RONDO_ERR_BAD_FILE, rondo_config_require(config, "n", &error));
  EXPECT_STREQ("\"n\" is missing", error.message);
}

TEST_F(Config, MessagesNameThePath)
{
  parse(R"({"layers": [{"hidden": 1}, {}, {"hidden": "x", "odd": 0}],
            "rate": {"first": 2}})");
  RondoConfig* layer = nullptr;
  std::size_t  i     = 5;
  double       n     = 5.0;
  ASSERT_EQ(RONDO_SUCCESS,
            rondo_config_element(config, "layers", 2, &layer, &error));
  EXPECT_EQ(RONDO_ERR_BAD_FILE,
            rondo_config_integer(layer, "hidden", 1, 9, &i, &error));
  EXPECT_STREQ("layers[2].hidden: expected an integer, found a string",
               error.message);
  EXPECT_EQ(RONDO_ERR_BAD_FILE, rondo_config_refuse_unknown(layer, &error));
  EXPECT_STREQ("layers[2]: unknown key \"odd\"", error.message);
  EXPECT_EQ(RONDO_ERR_BAD_FILE, rondo_config_require(layer, "type", &error));
  EXPECT_STREQ("layers[2]: \"type\" is missing", error.message);
  EXPECT_EQ(RONDO_ERR_BAD_FILE,
            rondo_config_element(config, "layers", 3, &layer, &error));
  EXPECT_STREQ("layers[3]: the array is too short", error.message);
  EXPECT_EQ(RONDO_ERR_BAD_FILE,
            rondo_config_number(config, "layers", 0, 1, &n, &error));
  EXPECT_STREQ("layers: expected a number, found an array", error.message);

  RondoConfig* rate = nullptr;
  ASSERT_EQ(RONDO_SUCCESS, rondo_config_object(config, "rate", &rate, &error));
  EXPECT_EQ(RONDO_ERR_BAD_FILE,
            rondo_config_number(rate, "first", 0, 1, &n, &error));
  EXPECT_STREQ("rate.first: expected a number from 0 to 1, found 2",
               error.message);
  EXPECT_EQ(5U, i);
  EXPECT_EQ(5.0, n);
}

TEST_F(Config, RefusesWhatIsOutOfRange)
{
  parse(R"({"i": -1, "r": 2.0, "c": "three", "z": 9223372036854775807})");
  const char* const words[] = { "one", "two", nullptr };
  std::size_t       i       = 0;
  EXPECT_NE(RONDO_SUCCESS, rondo_config_integer(config, "i", 0, 9, &i, &error));
  EXPECT_STREQ("i: expected an integer from 0 to 9, found -1", error.message);
  EXPECT_NE(RONDO_SUCCESS, rondo_config_integer(config, "r", 0, 9, &i, &error));
  EXPECT_NE(RONDO_SUCCESS, rondo_config_integer(config, "z", 0, 9, &i, &error));
  EXPECT_NE(RONDO_SUCCESS, rondo_config_choice(config, "c", words, &i, &error));
  EXPECT_STREQ("c: expected one of one, two, found \"three\"", error.message);
}

TEST_F(Config, KeysThatWereAskedForAreKnown)
{
  parse(R"({"a": 1, "b": {"x": 0}})");
  double       n = 0.0;
  RondoConfig* b = nullptr;
  RondoConfig* c = nullptr;
  EXPECT_NE(RONDO_SUCCESS, rondo_config_refuse_unknown(config, &error));
  EXPECT_STREQ("unknown key \"a\"", error.message);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_number(config, "a", 0, 1, &n, &error));
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_object(config, "b", &b, &error));
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_refuse_unknown(config, &error));
  EXPECT_NE(RONDO_SUCCESS, rondo_config_refuse_unknown(b, &error));
  EXPECT_STREQ("b: unknown key \"x\"", error.message);

  // The same object is the same node, so what was asked adds up
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_number(b, "x", 0, 1, &n, &error));
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_object(config, "b", &c, &error));
  EXPECT_EQ(b, c);
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_refuse_unknown(c, &error));
}

TEST_F(Config, RefusesMalformedText)
{
  const std::string cases[] = { "",
                                "[]",
                                "3",
                                "{",
                                "{\"a\": 1,}",
                                "{\"a\": 1, \"a\": 2}",
                                "{\"a\": \"\\u0000\"}",
                                "{\"a\": \"\xff\"}",
                                "{\"a\": 1e999}",
                                "{\"a\": 99999999999999999999}",
                                "{} x",
                                std::string("{\"a\0\": 1}", 9) };
  for (const std::string& text : cases) {
    error.message[0] = '\0';
    config           = reinterpret_cast<RondoConfig*>(1);
    EXPECT_EQ(RONDO_ERR_BAD_FILE,
              rondo_config_parse(text.data(), text.size(), &config, &error))
      << text;
    EXPECT_EQ(nullptr, config);
    EXPECT_STRNE("", error.message) << text;
  }
}

TEST_F(Config, LimitsNesting)
{
  const auto nested = [](std::size_t depth) {
    return "{\"a\": " + std::string(depth - 1U, '[') +
           std::string(depth - 1U, ']') + "}";
  };
  parse(nested(RONDO_MAX_NESTING));
  parse(R"({"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[[[["})");

  const std::string deep = nested(RONDO_MAX_NESTING + 1U);
  RondoConfig*      none = nullptr;
  EXPECT_EQ(RONDO_ERR_BAD_FILE,
            rondo_config_parse(deep.data(), deep.size(), &none, &error));
  EXPECT_STREQ("nested deeper than 32 levels", error.message);
}

TEST_F(Config, SyntaxErrorsNameFileLineAndColumn)
{
  std::string path =
    (std::filesystem::temp_directory_path() / "rondo-XXXXXX").string();
  const int fd = mkstemp(path.data());
  ASSERT_GE(fd, 0);
  close(fd);
  std::ofstream(path) << "{\n  \"a\": 1,\n  oops\n}\n";
  EXPECT_EQ(RONDO_ERR_BAD_FILE,
            rondo_config_read(path.c_str(), &config, &error));
  EXPECT_EQ(0U, std::string(error.message).find(path + ":3:6: "))
    << error.message;

  std::ofstream(path) << "[1]";
  EXPECT_EQ(RONDO_ERR_BAD_FILE,
            rondo_config_read(path.c_str(), &config, &error));
  EXPECT_EQ(path + ": expected an object, found an array", error.message);

  std::ofstream(path) << "{\"a\": 1}";
  EXPECT_EQ(RONDO_SUCCESS, rondo_config_read(path.c_str(), &config, &error));
  std::remove(path.c_str());
}

TEST_F(Config, WritesCompactTextInOrder)
{
  parse("{\"b\" : 1,\n \"a\": [true, 2.5, \"x\"] }");
  char* const text = rondo_config_write(config);
  EXPECT_STREQ(R"({"b":1,"a":[true,2.5,"x"]})", text);
  std::free(text);

  const char* const b = rondo_config_next_key(config, nullptr);
  const char* const a = rondo_config_next_key(config, b);
  EXPECT_STREQ("b", b);
  EXPECT_STREQ("a", a);
  EXPECT_EQ(nullptr, rondo_config_next_key(config, a));
}

} // namespace

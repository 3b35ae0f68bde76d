// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/status.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace {

TEST(Status, EveryStatusHasASentence)
{
  for (int i = RONDO_SUCCESS; i <= RONDO_ERR_UNSUPPORTED; ++i) {
    const std::string text = rondo_strerror(static_cast<RondoStatus>(i));
    EXPECT_NE("Unknown status", text);
    EXPECT_NE('.', text.back());
  }
  EXPECT_STREQ("Unknown status", rondo_strerror(static_cast<RondoStatus>(99)));
}

TEST(Status, ErrorsCarryAMessage)
{
  RondoError error{};
  EXPECT_EQ(RONDO_ERR_IO, rondo_error_set(&error, RONDO_ERR_IO, "a %d", 5));
  EXPECT_EQ(RONDO_ERR_IO, error.status);
  EXPECT_STREQ("a 5", error.message);
  rondo_error_prefix(&error, "file");
  EXPECT_STREQ("file: a 5", error.message);
  EXPECT_EQ(RONDO_ERR_IO, rondo_error_set(nullptr, RONDO_ERR_IO, "x"));
  rondo_error_prefix(nullptr, "file");
}

TEST(Status, AloneIsItsOwnMessage)
{
  RondoError error{};
  EXPECT_EQ(RONDO_ERR_NO_MEMORY,
            rondo_error_set_status(&error, RONDO_ERR_NO_MEMORY));
  EXPECT_EQ(RONDO_ERR_NO_MEMORY, error.status);
  EXPECT_STREQ("Out of memory", error.message);
  EXPECT_EQ(RONDO_ERR_IO, rondo_error_set_status(nullptr, RONDO_ERR_IO));
}

TEST(Status, MessagesStayOneLineWithinTheirBuffer)
{
  RondoError error{};
  rondo_error_set(&error, RONDO_ERR_IO, "%s", "a\nb\x1b[2J\x7f");
  EXPECT_STREQ("a?b?[2J?", error.message);

  // Two-byte characters that do not fit evenly are not cut in half
  std::string wide;
  for (int i = 0; i < 200; ++i) {
    wide += "é";
  }
  rondo_error_set(&error, RONDO_ERR_IO, "%s", wide.c_str());
  EXPECT_EQ(254U, std::strlen(error.message));

  rondo_error_set(&error, RONDO_ERR_IO, "the reason");
  rondo_error_prefix(&error, (std::string(5000, 'x') + "end").c_str());
  EXPECT_NE(nullptr, std::strstr(error.message, "xend: the reason"));
}

} // namespace

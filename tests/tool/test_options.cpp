// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/tool/harness.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

TEST(Options, VersionAndHelpGoToStandardOutput)
{
  const Outcome version = rondo({ "--version" });
  EXPECT_EQ(version.status, 0);
  EXPECT_EQ(version.out.substr(0U, 6U), "rondo ");
  EXPECT_EQ(version.err, "");

  const Outcome help = rondo({ "--help" });
  EXPECT_EQ(help.status, 0);
  EXPECT_NE(help.out.find("Usage: rondo COMMAND"), std::string::npos);
  EXPECT_EQ(help.err, "");
}

TEST(Options, EveryCommandHasHelp)
{
  for (const char* const command : { RONDO_TOOL_COMMANDS }) {
    for (const char* const flag : { "-h", "--help" }) {
      const Outcome help = rondo({ command, flag });
      EXPECT_EQ(help.status, 0) << command;
      EXPECT_EQ(help.out.find(std::string{ "Usage: rondo " } + command), 0U);
      EXPECT_EQ(help.err, "");
    }
  }
}

TEST(Options, NoCommandIsWrongUsage)
{
  const Outcome outcome = rondo({});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("a command is missing"), std::string::npos);
}

TEST(Options, UnknownNamesGetASuggestion)
{
  const Outcome command = rondo({ "rnu" });
  EXPECT_EQ(command.status, 2);
  EXPECT_NE(command.err.find("did you mean 'run'?"), std::string::npos);

  const Outcome option = rondo({ "run", "--inptu", "x" });
  EXPECT_EQ(option.status, 2);
  EXPECT_NE(option.err.find("did you mean '--input'?"), std::string::npos);

  const Outcome nothing = rondo({ "quaternion" });
  EXPECT_EQ(nothing.status, 2);
  EXPECT_EQ(nothing.err.find("did you mean"), std::string::npos);
}

TEST(Options, FullStandardOutputIsAFailure)
{
  Conditions conditions;
  conditions.output_file = "/dev/full";
  const Outcome outcome  = rondo({ "--help" }, conditions);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("No space left"), std::string::npos);
}

TEST(Options, ValuesMayBeJoinedOrApart)
{
  // Each of these fails only when the model is opened
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{
         { "run", "none", "--input=x", "--output=y" },
         { "run", "none", "--input", "x", "--output", "y" },
         { "run", "none", "-ix", "-oy" },
         { "run", "-i", "x", "none", "-o", "y" },
         { "run", "-i", "x", "-o", "y", "--", "none" },
       }) {
    const Outcome outcome = rondo(arguments);
    EXPECT_EQ(outcome.status, 1) << outcome.err;
    EXPECT_EQ(outcome.err.find("rondo run: none: "), 0U) << outcome.err;
  }
}

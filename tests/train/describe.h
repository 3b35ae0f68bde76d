// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Descriptions from text, for the tests of training

#ifndef RONDO_TESTS_TRAIN_DESCRIBE_H
#define RONDO_TESTS_TRAIN_DESCRIBE_H

#include "core/base/status.h"
#include "core/net/config.h"
#include "core/net/description.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

struct FreeDescription {
  void operator()(RondoDescription* d) const { rondo_description_free(d); }
};

using Description = std::unique_ptr<RondoDescription, FreeDescription>;

/// Return the description of `layers`, the JSON text between the brackets.
inline Description
describe(const size_t n_inputs, const std::string& layers)
{
  const std::string text = R"({"version": 1, "inputs": )" +
                           std::to_string(n_inputs) + R"(, "layers": [)" +
                           layers + "]}";

  RondoConfig*      config      = nullptr;
  RondoDescription* description = nullptr;
  RondoError        error       = { RONDO_SUCCESS, "" };
  EXPECT_EQ(rondo_config_parse(text.c_str(), text.size(), &config, &error),
            RONDO_SUCCESS)
    << error.message;
  if (config) {
    EXPECT_EQ(rondo_description_new(config, &description, &error),
              RONDO_SUCCESS)
      << error.message;
  }
  return Description(description);
}

#endif // RONDO_TESTS_TRAIN_DESCRIBE_H

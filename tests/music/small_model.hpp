// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_MUSIC_SMALL_MODEL_HPP
#define RONDO_TESTS_MUSIC_SMALL_MODEL_HPP

#include "core/net/model.h"
#include "tests/net/networks.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

/// Load a network of random weights, as described; to be freed by the caller.
inline RondoModel*
load_small_model(const std::string& description)
{
  const std::string path =
    ::testing::TempDir() + "rondo-small-" +
    ::testing::UnitTest::GetInstance()->current_test_info()->test_suite_name() +
    ".safetensors";
  RondoModel* model = nullptr;
  RondoError  error{};
  rondo::write_model(path, description, 5U);
  EXPECT_EQ(rondo_model_load(path.c_str(), &model, &error), RONDO_SUCCESS)
    << error.message;
  (void)std::remove(path.c_str());
  return model;
}

#endif // RONDO_TESTS_MUSIC_SMALL_MODEL_HPP

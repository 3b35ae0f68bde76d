// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_TOOL_DENOISE_FIXTURE_HPP
#define RONDO_TESTS_TOOL_DENOISE_FIXTURE_HPP

#include "tests/tool/harness.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

/// A folder with a model, and `rondo denoise` that uses it
class Denoise : public ::testing::Test
{
protected:
  Denoise() { make_denoiser(model); }

  Outcome denoise(const std::vector<std::string>& arguments,
                  const Conditions&               conditions = {}) const
  {
    std::vector<std::string> all{ "denoise", "--model", model };
    all.insert(all.end(), arguments.begin(), arguments.end());
    return rondo(all, conditions);
  }

  const Folder      models;
  const Folder      folder;
  const std::string model  = models / "model.safetensors";
  const std::string input  = folder / "in.wav";
  const std::string output = folder / "out.wav";
};

#endif // RONDO_TESTS_TOOL_DENOISE_FIXTURE_HPP

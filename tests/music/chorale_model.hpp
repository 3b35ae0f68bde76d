// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_MUSIC_CHORALE_MODEL_HPP
#define RONDO_TESTS_MUSIC_CHORALE_MODEL_HPP

#include <string>

/// Return the description of a small network that goes on with chorales;
/// `head` are keys of its last layer.
inline std::string
chorale_description(const std::string& head = R"("activation": "softmax")")
{
  return R"({"version": 1, "inputs": 13, "layers": [
    {"name": "tokens", "type": "embedding", "tokens": 92, "out": 4},
    {"name": "gru", "type": "gru", "hidden": 16},
    {"name": "head", "type": "linear", "out": 66, )" +
         head + R"(}], "task": {"name": "chorale"}})";
}

/// Return the description of a small network that fills in chorales.
inline std::string
harmony_description(const std::string& head = R"("activation": "softmax")")
{
  return R"({"version": 1, "inputs": 7, "layers": [
    {"name": "cells", "type": "embedding", "tokens": 80, "out": 4},
    {"name": "gru", "type": "gru", "hidden": 8, "bidirectional": true},
    {"name": "head", "type": "linear", "groups": 4, "out": 65, )" +
         head + R"(}], "task": {"name": "harmony"}})";
}

#endif // RONDO_TESTS_MUSIC_CHORALE_MODEL_HPP

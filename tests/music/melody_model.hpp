// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_MUSIC_MELODY_MODEL_HPP
#define RONDO_TESTS_MUSIC_MELODY_MODEL_HPP

#include <string>

/// Return the description of a small network of melodies; `head` are keys of
/// its last layer.
inline std::string
melody_description(const std::string& head = R"("activation": "softmax")")
{
  return R"({"version": 1, "inputs": 17, "layers": [
    {"name": "tokens", "type": "embedding", "tokens": 378, "out": 4},
    {"name": "gru", "type": "gru", "hidden": 16},
    {"name": "head", "type": "linear", "out": 157, )" +
         head + R"(}], "task": {"name": "melody"}})";
}

#endif // RONDO_TESTS_MUSIC_MELODY_MODEL_HPP

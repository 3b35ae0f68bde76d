// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_PLUGIN_FOLDER_H
#define RONDO_TESTS_PLUGIN_FOLDER_H

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>

// A new folder that goes away with its content
class Folder
{
public:
  Folder()
  {
    char name[] = "state-XXXXXX";
    path        = mkdtemp(name) ? realpath(name, nullptr) : nullptr;
  }

  ~Folder()
  {
    std::error_code error;
    if (path && !std::filesystem::remove_all(path, error)) {
      ADD_FAILURE() << "cannot remove " << path;
    }
    free(path);
  }

  Folder(const Folder&)            = delete;
  Folder& operator=(const Folder&) = delete;

  // Return the number of files.
  size_t count() const
  {
    return static_cast<size_t>(
      std::distance(std::filesystem::directory_iterator{ path }, {}));
  }

  char* path{ nullptr };
};

#endif // RONDO_TESTS_PLUGIN_FOLDER_H

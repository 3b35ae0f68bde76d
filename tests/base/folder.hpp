// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_BASE_FOLDER_HPP
#define RONDO_TESTS_BASE_FOLDER_HPP

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

/// A new folder, with a space in its name, that goes away with its content
class Folder
{
public:
  Folder()
    : path{ make() }
  {
  }

  ~Folder()
  {
    std::error_code error;
    std::filesystem::remove_all(path, error);
    EXPECT_FALSE(error) << path << ": " << error.message();
  }

  Folder(const Folder&)            = delete;
  Folder& operator=(const Folder&) = delete;

  /// Return the path of `name` in this folder.
  std::string operator/(const std::string& name) const
  {
    return path + "/" + name;
  }

  /// Return the names of what is in it, sorted, hidden ones too.
  std::vector<std::string> list() const
  {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{ path }) {
      names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  /// Return how many there are.
  std::size_t count() const { return list().size(); }

  const std::string path;

private:
  static std::string make()
  {
    std::string name =
      std::filesystem::temp_directory_path() / "rondo test-XXXXXX";
    if (!mkdtemp(name.data())) {
      throw std::runtime_error{ "mkdtemp: " + name };
    }
    return name;
  }
};

#endif // RONDO_TESTS_BASE_FOLDER_HPP

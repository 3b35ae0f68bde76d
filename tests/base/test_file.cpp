// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/file.h"
#include "tests/base/folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

class File : public ::testing::Test
{
protected:
  RondoStatus write(const fs::path& path, const std::string& text)
  {
    const std::size_t half      = text.size() / 2U;
    const RondoChunk  chunks[2] = { { text.data(), half },
                                    { text.data() + half, text.size() - half } };
    return rondo_file_write(path.c_str(), chunks, 2, &error);
  }

  std::string content(const fs::path& path)
  {
    void*       data = nullptr;
    std::size_t size = 0;
    EXPECT_EQ(RONDO_SUCCESS,
              rondo_file_read(path.c_str(), 1U << 24U, &data, &size, &error));
    std::string text(static_cast<const char*>(data), size);
    std::free(data);
    return text;
  }

  const Folder folder;
  RondoError   error{};
};

TEST_F(File, ReadsBackWhatItWrote)
{
  const std::string large(200001, 'x');
  for (const std::string& text : { std::string(), std::string("a"), large }) {
    ASSERT_EQ(RONDO_SUCCESS, write(folder / "f", text));
    EXPECT_EQ(text, content(folder / "f"));
  }
  EXPECT_EQ(1U, folder.count());
}

TEST_F(File, KeepsPermissionsAndFollowsLinks)
{
  ASSERT_EQ(RONDO_SUCCESS, write(folder / "f", "old"));
  ASSERT_EQ(0, chmod((folder / "f").c_str(), 0640));
  fs::create_symlink("f", folder / "link");
  ASSERT_EQ(RONDO_SUCCESS, write(folder / "link", "new"));
  EXPECT_EQ("new", content(folder / "f"));
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  struct stat info = {};
  ASSERT_EQ(0, stat((folder / "f").c_str(), &info));
  EXPECT_EQ(0640U, info.st_mode & 0777U);
}

TEST_F(File, ReportsAFullDiskAndLeavesTheDeviceAlone)
{
  if (access("/dev/full", W_OK)) {
    GTEST_SKIP() << "no /dev/full";
  }
  EXPECT_EQ(RONDO_ERR_IO, write("/dev/full", "text"));
  EXPECT_STREQ("/dev/full: No space left on device", error.message);
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(File, NamesThePathAndTheReason)
{
  const fs::path absent = folder / "absent/f";
  void*          data   = &error;
  std::size_t    size   = 1;

  EXPECT_EQ(RONDO_ERR_IO,
            rondo_file_read(absent.c_str(), 9, &data, &size, &error));
  EXPECT_EQ(nullptr, data);
  EXPECT_EQ(absent.string() + ": No such file or directory", error.message);

  EXPECT_EQ(RONDO_ERR_IO, write(absent, "x"));
  EXPECT_EQ(absent.string() + ": No such file or directory", error.message);

  EXPECT_EQ(RONDO_ERR_IO,
            rondo_file_read(folder.path.c_str(), 9, &data, &size, &error));
  EXPECT_EQ(folder.path + ": Is a directory", error.message);
  EXPECT_EQ(RONDO_ERR_IO, write(folder.path, "x"));
  EXPECT_EQ(folder.path + ": Is a directory", error.message);

  EXPECT_EQ(RONDO_ERR_IO,
            rondo_file_read("/dev/zero", 9, &data, &size, &error));
  EXPECT_EQ(0U, folder.count());
}

TEST_F(File, RefusesWhatIsTooLarge)
{
  ASSERT_EQ(RONDO_SUCCESS, write(folder / "f", "0123456789"));
  void*       data = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(RONDO_ERR_BAD_FILE,
            rondo_file_read((folder / "f").c_str(), 9, &data, &size, &error));
  EXPECT_EQ(nullptr, data);
  EXPECT_EQ(RONDO_SUCCESS,
            rondo_file_read((folder / "f").c_str(), 10, &data, &size, &error));
  std::free(data);
}

TEST_F(File, FailsCleanlyWhereItMayNotWrite)
{
  if (!geteuid()) {
    GTEST_SKIP() << "root may write anywhere";
  }
  ASSERT_EQ(0, chmod(folder.path.c_str(), 0500));
  EXPECT_EQ(RONDO_ERR_IO, write(folder / "f", "x"));
  ASSERT_EQ(0, chmod(folder.path.c_str(), 0700));
  EXPECT_EQ(0U, folder.count());
}

} // namespace

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_CAPACITY 65536U
#define MAX_NAMES 100U // Temporary names tried

// Most bytes of one write(), which some systems limit to 2 GiB
#define MAX_WRITE ((size_t)1 << 30U)

static RondoStatus
fail(RondoError* error, RondoStatus status, const char* path, const char* what)
{
  rondo_error_set(error, status, "%s", what);
  rondo_error_prefix(error, path);
  return status;
}

static RondoStatus
fail_errno(RondoError* error, const char* path)
{
  return fail(error,
              errno == ENOMEM ? RONDO_ERR_NO_MEMORY : RONDO_ERR_IO,
              path,
              strerror(errno));
}

// Refuse what would never end or has no content
static RondoStatus
check_readable(int fd, const char* path, struct stat* info, RondoError* error)
{
  if (fstat(fd, info)) {
    return fail_errno(error, path);
  }
  if (S_ISDIR(info->st_mode)) {
    return fail(error, RONDO_ERR_IO, path, strerror(EISDIR));
  }
  if (S_ISCHR(info->st_mode) || S_ISBLK(info->st_mode)) {
    return fail(error, RONDO_ERR_IO, path, "Is a device, not a file");
  }
  return RONDO_SUCCESS;
}

// Make room for more than `size` bytes and a zero byte
static bool
grow(char** data, size_t size, size_t* capacity)
{
  if (*capacity > size + 1U) {
    return true;
  }
  const size_t larger = *capacity * 2U;
  char* const  moved  = (char*)realloc(*data, larger);
  if (!moved) {
    return false;
  }
  *data     = moved;
  *capacity = larger;
  return true;
}

static RondoStatus
read_all(int         fd,
         const char* path,
         size_t      limit,
         size_t      capacity,
         char**      data,
         size_t*     size,
         RondoError* error)
{
  *data = (char*)malloc(capacity);
  for (*size = 0U; *data;) {
    if (!grow(data, *size, &capacity)) {
      break;
    }
    const ssize_t n = read(fd, *data + *size, capacity - *size - 1U);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      return fail_errno(error, path);
    }
    if (n == 0) {
      (*data)[*size] = '\0';
      return RONDO_SUCCESS;
    }
    *size += (size_t)n;
    if (*size > limit) {
      return fail(error, RONDO_ERR_BAD_FILE, path, "The file is too large");
    }
  }
  return fail(error, RONDO_ERR_NO_MEMORY, path, "Out of memory");
}

RondoStatus
rondo_file_read(const char* path,
                size_t      limit,
                void**      data,
                size_t*     size,
                RondoError* error)
{
  *data        = NULL;
  *size        = 0U;
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) {
    return fail_errno(error, path);
  }
  struct stat info;
  RondoStatus st = check_readable(fd, path, &info, error);
  if (!st && info.st_size > 0 && (uint64_t)info.st_size > limit) {
    st = fail(error, RONDO_ERR_BAD_FILE, path, "The file is too large");
  }
  if (!st) {
    const size_t known    = info.st_size > 0 ? (size_t)info.st_size : 0U;
    char*        content  = NULL;
    size_t       n        = 0U;
    size_t       capacity = known + 2U;
    if (capacity < FIRST_CAPACITY) {
      capacity = FIRST_CAPACITY;
    }
    st = read_all(fd, path, limit, capacity, &content, &n, error);
    if (st) {
      free(content);
    } else {
      *data = content;
      *size = n;
    }
  }
  close(fd);
  return st;
}

static bool
write_all(int fd, const RondoChunk* chunks, size_t n_chunks)
{
  for (size_t i = 0U; i < n_chunks; ++i) {
    const char* data = (const char*)chunks[i].data;
    size_t      left = chunks[i].size;
    while (left > 0U) {
      const ssize_t n = write(fd, data, left < MAX_WRITE ? left : MAX_WRITE);
      if (n < 0 && errno != EINTR) {
        return false;
      }
      if (n > 0) {
        data += n;
        left -= (size_t)n;
      }
    }
  }
  return true;
}

static RondoStatus
write_device(const char*       path,
             const RondoChunk* chunks,
             size_t            n_chunks,
             RondoError*       error)
{
  const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) {
    return fail_errno(error, path);
  }
  const bool  written = write_all(fd, chunks, n_chunks);
  RondoStatus st      = written ? RONDO_SUCCESS : fail_errno(error, path);
  if (close(fd) && !st) {
    st = fail_errno(error, path);
  }
  return st;
}

// Create a file beside `target` under a name that nobody has
static int
open_temporary(const char* target, char* name, size_t size)
{
  int fd = -1;
  for (unsigned i = 0U; i < MAX_NAMES && fd < 0; ++i) {
    snprintf(name, size, "%s.%ld-%u.tmp", target, (long)getpid(), i);
    fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno != EEXIST) {
      break;
    }
  }
  return fd;
}

// A rename lasts once the folder is synced too; not every file system can.
// Overwrites `folder`, which has room for the path of the target.
static void
sync_folder(const char* target, char* folder)
{
  memcpy(folder, target, strlen(target) + 1U);
  char* const slash = strrchr(folder, '/');
  if (slash) {
    slash[slash == folder ? 1 : 0] = '\0';
  }
  const int fd = open(slash ? folder : ".", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  if (fd >= 0) {
    (void)fsync(fd);
    close(fd);
  }
}

static RondoStatus
write_and_rename(const char*       target,
                 const mode_t*     mode,
                 const RondoChunk* chunks,
                 size_t            n_chunks,
                 RondoError*       error)
{
  const size_t size = strlen(target) + 48U;
  char* const  name = (char*)malloc(size);
  if (!name) {
    return fail(error, RONDO_ERR_NO_MEMORY, target, "Out of memory");
  }
  RondoStatus st = RONDO_SUCCESS;
  const int   fd = open_temporary(target, name, size);
  if (fd < 0) {
    st = fail_errno(error, target);
  } else {
    // The new file has the old one's permissions
    bool ok = !mode || !fchmod(fd, *mode);
    ok      = ok && write_all(fd, chunks, n_chunks) && !fsync(fd);
    st      = ok ? RONDO_SUCCESS : fail_errno(error, target);
    if (close(fd) && !st) {
      st = fail_errno(error, target);
    }
    if (!st && rename(name, target)) {
      st = fail_errno(error, target);
    }
    if (st) {
      (void)unlink(name);
    } else {
      sync_folder(target, name);
    }
  }
  free(name);
  return st;
}

RondoStatus
rondo_file_write(const char*       path,
                 const RondoChunk* chunks,
                 size_t            n_chunks,
                 RondoError*       error)
{
  struct stat info;
  if (stat(path, &info)) {
    return errno == ENOENT
             ? write_and_rename(path, NULL, chunks, n_chunks, error)
             : fail_errno(error, path);
  }
  if (S_ISDIR(info.st_mode)) {
    return fail(error, RONDO_ERR_IO, path, strerror(EISDIR));
  }
  if (!S_ISREG(info.st_mode)) {
    return write_device(path, chunks, n_chunks, error);
  }
  char* const target = realpath(path, NULL);
  if (!target) {
    return fail_errno(error, path);
  }
  const mode_t      mode = info.st_mode & 0777U;
  const RondoStatus st =
    write_and_rename(target, &mode, chunks, n_chunks, error);
  free(target);
  return st;
}

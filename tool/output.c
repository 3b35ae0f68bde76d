// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/output.h"

#include "tool/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_NAMES 1000U // Temporary names tried

static RondoStatus
fail_errno(RondoError* error)
{
  // A reader who has had enough is nothing to complain of
  const char* const reason = errno == EPIPE ? "" : strerror(errno);
  return rondo_error_set(error, RONDO_ERR_IO, "%s", reason);
}

// Return `path` with its last part replaced by `name`, or NULL
static char*
beside(const char* path, const char* name)
{
  const char* const slash  = strrchr(path, '/');
  const size_t      folder = slash ? (size_t)(slash - path) + 1U : 0U;
  const size_t      size   = folder + strlen(name) + 1U;
  char* const       joined = (char*)malloc(size);
  if (joined) {
    snprintf(joined, size, "%.*s%s", (int)folder, path, name);
  }
  return joined;
}

int
rondo_output_spool(void)
{
  const char* const folder = getenv("TMPDIR");
  const char* const chosen = folder && *folder ? folder : "/tmp";
  char              name[512];
  if (snprintf(name, sizeof(name), "%s/rondo-XXXXXX", chosen) >=
      (int)sizeof(name)) {
    errno = ENAMETOOLONG;
    return -1;
  }
  const int fd = mkostemp(name, O_CLOEXEC);
  if (fd >= 0) {
    (void)unlink(name);
  }
  return fd;
}

static bool
write_all(int fd, const void* data, size_t size)
{
  const char* from = (const char*)data;
  while (size > 0U) {
    const ssize_t n = write(fd, from, size);
    if (n < 0 && (errno != EINTR || rondo_interrupted())) {
      return false;
    }
    if (n > 0) {
      from += n;
      size -= (size_t)n;
    }
  }
  return true;
}

bool
rondo_output_copy(int from, int to)
{
  char buffer[65536];
  while (!rondo_interrupted()) {
    const ssize_t n = read(from, buffer, sizeof(buffer));
    if (n == 0) {
      return true;
    }
    if (n < 0 && errno != EINTR) {
      return false;
    }
    if (n > 0 && !write_all(to, buffer, (size_t)n)) {
      return false;
    }
  }
  errno = EINTR;
  return false;
}

// Create a file in the folder of `path` under a name that nobody has
static int
create_beside(const char* path, mode_t mode, char** temporary)
{
  int fd = -1;
  for (unsigned i = 0U; i < MAX_NAMES && fd < 0; ++i) {
    char name[64];
    snprintf(name, sizeof(name), ".rondo-%ld-%u.tmp", (long)getpid(), i);
    *temporary = beside(path, name);
    if (!*temporary) {
      errno = ENOMEM;
      return -1;
    }
    fd = open(*temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) {
      free(*temporary);
      *temporary = NULL;
      if (errno != EEXIST) {
        break;
      }
    }
  }
  return fd;
}

// Open a temporary file beside output->path with the mode that it will have
static RondoStatus
open_beside(RondoOutput* output, const struct stat* old, RondoError* error)
{
  // Nobody may read the replacement of a private file while it is written
  const mode_t mode = old ? 0600U : 0666U;
  // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): freed with the output
  output->fd = create_beside(output->path, mode, &output->temporary);
  if (output->fd < 0) {
    return fail_errno(error);
  }
  if (old) {
    // Only root can give a file away; else it stays with the caller
    if (fchown(output->fd, old->st_uid, old->st_gid)) {
      errno = 0;
    }
    (void)fchmod(output->fd, old->st_mode & 0777U);
  }
  return RONDO_SUCCESS;
}

static RondoStatus
open_target(RondoOutput* output, const char* path, RondoError* error)
{
  output->target = strcmp(path, "-") ? open(path, O_WRONLY | O_CLOEXEC)
                                     : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (output->target < 0) {
    return fail_errno(error);
  }
  output->fd = rondo_output_spool();
  return output->fd < 0 ? fail_errno(error) : RONDO_SUCCESS;
}

static RondoStatus
open_output(RondoOutput* output, const char* path, RondoError* error)
{
  struct stat info;
  const bool  stream = !strcmp(path, "-");
  if (!stream && stat(path, &info)) {
    output->path = strdup(path);
    return errno != ENOENT || !output->path ? fail_errno(error)
                                            : open_beside(output, NULL, error);
  }
  if (stream || (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))) {
    return open_target(output, path, error);
  }
  if (S_ISDIR(info.st_mode)) {
    errno = EISDIR;
    return fail_errno(error);
  }
  if (!output->overwrite) {
    return rondo_error_set(
      error, RONDO_ERR_IO, "The file exists already (see --overwrite)");
  }
  output->path = realpath(path, NULL);
  return output->path ? open_beside(output, &info, error) : fail_errno(error);
}

RondoStatus
rondo_output_open(RondoOutput* output,
                  const char*  path,
                  bool         overwrite,
                  RondoError*  error)
{
  const RondoOutput start = { -1, -1, overwrite, NULL, NULL };
  *output                 = start;
  const RondoStatus st    = open_output(output, path, error);
  if (st) {
    rondo_output_discard(output);
  }
  return st;
}

RondoStatus
rondo_output_write(RondoOutput* output,
                   const void*  data,
                   size_t       size,
                   RondoError*  error)
{
  return write_all(output->fd, data, size) ? RONDO_SUCCESS : fail_errno(error);
}

void
rondo_output_discard(RondoOutput* output)
{
  if (output->temporary) {
    (void)unlink(output->temporary);
  }
  if (output->fd >= 0) {
    (void)close(output->fd);
  }
  if (output->target >= 0) {
    (void)close(output->target);
  }
  free(output->path);
  free(output->temporary);
  const RondoOutput none = { -1, -1, false, NULL, NULL };
  *output                = none;
}

// A rename lasts once the folder is synced too; not every file system can
static void
sync_folder(const char* path)
{
  char* const folder = beside(path, ".");
  const int fd = folder ? open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY) : -1;
  if (fd >= 0) {
    (void)fsync(fd);
    (void)close(fd);
  }
  free(folder);
}

// Rename, but never over a file that came meanwhile unless that is wanted
static bool
take_place(RondoOutput* output)
{
  const unsigned flags = output->overwrite ? 0U : RENAME_NOREPLACE;
  bool           done =
    !renameat2(AT_FDCWD, output->temporary, AT_FDCWD, output->path, flags);
  if (!done && flags && (errno == EINVAL || errno == ENOSYS)) {
    // This file system cannot refuse by itself
    done = !link(output->temporary, output->path) && !unlink(output->temporary);
  }
  if (done) {
    free(output->temporary);
    output->temporary = NULL;
    sync_folder(output->path);
  }
  return done;
}

static bool
commit(RondoOutput* output)
{
  if (output->target >= 0) {
    const bool copied = lseek(output->fd, 0, SEEK_SET) == 0 &&
                        rondo_output_copy(output->fd, output->target);
    const bool closed = copied && !close(output->target);
    if (copied) {
      output->target = -1;
    }
    return closed;
  }
  if (fsync(output->fd) && errno != EINVAL) {
    return false;
  }
  const bool closed = !close(output->fd);
  output->fd        = -1;
  return closed && take_place(output);
}

RondoStatus
rondo_output_commit(RondoOutput* output, RondoError* error)
{
  const RondoStatus st = commit(output) ? RONDO_SUCCESS : fail_errno(error);
  rondo_output_discard(output);
  return st;
}

RondoStatus
rondo_output_write_file(const char* path,
                        const void* data,
                        size_t      size,
                        RondoError* error)
{
  RondoOutput output;
  RondoStatus st = rondo_output_open(&output, path, true, error);
  if (!st) {
    st = rondo_output_write(&output, data, size, error);
  }
  if (!st) {
    return rondo_output_commit(&output, error);
  }
  rondo_output_discard(&output);
  return st;
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Loaded before the C library into a program, to do it harm at one of its calls
// that change files.
//
// RONDO_FAULT_AT=N names the call, from 0.  With RONDO_FAULT=kill it is the
// program's last: one that writes does half of its work.  With RONDO_FAULT=full
// this and every later call that needs room finds the disk full.  The number of
// all calls is written to the file RONDO_FAULT_COUNT.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define N_STREAMS 2 // Standard output and errors are not files of ours

static atomic_long n_calls;

static long
number(const char* const name)
{
  const char* const text = getenv(name);
  return text ? strtol(text, NULL, 10) : -1;
}

static bool
kills(void)
{
  const char* const fault = getenv("RONDO_FAULT");
  return fault && !strcmp(fault, "kill");
}

// Count a call, and say whether it is to go wrong
static bool
goes_wrong(void)
{
  const long at = number("RONDO_FAULT_AT");
  const long i  = atomic_fetch_add(&n_calls, 1);
  return at >= 0 && (kills() ? i == at : i >= at);
}

static void
end(void)
{
  (void)raise(SIGKILL);
}

static bool
is_file(const int fd)
{
  struct stat info;
  return fd > N_STREAMS && !fstat(fd, &info) && S_ISREG(info.st_mode);
}

ssize_t
write(const int fd, const void* const data, const size_t size)
{
  if (is_file(fd) && goes_wrong()) {
    if (kills()) {
      (void)syscall(SYS_write, fd, data, size / 2U);
      end();
    }
    errno = ENOSPC;
    return -1;
  }
  return syscall(SYS_write, fd, data, size);
}

int
fsync(const int fd)
{
  if (goes_wrong()) {
    if (kills()) {
      end();
    }
    errno = ENOSPC;
    return -1;
  }
  return (int)syscall(SYS_fsync, fd);
}

// Before a file is made, or behind
static int
open_file(const char* const path, const int flags, const mode_t mode)
{
  const bool wrong = (flags & O_CREAT) && goes_wrong();
  if (wrong && !kills()) {
    errno = ENOSPC;
    return -1;
  }
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  if (wrong) {
    end();
  }
  return fd;
}

// Or open64(): meson makes that of it, here as in the program
int
open(const char* const path, const int flags, ...)
{
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) ? va_arg(arguments, mode_t) : 0U;
  va_end(arguments);
  return open_file(path, flags, mode);
}

// A name is changed at once: what matters is that all is well before and behind
int
renameat2(const int         from_folder,
          const char* const from,
          const int         to_folder,
          const char* const to,
          const unsigned    flags)
{
  if (goes_wrong() && kills()) {
    end();
  }
  const int result =
    (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
  if (goes_wrong() && kills()) {
    end();
  }
  return result;
}

int
rename(const char* const from, const char* const to)
{
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0U);
}

__attribute__((destructor)) static void
tell_count(void)
{
  const char* const path = getenv("RONDO_FAULT_COUNT");
  char              text[32];
  const int n = snprintf(text, sizeof(text), "%ld", atomic_load(&n_calls));
  if (path) {
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    const int fd    = (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0666);
    (void)syscall(SYS_write, fd, text, (size_t)n);
  }
}

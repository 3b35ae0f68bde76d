// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_PLUGIN_STRICTLY_H
#define RONDO_TESTS_PLUGIN_STRICTLY_H

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Do something in a process that is killed as soon as it calls the system, and
// return how it ended.
template<class Function>
int
run_strictly(const Function& function)
{
  const pid_t child = fork();
  if (!child) {
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)) {
      _exit(77);
    }
    function();
    syscall(SYS_exit, 0);
  }

  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

#endif // RONDO_TESTS_PLUGIN_STRICTLY_H

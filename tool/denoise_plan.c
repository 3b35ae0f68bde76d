// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/denoise_plan.h"

#include "tool/sound_format.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEFAULT_SUFFIX "-clean"

char*
rondo_denoise_plan_path(const RondoDenoisePlan* plan, const char* input)
{
  if (plan->output || plan->in_place || !strcmp(input, "-")) {
    return strdup(plan->output ? plan->output : input);
  }
  const char* const slash  = strrchr(input, '/');
  const char* const name   = slash ? slash + 1 : input;
  const char* const dot    = strrchr(name, '.');
  const char*       end    = dot && dot > name ? dot : name + strlen(name);
  const int         stem   = (int)(end - name);
  const char*       suffix = plan->suffix;
  if (!suffix) {
    suffix = plan->directory ? "" : DEFAULT_SUFFIX;
  }
  const char* extension = plan->format && !rondo_format_fits(name, plan->format)
                            ? rondo_format_extension(plan->format)
                            : NULL;
  if (!extension) {
    extension = *end ? end + 1 : NULL;
  }
  const int folder =
    plan->directory ? (int)strlen(plan->directory) : (int)(name - input);
  char* path = NULL;
  return asprintf(&path,
                  "%.*s%s%.*s%s%s%s",
                  folder,
                  plan->directory ? plan->directory : input,
                  plan->directory ? "/" : "",
                  stem,
                  name,
                  suffix,
                  extension ? "." : "",
                  extension ? extension : "") < 0
           ? NULL
           : path;
}

RondoStatus
rondo_denoise_plan_check(const RondoDenoisePlan* plan,
                         const char*             input,
                         const char*             output,
                         RondoError*             error)
{
  struct stat in;
  struct stat out;
  const bool  same = strcmp(output, "-") && strcmp(input, "-") &&
                    !stat(input, &in) && !stat(output, &out) &&
                    S_ISREG(out.st_mode) && in.st_dev == out.st_dev &&
                    in.st_ino == out.st_ino;
  return same && !plan->in_place
           ? rondo_error_set(error,
                             RONDO_ERR_BAD_ARGUMENT,
                             "The output is the input itself (see --in-place)")
           : RONDO_SUCCESS;
}

RondoStatus
rondo_denoise_plan_make_folder(const char* path, RondoError* error)
{
  char* const copy = strdup(path);
  if (!copy) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (char* c = copy + 1; *copy && *c; ++c) {
    if (*c == '/') {
      *c = '\0';
      (void)mkdir(copy, 0777);
      *c = '/';
    }
  }
  struct stat info;
  errno         = 0;
  const bool ok = !mkdir(copy, 0777) || errno == EEXIST;
  if (ok && !stat(copy, &info) && !S_ISDIR(info.st_mode)) {
    errno = ENOTDIR;
  }
  free(copy);
  return !ok || errno == ENOTDIR
           ? rondo_error_set(error, RONDO_ERR_IO, "%s", strerror(errno))
           : RONDO_SUCCESS;
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/score_file.h"

#include "core/music/midi_file.h"
#include "tool/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

RondoStatus
rondo_score_file_read(RondoConsole* const console,
                      const char* const   path,
                      RondoScore** const  out,
                      RondoError* const   error)
{
  RondoMidiDamage   damage = { 0, 0, "" };
  const RondoStatus st     = rondo_midi_read(
    strcmp(path, "-") ? path : "/dev/stdin", out, &damage, error);
  if (!st && damage.n_damages) {
    rondo_console_error(console,
                        path,
                        "warning: at byte %zu: %s; damages in all: %zu",
                        damage.offset,
                        damage.message,
                        damage.n_damages);
  }
  return st;
}

RondoStatus
rondo_output_check_free(const char* const path,
                        const bool        overwrite,
                        RondoError* const error)
{
  return strcmp(path, "-") != 0 && !overwrite && !access(path, F_OK)
           ? rondo_error_set(error,
                             RONDO_ERR_IO,
                             "%s is there already; --overwrite replaces it",
                             path)
           : RONDO_SUCCESS;
}

RondoStatus
rondo_score_file_write(const RondoScore* const score,
                       const char* const       path,
                       const bool              overwrite,
                       RondoError* const       error)
{
  void*       data = NULL;
  size_t      size = 0;
  RondoStatus st   = rondo_output_check_free(path, overwrite, error);
  if (st) {
    return st;
  }
  st = rondo_midi_format(score, &data, &size, error);
  st = st ? st : rondo_output_write_file(path, data, size, error);
  free(data);
  if (st) {
    rondo_error_prefix(error, path);
  }
  return st;
}

RondoStatus
rondo_score_override(RondoScore* const score,
                     const RondoBar    bar,
                     const double      tempo)
{
  RondoStatus st = RONDO_SUCCESS;
  if (bar.beats) {
    const RondoMetre metre = { 0, bar.beats, bar.unit };
    score->n_metres        = 0;
    st                     = rondo_score_add_metre(score, metre);
  }
  if (!st && tempo > 0.0) {
    const RondoTempo one = { 0, (uint32_t)((60e6 / tempo) + 0.5) };
    score->n_tempos      = 0;
    st                   = rondo_score_add_tempo(score, one);
  }
  return st;
}

char*
rondo_take_path(const char* const path, const long take, const long count)
{
  const char* const slash = strrchr(path, '/');
  const char* const dot   = strrchr(slash ? slash : path, '.');
  const int         n     = (int)(dot ? (size_t)(dot - path) : strlen(path));
  char*             name  = NULL;
  if (count == 1) {
    return strdup(path);
  }
  return asprintf(&name, "%.*s-%ld%s", n, path, take + 1, dot ? dot : "") < 0
           ? NULL
           : name;
}

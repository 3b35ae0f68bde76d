// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/melody_file.h"

#include "core/music/composer.h"
#include "tool/model_path.h"
#include "tool/score_file.h"

#include <stdlib.h>
#include <string.h>

RondoStatus
rondo_melody_file_read(const RondoMelodySource* const source,
                       RondoConsole* const            console,
                       RondoMelody* const             melody,
                       uint32_t* const                microseconds,
                       RondoError* const              error)
{
  RondoScore* score = NULL;
  RondoStatus st = rondo_score_file_read(console, source->path, &score, error);
  memset(melody, 0, sizeof(*melody));
  if (st) {
    return st;
  }
  st = rondo_score_override(score, source->bar, 0.0);
  if (microseconds && score->n_tempos) {
    *microseconds = score->tempos[score->n_tempos - 1].microseconds;
  }
  st = st ? rondo_error_set_status(error, st)
          : rondo_melody_from_score(score, source->track, melody, error);
  rondo_score_free(score);
  if (st) {
    rondo_error_prefix(error, source->path);
  }
  return st;
}

RondoStatus
rondo_melody_model_load(const char* const  path,
                        RondoModel** const out,
                        RondoError* const  error)
{
  char* const found =
    rondo_model_path(path, "RONDO_MELODY_MODEL", "melody.safetensors");
  RondoStatus st = found ? rondo_model_load(found, out, error)
                         : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  if (!st && (st = rondo_composer_check(*out, error))) {
    rondo_error_prefix(error, found);
    rondo_model_free(*out);
    *out = NULL;
  }
  free(found);
  return st;
}

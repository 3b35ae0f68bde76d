// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file harmonizer_private.h What the files of harmonizer.h share.
*/

#ifndef RONDO_MUSIC_HARMONIZER_PRIVATE_H
#define RONDO_MUSIC_HARMONIZER_PRIVATE_H

#include "core/music/harmonizer.h"
#include "core/net/stream.h"

struct RondoHarmonizerImpl {
  RondoStream*      stream;
  RondoRandom       random;
  RondoChoraleState state;
  RondoBar          bar;
  int               shift;
  RondoChord        given;
  unsigned          parts; ///< That are given
  RondoChord        chord;
  float             outputs[RONDO_CHORALE_TOKENS];
  float             logits[RONDO_CHORALE_TOKENS];
  double            probabilities[RONDO_CHORALE_TOKENS];
  uint32_t          order[RONDO_CHORALE_TOKENS];
};

#endif // RONDO_MUSIC_HARMONIZER_PRIVATE_H

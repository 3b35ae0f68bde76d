// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file composer_private.h What the files of composer.h share.
*/

#ifndef RONDO_MUSIC_COMPOSER_PRIVATE_H
#define RONDO_MUSIC_COMPOSER_PRIVATE_H

#include "core/music/composer.h"
#include "core/net/stream.h"

struct RondoComposerImpl {
  RondoStream*     stream;
  RondoRandom      random;
  RondoMelodyState melody;
  bool             asked; ///< `outputs` are those of where the melody is
  float            outputs[RONDO_MELODY_TOKENS];
  float            logits[RONDO_MELODY_TOKENS];
  double           probabilities[RONDO_MELODY_TOKENS];
  uint32_t         order[RONDO_MELODY_TOKENS];
};

#endif // RONDO_MUSIC_COMPOSER_PRIVATE_H

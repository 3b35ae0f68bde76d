// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/phrase_bytes.h"

#include "core/music/performer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { PHRASE_VERSION = 1, PHRASE_HEAD = 12, PHRASE_NOTE = 10 };

static void
put_word(uint8_t* const bytes, const uint32_t word)
{
  for (unsigned i = 0U; i < 4U; ++i) {
    bytes[i] = (uint8_t)(word >> (8U * i));
  }
}

static uint32_t
get_word(const uint8_t* const bytes)
{
  uint32_t word = 0U;
  for (unsigned i = 0U; i < 4U; ++i) {
    word |= (uint32_t)bytes[i] << (8U * i);
  }

  return word;
}

size_t
rondo_phrase_to_bytes(const RondoPhrase* const phrase,
                      uint8_t                  bytes[RONDO_PHRASE_BYTES])
{
  const uint32_t n =
    phrase->n_notes < RONDO_PHRASE_NOTES ? phrase->n_notes : RONDO_PHRASE_NOTES;

  bytes[0] = PHRASE_VERSION;
  bytes[1] = phrase->bar.beats;
  bytes[2] = phrase->bar.unit;
  bytes[3] = 0U;
  put_word(bytes + 4, phrase->length);
  put_word(bytes + 8, n);
  for (uint32_t i = 0U; i < n; ++i) {
    const RondoPhraseNote* const note = &phrase->notes[i];
    uint8_t* const               at   = bytes + PHRASE_HEAD + (PHRASE_NOTE * i);
    put_word(at, note->onset);
    put_word(at + 4, note->ticks);
    at[8] = note->pitch;
    at[9] = note->velocity;
  }

  return PHRASE_HEAD + ((size_t)PHRASE_NOTE * n);
}

bool
rondo_phrase_from_bytes(RondoPhrase* const phrase,
                        const void* const  bytes,
                        const size_t       size)
{
  const uint8_t* const head = (const uint8_t*)bytes;

  memset(phrase, 0, sizeof(*phrase));
  if (size < PHRASE_HEAD || head[0] != PHRASE_VERSION) {
    return false;
  }

  const uint32_t n = get_word(head + 8);
  if (n > RONDO_PHRASE_NOTES ||
      size != PHRASE_HEAD + ((size_t)PHRASE_NOTE * n)) {
    return false;
  }

  phrase->bar.beats = head[1];
  phrase->bar.unit  = head[2];
  phrase->length    = get_word(head + 4);
  phrase->n_notes   = n;
  for (uint32_t i = 0U; i < n; ++i) {
    RondoPhraseNote* const note = &phrase->notes[i];
    const uint8_t* const   at   = head + PHRASE_HEAD + (PHRASE_NOTE * i);
    note->onset                 = get_word(at);
    note->ticks                 = get_word(at + 4);
    note->pitch                 = at[8];
    note->velocity              = at[9];
  }

  return true;
}

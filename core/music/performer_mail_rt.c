// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer_parts_private.h"

#include <string.h>

// Write one phrase word by word
static void
put(_Atomic uint32_t* const words, const RondoPhrase* const phrase)
{
  for (size_t i = 0; i < sizeof(RondoPhrase) / sizeof(uint32_t); ++i) {
    uint32_t word = 0;
    memcpy(&word, (const char*)phrase + (i * sizeof(word)), sizeof(word));
    atomic_store_explicit(&words[i], word, memory_order_relaxed);
  }
}

void
rondo_mailbox_publish(RondoPerformer* const p)
{
  // A reader takes what stood there between two equal, even numbers (Boehm
  // 2012, "Can seqlocks get along with programming language memory models?")
  RondoMailbox* const mail = &p->mail;
  const uint32_t      sequence =
    atomic_load_explicit(&mail->sequence, memory_order_relaxed);
  atomic_store_explicit(&mail->sequence, sequence + 1U, memory_order_relaxed);
  atomic_thread_fence(memory_order_release);
  put(mail->words, &p->seed);
  put(mail->words + (RONDO_SEED_WORDS / 2U), &p->frozen);
  atomic_store_explicit(&mail->sequence, sequence + 2U, memory_order_release);
}

void
rondo_mailbox_take(RondoPerformer* const p)
{
  int state = RONDO_INBOX_FULL;
  if (!atomic_compare_exchange_strong_explicit(&p->mail.inbox,
                                               &state,
                                               RONDO_INBOX_BUSY,
                                               memory_order_acquire,
                                               memory_order_relaxed)) {
    return;
  }
  p->seed   = p->mail.given.seed;
  p->frozen = p->mail.given.frozen;
  rondo_mailbox_publish(p);
  atomic_store_explicit(
    &p->mail.inbox, RONDO_INBOX_EMPTY, memory_order_release);
  p->take.runs    = false;
  p->take.n_notes = 0;
  p->freezes      = false;
  rondo_performer_update(p, true);
}

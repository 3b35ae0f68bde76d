// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/music/performer.h"

#include "core/base/arena.h"
#include "core/music/performer_parts_private.h"

#include <string.h>

#define LOWEST_RATE 8000.0
#define HIGHEST_RATE 384000.0

RondoStatus
rondo_performer_check(const RondoModel* const melody,
                      const RondoModel* const harmony,
                      const double            sample_rate,
                      RondoError* const       error)
{
  if (!(sample_rate >= LOWEST_RATE && sample_rate <= HIGHEST_RATE)) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "expected a sample rate from %g to %g Hz, not %g",
                           LOWEST_RATE,
                           HIGHEST_RATE,
                           sample_rate);
  }
  const RondoStatus st = rondo_composer_check(melody, error);
  return st || !harmony ? st : rondo_harmonizer_check(harmony, error);
}

// Place a performer and its networks
static RondoPerformer*
carve(RondoArena* const       arena,
      const RondoModel* const melody,
      const RondoModel* const harmony)
{
  const size_t          size = rondo_composer_size(melody);
  RondoPerformer* const p =
    (RondoPerformer*)rondo_arena_take(arena, 1, sizeof(RondoPerformer));
  void* const context = rondo_arena_take(arena, 1, size);
  void* const writer  = rondo_arena_take(arena, 1, size);
  void* const harmonizer =
    rondo_arena_take(arena, 1, harmony ? rondo_harmonizer_size(harmony) : 0U);
  if (p) {
    memset(p, 0, sizeof(*p));
    p->context.composer = rondo_composer_init(context, melody);
    p->writer.composer  = rondo_composer_init(writer, melody);
    p->voices.harmonizer =
      harmony ? rondo_harmonizer_init(harmonizer, harmony) : NULL;
  }
  return p;
}

size_t
rondo_performer_size(const RondoModel* const melody,
                     const RondoModel* const harmony)
{
  RondoArena arena = rondo_arena(NULL);
  (void)carve(&arena, melody, harmony);
  return arena.overflow || !rondo_composer_size(melody) ? 0U : arena.used;
}

RondoPerformer*
rondo_performer_init(void* const             memory,
                     const RondoModel* const melody,
                     const RondoModel* const harmony,
                     const double            sample_rate)
{
  RondoArena            arena = rondo_arena(memory);
  RondoPerformer* const p     = carve(&arena, melody, harmony);
  p->melody                   = melody;
  p->harmony                  = harmony;
  p->sample_rate              = sample_rate;
  p->controls                 = rondo_performer_defaults();
  p->tempo                    = 120.0;
  p->beats                    = 4.0;
  p->unit                     = 4.0;
  memset(p->voices.pitches, RONDO_SILENT, sizeof(p->voices.pitches));
  rondo_performer_update(p, true);
  rondo_performer_prepare(p);
  rondo_performer_reset(p);
  rondo_mailbox_publish(p);
  return p;
}

RondoStatus
rondo_performer_new(const RondoModel* const melody,
                    const RondoModel* const harmony,
                    const double            sample_rate,
                    RondoPerformer** const  out,
                    RondoError* const       error)
{
  *out = NULL;
  const RondoStatus st =
    rondo_performer_check(melody, harmony, sample_rate, error);
  if (st) {
    return st;
  }
  const size_t size   = rondo_performer_size(melody, harmony);
  void* const  memory = size ? rondo_aligned_new(size) : NULL;
  if (!memory) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  *out = rondo_performer_init(memory, melody, harmony, sample_rate);
  return RONDO_SUCCESS;
}

void
rondo_performer_free(RondoPerformer* const performer)
{
  rondo_aligned_free(performer);
}

// Mend a phrase that may hold anything
static void
mend(RondoPhrase* const phrase)
{
  const RondoBar common = { 4, 4 };
  if (!rondo_melody_bar_ticks(phrase->bar)) {
    phrase->bar = common;
  }
  const uint32_t bar  = rondo_melody_bar_ticks(phrase->bar);
  const uint32_t most = RONDO_PHRASE_TICKS / bar * bar;
  const uint32_t n =
    phrase->n_notes < RONDO_PHRASE_NOTES ? phrase->n_notes : RONDO_PHRASE_NOTES;
  uint32_t end  = 0;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < n; ++i) {
    RondoPhraseNote note = phrase->notes[i];
    if (note.onset < end || note.onset >= most || !note.ticks ||
        note.pitch > 127U) {
      continue;
    }
    const uint32_t left   = most - note.onset;
    note.ticks            = note.ticks < left ? note.ticks : left;
    note.velocity         = note.velocity < 1U     ? 1U
                            : note.velocity > 127U ? 127U
                                                   : note.velocity;
    end                   = note.onset + note.ticks;
    phrase->notes[kept++] = note;
  }
  const uint32_t whole = (end + bar - 1U) / bar * bar;
  const uint32_t said  = phrase->length < most ? phrase->length : most;
  phrase->n_notes      = kept;
  phrase->length       = said / bar * bar > whole ? said / bar * bar : whole;
}

// Wait until the mailbox is ours; return what was in it
static int
enter(RondoMailbox* const mail)
{
  for (;;) {
    int state = atomic_load_explicit(&mail->inbox, memory_order_relaxed);
    if (state != RONDO_INBOX_BUSY &&
        atomic_compare_exchange_weak_explicit(&mail->inbox,
                                              &state,
                                              RONDO_INBOX_BUSY,
                                              memory_order_acquire,
                                              memory_order_relaxed)) {
      return state;
    }
  }
}

// Take a snapshot of what the audio thread published
static void
read_words(RondoMailbox* const mail, uint32_t* const words)
{
  uint32_t before = 1;
  uint32_t after  = 0;
  while (before != after || before % 2U) {
    before = atomic_load_explicit(&mail->sequence, memory_order_acquire);
    for (size_t i = 0; i < RONDO_SEED_WORDS; ++i) {
      words[i] = atomic_load_explicit(&mail->words[i], memory_order_relaxed);
    }
    atomic_thread_fence(memory_order_acquire);
    after = atomic_load_explicit(&mail->sequence, memory_order_relaxed);
  }
}

void
rondo_performer_copy_seed(RondoPerformer* const performer,
                          RondoPhrase* const    seed,
                          RondoPhrase* const    frozen)
{
  RondoMailbox* const mail  = &performer->mail;
  const int           state = enter(mail);
  RondoSeeds          seeds;
  if (state == RONDO_INBOX_FULL) {
    seeds = mail->given;
  } else {
    uint32_t words[RONDO_SEED_WORDS];
    read_words(mail, words);
    memcpy(&seeds, words, sizeof(seeds));
  }
  atomic_store_explicit(&mail->inbox, state, memory_order_release);
  *seed   = seeds.seed;
  *frozen = seeds.frozen;
}

void
rondo_performer_give_seed(RondoPerformer* const    performer,
                          const RondoPhrase* const seed,
                          const RondoPhrase* const frozen)
{
  RondoMailbox* const mail  = &performer->mail;
  RondoSeeds          seeds = { *seed, *frozen };
  mend(&seeds.seed);
  mend(&seeds.frozen);
  (void)enter(mail);
  mail->given = seeds;
  atomic_store_explicit(&mail->inbox, RONDO_INBOX_FULL, memory_order_release);
}

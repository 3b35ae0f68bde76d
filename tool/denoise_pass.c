// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/denoise_pass.h"

#include "tool/interrupt.h"
#include "tool/queue.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FRAMES 4096U

/// Frames on their way
typedef struct {
  float* samples; ///< (n_frames, n_channels)
  size_t n_frames;
} Block;

/// A stage that has a thread of its own
typedef struct {
  RondoDenoisePass* pass;
  RondoQueue*       from;
  RondoQueue*       to;
  RondoStatus       status;
  RondoError        error;
} Stage;

/// All that one pass needs besides
typedef struct {
  RondoDenoisePass* pass;
  size_t            n_channels;
  float*            memory;
  float*            channels[RONDO_MAX_CHANNELS]; ///< (BLOCK_FRAMES) each
  Block             blocks[RONDO_QUEUE_SIZE];
} Work;

/*
   The stages
*/

// Take what is not a number out, so that meters do not see it
static void
check_samples(RondoDenoisePass* pass, float* samples, size_t n)
{
  for (size_t i = 0U; i < n; ++i) {
    if (!isfinite(samples[i])) {
      samples[i] = 0.0f;
      ++pass->n_not_finite;
    }
  }
}

// Silence pushes the last frames out of the denoiser
static void
make_silence(RondoDenoisePass* pass, Block* block, size_t n_channels)
{
  const size_t n = pass->n_after < BLOCK_FRAMES ? pass->n_after : BLOCK_FRAMES;
  memset(block->samples, 0, sizeof(float) * n_channels * n);
  block->n_frames = n;
  pass->n_after -= n;
}

// Read a block; one without frames is the end
static RondoStatus
read_block(RondoDenoisePass* pass, Block* block, RondoError* error)
{
  const SF_INFO* const info       = &pass->sound.info;
  const size_t         n_channels = (size_t)info->channels;
  RondoStatus          st         = RONDO_SUCCESS;
  block->n_frames                 = 0U;
  if (rondo_interrupted()) {
    return st;
  }
  if (!pass->at_end) {
    st = rondo_sound_read(
      &pass->sound, block->samples, BLOCK_FRAMES, &block->n_frames, error);
  }
  const size_t n = block->n_frames;
  pass->n_frames += n;
  pass->at_end = n < BLOCK_FRAMES;
  if (!st && !n && pass->n_frames) {
    make_silence(pass, block, n_channels);
    return st;
  }
  check_samples(pass, block->samples, n * n_channels);
  rondo_levels_process(&pass->before, block->samples, n * n_channels);
  if (info->frames > 0) {
    rondo_console_advance(pass->console,
                          (double)pass->sound.size * (double)n /
                            (double)info->frames);
  }
  return st;
}

// Denoise a block in its place, less what is still to be dropped
static void
denoise_block(Work* work, Block* block)
{
  RondoDenoisePass* const pass       = work->pass;
  const size_t            n_channels = work->n_channels;
  const size_t            n          = block->n_frames;
  for (size_t i = 0U; i < n; ++i) {
    for (size_t c = 0U; c < n_channels; ++c) {
      work->channels[c][i] = block->samples[(i * n_channels) + c];
    }
  }
  rondo_denoiser_process(
    pass->denoiser, (const float* const*)work->channels, work->channels, n);

  const size_t dropped = pass->skip < n ? pass->skip : n;
  float*       out     = block->samples;
  for (size_t i = dropped; i < n; ++i) {
    for (size_t c = 0U; c < n_channels; ++c) {
      *out++ = work->channels[c][i];
    }
  }
  block->n_frames = n - dropped;
  pass->skip -= dropped;
}

static RondoStatus
write_block(RondoDenoisePass* pass, const Block* block, RondoError* error)
{
  const size_t n_channels = (size_t)pass->sound.info.channels;
  rondo_levels_process(
    &pass->after, block->samples, block->n_frames * n_channels);
  const RondoStatus st = rondo_sound_writer_write(
    &pass->writer, block->samples, block->n_frames, error);
  pass->failed = st != RONDO_SUCCESS;
  return st;
}

/*
   One thread
*/

static RondoStatus
run_alone(Work* work, RondoError* error)
{
  Block* const block = &work->blocks[0];
  RondoStatus  st    = read_block(work->pass, block, error);
  while (!st && block->n_frames) {
    denoise_block(work, block);
    st = write_block(work->pass, block, error);
    st = st ? st : read_block(work->pass, block, error);
  }
  return st;
}

/*
   Three threads
*/

static void*
run_reader(void* data)
{
  Stage* const stage = (Stage*)data;
  Block*       block = NULL;
  while ((block = (Block*)rondo_queue_take(stage->from))) {
    stage->status = read_block(stage->pass, block, &stage->error);
    if (stage->status || !block->n_frames) {
      break;
    }
    rondo_queue_put(stage->to, block);
  }
  rondo_queue_close(stage->to);
  return NULL;
}

static void*
run_writer(void* data)
{
  Stage* const stage = (Stage*)data;
  Block*       block = NULL;
  while ((block = (Block*)rondo_queue_take(stage->from))) {
    if (!stage->status) {
      stage->status = write_block(stage->pass, block, &stage->error);
    }
    if (stage->status) {
      rondo_queue_close(stage->to); // Nobody has to read any more
    } else {
      rondo_queue_put(stage->to, block);
    }
  }
  return NULL;
}

// Threads are started before there is a block, so that giving up is simple
static RondoStatus
run_threads(Work* work, RondoError* error)
{
  RondoQueue idle;
  RondoQueue noisy;
  RondoQueue clean;
  rondo_queue_init(&idle);
  rondo_queue_init(&noisy);
  rondo_queue_init(&clean);

  const RondoError none   = { RONDO_SUCCESS, "" };
  Stage            reader = { work->pass, &idle, &noisy, RONDO_SUCCESS, none };
  Stage            writer = { work->pass, &clean, &idle, RONDO_SUCCESS, none };
  pthread_t        threads[2];
  const bool reads = !pthread_create(&threads[0], NULL, run_reader, &reader);
  const bool writes =
    reads && !pthread_create(&threads[1], NULL, run_writer, &writer);

  for (size_t i = 0U; writes && i < RONDO_QUEUE_SIZE; ++i) {
    rondo_queue_put(&idle, &work->blocks[i]);
  }
  Block* block = NULL;
  while (writes && (block = (Block*)rondo_queue_take(&noisy))) {
    denoise_block(work, block);
    rondo_queue_put(&clean, block);
  }
  rondo_queue_close(&idle);
  rondo_queue_close(&clean);
  if (reads) {
    pthread_join(threads[0], NULL);
  }
  if (writes) {
    pthread_join(threads[1], NULL);
  }
  rondo_queue_end(&idle);
  rondo_queue_end(&noisy);
  rondo_queue_end(&clean);

  const Stage* const failed = reader.status ? &reader : &writer;
  if (failed->status && error) {
    *error = failed->error;
  }
  return writes ? failed->status : run_alone(work, error);
}

RondoStatus
rondo_denoise_pass(RondoDenoisePass* pass, bool in_threads, RondoError* error)
{
  const size_t n_channels = (size_t)pass->sound.info.channels;
  const size_t n_samples  = n_channels * BLOCK_FRAMES;
  const size_t n_blocks   = in_threads ? RONDO_QUEUE_SIZE : 1U;

  Work work;
  memset(&work, 0, sizeof(work));
  work.pass       = pass;
  work.n_channels = n_channels;
  work.memory     = (float*)calloc((n_blocks + 1U) * n_samples, sizeof(float));
  if (!work.memory) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t c = 0U; c < n_channels; ++c) {
    work.channels[c] = work.memory + (c * BLOCK_FRAMES);
  }
  for (size_t i = 0U; i < n_blocks; ++i) {
    work.blocks[i].samples = work.memory + ((i + 1U) * n_samples);
  }

  pass->skip    = rondo_denoiser_latency(pass->denoiser);
  pass->n_after = pass->skip;
  const RondoStatus st =
    in_threads ? run_threads(&work, error) : run_alone(&work, error);
  free(work.memory);
  return st;
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/denoise_file.h"

#include "core/audio/frames.h"
#include "tool/interrupt.h"
#include "tool/levels.h"
#include "tool/metadata.h"
#include "tool/sound.h"
#include "tool/sound_format.h"
#include "tool/sound_writer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_FRAMES 4096U

/// A file on its way
typedef struct {
  const RondoDenoiseJob* job;
  RondoSound             sound;
  RondoSoundWriter       writer;
  RondoDenoiser*         denoiser;
  RondoDenoiseReport*    report;
  RondoLevels            before;
  RondoLevels            after;
  size_t                 n_channels;
  size_t                 skip;        ///< Frames of latency still to be dropped
  float*                 interleaved; ///< (BLOCK_FRAMES, n_channels)
  float*                 planes;      ///< (n_channels, BLOCK_FRAMES)
  float*                 channels[RONDO_MAX_CHANNELS];
} Passage;

static RondoStatus
check_input(const SF_INFO* info, RondoError* error)
{
  if (info->channels < 1 || info->channels > (int)RONDO_MAX_CHANNELS) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "%d channels are more than %u",
                           info->channels,
                           RONDO_MAX_CHANNELS);
  }
  if (info->samplerate < RONDO_MIN_SAMPLE_RATE ||
      info->samplerate > RONDO_MAX_SAMPLE_RATE) {
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "the sample rate %d Hz is not within %.0f to %.0f",
                           info->samplerate,
                           RONDO_MIN_SAMPLE_RATE,
                           RONDO_MAX_SAMPLE_RATE);
  }
  return RONDO_SUCCESS;
}

static RondoStatus
choose_output(const RondoDenoiseJob* job,
              const SF_INFO*         in,
              const char*            path,
              SF_INFO*               out,
              RondoError*            error)
{
  const int format =
    job->format ? job->format : rondo_format_of_path(path, in->format);
  *out = rondo_format_choose(in, format, job->subtype);
  if (!out->format) {
    char text[128];
    rondo_format_describe(
      (format ? format : in->format) | job->subtype, text, sizeof(text));
    return rondo_error_set(error,
                           RONDO_ERR_UNSUPPORTED,
                           "cannot write %d channels at %d Hz as %s",
                           in->channels,
                           in->samplerate,
                           text);
  }
  return RONDO_SUCCESS;
}

static RondoStatus
prepare(Passage* passage, RondoError* error)
{
  const double rate   = (double)passage->sound.info.samplerate;
  const size_t n      = (size_t)passage->sound.info.channels;
  passage->n_channels = n;
  passage->before     = rondo_levels(rate, n);
  passage->after      = rondo_levels(rate, n);

  const RondoStatus st =
    rondo_denoiser_new(passage->job->model, rate, n, &passage->denoiser, error);
  if (st) {
    return st;
  }
  passage->interleaved = (float*)calloc(n * BLOCK_FRAMES, sizeof(float));
  passage->planes      = (float*)calloc(n * BLOCK_FRAMES, sizeof(float));
  if (!passage->interleaved || !passage->planes) {
    return rondo_error_set(error, RONDO_ERR_NO_MEMORY, "Out of memory");
  }
  for (size_t c = 0U; c < n; ++c) {
    passage->channels[c] = passage->planes + (c * BLOCK_FRAMES);
  }
  rondo_denoiser_set_controls(passage->denoiser, &passage->job->controls);
  rondo_denoiser_reset(passage->denoiser);
  passage->skip = rondo_denoiser_latency(passage->denoiser);
  return RONDO_SUCCESS;
}

static void
clean(Passage* passage)
{
  rondo_sound_writer_discard(&passage->writer);
  rondo_sound_close(&passage->sound);
  rondo_denoiser_free(passage->denoiser);
  free(passage->interleaved);
  free(passage->planes);
}

// Note that an error is about the output
static RondoStatus
at_output(Passage* passage, RondoStatus st)
{
  passage->report->output_failed = st != RONDO_SUCCESS;
  return st;
}

// Take what is not a number out, so that meters do not see it
static void
check_samples(Passage* passage, float* samples, size_t n)
{
  for (size_t i = 0U; i < n; ++i) {
    if (!isfinite(samples[i])) {
      samples[i] = 0.0f;
      ++passage->report->n_not_finite;
    }
  }
}

// Process `n` frames in place of the planes, and write what is due of them
static RondoStatus
process(Passage* passage, size_t n, RondoError* error)
{
  const size_t n_channels = passage->n_channels;
  rondo_denoiser_process(passage->denoiser,
                         (const float* const*)passage->channels,
                         passage->channels,
                         n);
  const size_t dropped = passage->skip < n ? passage->skip : n;
  passage->skip -= dropped;
  float* out = passage->interleaved;
  for (size_t i = dropped; i < n; ++i) {
    for (size_t c = 0U; c < n_channels; ++c) {
      *out++ = passage->channels[c][i];
    }
  }
  const size_t n_out = n - dropped;
  rondo_levels_process(
    &passage->after, passage->interleaved, n_out * n_channels);
  return at_output(passage,
                   rondo_sound_writer_write(
                     &passage->writer, passage->interleaved, n_out, error));
}

static RondoStatus
process_block(Passage* passage, size_t* n, RondoError* error)
{
  const size_t      n_channels = passage->n_channels;
  float* const      in         = passage->interleaved;
  const RondoStatus st =
    rondo_sound_read(&passage->sound, in, BLOCK_FRAMES, n, error);
  if (st) {
    return st;
  }
  check_samples(passage, in, *n * n_channels);
  rondo_levels_process(&passage->before, in, *n * n_channels);
  for (size_t i = 0U; i < *n; ++i) {
    for (size_t c = 0U; c < n_channels; ++c) {
      passage->channels[c][i] = in[(i * n_channels) + c];
    }
  }
  passage->report->n_frames += *n;
  return process(passage, *n, error);
}

// Push the last frames out of the denoiser with silence
static RondoStatus
flush(Passage* passage, RondoError* error)
{
  size_t      left = rondo_denoiser_latency(passage->denoiser);
  RondoStatus st   = RONDO_SUCCESS;
  while (!st && left && passage->report->n_frames) {
    const size_t n = left < BLOCK_FRAMES ? left : BLOCK_FRAMES;
    memset(
      passage->planes, 0, sizeof(float) * passage->n_channels * BLOCK_FRAMES);
    st = process(passage, n, error);
    left -= n;
  }
  return st;
}

static RondoStatus
pass(Passage* passage, RondoError* error)
{
  const SF_INFO* const info = &passage->sound.info;
  const double         per_frame =
    info->frames > 0 ? (double)passage->sound.size / (double)info->frames : 0.0;
  size_t      n  = BLOCK_FRAMES;
  RondoStatus st = RONDO_SUCCESS;
  while (!st && n == BLOCK_FRAMES && !rondo_interrupted()) {
    st = process_block(passage, &n, error);
    rondo_console_advance(passage->job->console, per_frame * (double)n);
  }
  if (!st && !rondo_interrupted()) {
    st = flush(passage, error);
  }
  return st;
}

static RondoStatus
finish(Passage* passage, RondoError* error)
{
  RondoSoundWriter* const   writer = &passage->writer;
  RondoDenoiseReport* const report = passage->report;
  RondoStatus               st     = rondo_sound_writer_finish(writer, error);
  if (!st && passage->job->read_back) {
    RondoSound back;
    const int  fd = dup(writer->output.fd);
    if (fd >= 0 && lseek(fd, 0, SEEK_SET) == 0 &&
        !rondo_sound_open_fd(&back, fd, NULL)) {
      rondo_metadata_compare(
        passage->sound.file, back.file, report->lost, sizeof(report->lost));
      rondo_sound_close(&back);
    }
  }
  if (!st && !rondo_interrupted()) {
    st              = rondo_sound_writer_commit(writer, error);
    report->written = !st;
  }
  return at_output(passage, st);
}

static void
fill_report(const Passage* passage)
{
  RondoDenoiseReport* const report = passage->report;
  const SF_INFO* const      in     = &passage->sound.info;
  const uint64_t announced         = in->frames > 0 ? (uint64_t)in->frames : 0U;
  report->sample_rate              = in->samplerate;
  report->n_channels               = in->channels;
  report->format                   = passage->writer.info.format;
  report->n_clipped                = passage->writer.quantiser.n_clipped;
  report->input_level              = rondo_levels_mean(&passage->before);
  report->output_level             = rondo_levels_mean(&passage->after);
  report->input_floor              = rondo_levels_floor(&passage->before);
  report->output_floor             = rondo_levels_floor(&passage->after);
  report->n_missing =
    announced > report->n_frames ? announced - report->n_frames : 0U;
}

static RondoStatus
run(Passage* passage, const char* in, const char* out, RondoError* error)
{
  const RondoDenoiseJob* const job = passage->job;
  SF_INFO                      info;
  RondoStatus st = rondo_sound_open(&passage->sound, in, error);
  if (!st) {
    st = check_input(&passage->sound.info, error);
  }
  if (!st) {
    st = choose_output(job, &passage->sound.info, out, &info, error);
  }
  if (!st) {
    st = prepare(passage, error);
  }
  if (!st) {
    st = at_output(
      passage,
      rondo_sound_writer_open(
        &passage->writer, out, job->overwrite, &info, job->dither, error));
  }
  if (!st) {
    const int type = SF_FORMAT_TYPEMASK;
    rondo_metadata_copy(passage->sound.file,
                        passage->writer.file,
                        (info.format & type) ==
                          (passage->sound.info.format & type));
    st = pass(passage, error);
  }
  if (!st && !rondo_interrupted()) {
    fill_report(passage);
    st = finish(passage, error);
  }
  return st;
}

RondoStatus
rondo_denoise_file(const RondoDenoiseJob* job,
                   const char*            in,
                   const char*            out,
                   RondoDenoiseReport*    report,
                   RondoError*            error)
{
  const double   started = rondo_console_seconds();
  Passage* const passage = (Passage*)calloc(1U, sizeof(Passage));
  memset(report, 0, sizeof(*report));
  if (!passage) {
    return rondo_error_set(error, RONDO_ERR_NO_MEMORY, "Out of memory");
  }
  passage->job                  = job;
  passage->report               = report;
  passage->writer.output.fd     = -1;
  passage->writer.output.target = -1;
  RondoStatus st                = run(passage, in, out, error);
  clean(passage);
  free(passage);
  if (!st && !report->written) {
    st = rondo_error_set(error, RONDO_ERR_IO, "Interrupted");
  }
  report->seconds = rondo_console_seconds() - started;
  return st;
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/denoise_file.h"

#include "core/audio/frames.h"
#include "tool/denoise_pass.h"
#include "tool/interrupt.h"
#include "tool/levels.h"
#include "tool/metadata.h"
#include "tool/sound.h"
#include "tool/sound_format.h"
#include "tool/sound_writer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// A file that is being processed
typedef struct {
  const RondoDenoiseJob* job;
  RondoDenoiseReport*    report;
  RondoDenoisePass       pass;
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
  RondoDenoisePass* const pass = &passage->pass;
  const double            rate = (double)pass->sound.info.samplerate;
  const size_t            n    = (size_t)pass->sound.info.channels;
  pass->console                = passage->job->console;
  pass->before                 = rondo_levels(rate, n);
  pass->after                  = rondo_levels(rate, n);

  const RondoStatus st =
    rondo_denoiser_new(passage->job->model, rate, n, &pass->denoiser, error);
  if (!st) {
    rondo_denoiser_set_controls(pass->denoiser, &passage->job->controls);
    rondo_denoiser_reset(pass->denoiser);
  }
  return st;
}

static void
clean(Passage* passage)
{
  rondo_sound_writer_discard(&passage->pass.writer);
  rondo_sound_close(&passage->pass.sound);
  rondo_denoiser_free(passage->pass.denoiser);
}

static RondoStatus
finish(Passage* passage, RondoError* error)
{
  RondoSoundWriter* const   writer = &passage->pass.writer;
  RondoDenoiseReport* const report = passage->report;
  RondoStatus               st     = rondo_sound_writer_finish(writer, error);
  if (!st && passage->job->read_back) {
    RondoSound back;
    const int  fd = dup(writer->output.fd);
    if (fd >= 0 && lseek(fd, 0, SEEK_SET) == 0 &&
        !rondo_sound_open_fd(&back, fd, NULL)) {
      rondo_metadata_compare(passage->pass.sound.file,
                             back.file,
                             report->lost,
                             sizeof(report->lost));
      rondo_sound_close(&back);
    }
  }
  if (!st && !rondo_interrupted()) {
    st              = rondo_sound_writer_commit(writer, error);
    report->written = !st;
  }
  passage->pass.failed = st != RONDO_SUCCESS;
  return st;
}

static void
fill_report(const Passage* passage)
{
  RondoDenoiseReport* const     report = passage->report;
  const RondoDenoisePass* const pass   = &passage->pass;
  const SF_INFO* const          in     = &pass->sound.info;
  const uint64_t announced = in->frames > 0 ? (uint64_t)in->frames : 0U;
  report->sample_rate      = in->samplerate;
  report->n_channels       = in->channels;
  report->format           = pass->writer.info.format;
  report->n_frames         = pass->n_frames;
  report->n_not_finite     = pass->n_not_finite;
  report->n_clipped        = pass->writer.quantiser.n_clipped;
  report->input_level      = rondo_levels_mean(&pass->before);
  report->output_level     = rondo_levels_mean(&pass->after);
  report->input_floor      = rondo_levels_floor(&pass->before);
  report->output_floor     = rondo_levels_floor(&pass->after);
  report->n_missing =
    announced > report->n_frames ? announced - report->n_frames : 0U;
}

static RondoStatus
open_files(Passage* passage, const char* in, const char* out, RondoError* error)
{
  const RondoDenoiseJob* const job  = passage->job;
  RondoDenoisePass* const      pass = &passage->pass;
  SF_INFO                      info;
  RondoStatus                  st = rondo_sound_open(&pass->sound, in, error);
  if (!st) {
    st = check_input(&pass->sound.info, error);
  }
  if (!st) {
    st = choose_output(job, &pass->sound.info, out, &info, error);
  }
  if (!st) {
    st = prepare(passage, error);
  }
  if (!st) {
    st = rondo_sound_writer_open(
      &pass->writer, out, job->overwrite, &info, job->dither, error);
    pass->failed = st != RONDO_SUCCESS;
  }
  if (!st) {
    const int type = SF_FORMAT_TYPEMASK;
    rondo_metadata_copy(pass->sound.file,
                        pass->writer.file,
                        (info.format & type) ==
                          (pass->sound.info.format & type));
  }
  return st;
}

RondoStatus
rondo_denoise_file(const RondoDenoiseJob* job,
                   const char*            in,
                   const char*            out,
                   bool                   in_threads,
                   RondoDenoiseReport*    report,
                   RondoError*            error)
{
  const double   started = rondo_console_seconds();
  Passage* const passage = (Passage*)calloc(1U, sizeof(Passage));
  memset(report, 0, sizeof(*report));
  if (!passage) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  passage->job                       = job;
  passage->report                    = report;
  passage->pass.writer.output.fd     = -1;
  passage->pass.writer.output.target = -1;

  RondoStatus st = open_files(passage, in, out, error);
  if (!st) {
    st = rondo_denoise_pass(&passage->pass, in_threads, error);
  }
  if (!st && !rondo_interrupted()) {
    fill_report(passage);
    st = finish(passage, error);
  }
  report->output_failed = passage->pass.failed;
  clean(passage);
  free(passage);
  if (!st && !report->written) {
    st = rondo_error_set(error, RONDO_ERR_IO, "Interrupted");
  }
  report->seconds = rondo_console_seconds() - started;
  return st;
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/sound.h"

#include "tool/interrupt.h"
#include "tool/output.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_SAMPLES 65536U

// Beyond this a number of frames only says that it is not known
#define MAX_FRAMES ((sf_count_t)1 << 60)

// The library keeps the reason why a file could not be opened in a global
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
static pthread_mutex_t open_lock = PTHREAD_MUTEX_INITIALIZER;

static RondoStatus
fail_errno(RondoError* error)
{
  return rondo_error_set(error, RONDO_ERR_IO, "%s", strerror(errno));
}

RondoStatus
rondo_sound_fail(SNDFILE* file, RondoError* error)
{
  const char* const text   = sf_strerror(file);
  size_t            length = strcspn(text, "\n");
  while (length && (text[length - 1U] == '.' || text[length - 1U] == ' ')) {
    --length;
  }
  return rondo_error_set(error, RONDO_ERR_BAD_FILE, "%.*s", (int)length, text);
}

// Copy all of `fd`, which is closed, to a temporary file that can be sought in
static int
spool(int fd)
{
  int copy = rondo_output_spool();
  if (copy >= 0 &&
      (!rondo_output_copy(fd, copy) || lseek(copy, 0, SEEK_SET) != 0)) {
    const int reason = errno;
    close(copy);
    copy  = -1;
    errno = reason;
  }
  close(fd);
  return copy;
}

// Open a copy of the descriptor, from the start of the file
static RondoStatus
open_decoder(RondoSound* sound, int fd, RondoError* error)
{
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0 || lseek(copy, 0, SEEK_SET) != 0) {
    const RondoStatus st = fail_errno(error);
    if (copy >= 0) {
      close(copy);
    }
    return st;
  }
  RondoStatus st = RONDO_SUCCESS;
  memset(&sound->info, 0, sizeof(sound->info));
  pthread_mutex_lock(&open_lock);
  sound->file = sf_open_fd(copy, SFM_READ, &sound->info, SF_TRUE);
  if (!sound->file) {
    st = rondo_sound_fail(NULL, error);
  }
  pthread_mutex_unlock(&open_lock);
  return st;
}

// Find the length of a file that does not tell it, such as FLAC from a pipe
static RondoStatus
count_frames(RondoSound* sound, int fd, RondoError* error)
{
  float        block[4096];
  const size_t n_channels = (size_t)sound->info.channels;
  const size_t n_wanted   = sizeof(block) / sizeof(block[0]) / n_channels;
  size_t       n_read     = n_wanted;
  sf_count_t   n_frames   = 0;
  RondoStatus  st         = RONDO_SUCCESS;
  while (!st && n_wanted && n_read == n_wanted && !rondo_interrupted()) {
    st = rondo_sound_read(sound, block, n_wanted, &n_read, error);
    n_frames += (sf_count_t)n_read;
  }
  rondo_sound_close(sound);
  if (!st) {
    st = open_decoder(sound, fd, error);
  }
  sound->info.frames = n_frames;
  return st;
}

RondoStatus
rondo_sound_open_fd(RondoSound* sound, int fd, RondoError* error)
{
  memset(sound, 0, sizeof(*sound));
  struct stat info;
  bool        found = fd >= 0 && !fstat(fd, &info);
  if (found && S_ISDIR(info.st_mode)) {
    errno = EISDIR;
    found = false;
  } else if (found && !S_ISREG(info.st_mode)) {
    fd    = spool(fd);
    found = fd >= 0 && !fstat(fd, &info);
  }
  if (!found) {
    const RondoStatus st = fail_errno(error);
    if (fd >= 0) {
      close(fd);
    }
    return st;
  }
  if (!info.st_size) {
    close(fd);
    return rondo_error_set(error, RONDO_ERR_BAD_FILE, "The file is empty");
  }
  sound->size    = (uint64_t)info.st_size;
  RondoStatus st = open_decoder(sound, fd, error);
  if (!st && sound->info.frames > MAX_FRAMES) {
    st = count_frames(sound, fd, error);
  }
  close(fd);
  return st;
}

RondoStatus
rondo_sound_open(RondoSound* sound, const char* path, RondoError* error)
{
  return rondo_sound_open_fd(sound,
                             strcmp(path, "-")
                               ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
                               : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3),
                             error);
}

void
rondo_sound_close(RondoSound* sound)
{
  if (sound->file) {
    sf_close(sound->file);
    sound->file = NULL;
  }
}

RondoStatus
rondo_sound_read(RondoSound* sound,
                 float*      samples,
                 size_t      n_frames,
                 size_t*     n_read,
                 RondoError* error)
{
  const sf_count_t n =
    sf_readf_float(sound->file, samples, (sf_count_t)n_frames);
  *n_read = n > 0 ? (size_t)n : 0U;
  return *n_read < n_frames && sf_error(sound->file)
           ? rondo_sound_fail(sound->file, error)
           : RONDO_SUCCESS;
}

// Append the first channel of `n` frames, growing the room as it fills
static bool
append(RondoVoice* voice, const float* block, size_t n, size_t* capacity)
{
  if (voice->n_samples + n > *capacity) {
    const size_t larger = (2U * *capacity) + n;
    float* const moved =
      // NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): n > 0
      (float*)realloc(voice->samples, larger * sizeof(float));
    if (!moved) {
      return false;
    }
    voice->samples = moved;
    *capacity      = larger;
  }
  for (size_t i = 0U; i < n; ++i) {
    voice->samples[voice->n_samples++] = block[i * (size_t)voice->n_channels];
  }
  return true;
}

static RondoStatus
read_voice(RondoVoice* voice, RondoSound* sound, RondoError* error)
{
  // NOLINTNEXTLINE(clang-analyzer-core.DivideZero): no sound has 0 channels
  const size_t block    = BLOCK_SAMPLES / (size_t)voice->n_channels + 1U;
  size_t       capacity = 0U;
  size_t       n        = block;
  RondoStatus  st       = RONDO_SUCCESS;
  float* const frames =
    (float*)calloc(block * (size_t)voice->n_channels, sizeof(float));
  while (frames && !st && n == block) {
    st = rondo_sound_read(sound, frames, block, &n, error);
    if (!st && !append(voice, frames, n, &capacity)) {
      st = RONDO_ERR_NO_MEMORY;
    }
  }
  free(frames);
  return !frames || st == RONDO_ERR_NO_MEMORY
           ? rondo_error_set_status(error, RONDO_ERR_NO_MEMORY)
           : st;
}

RondoStatus
rondo_voice_read(RondoVoice* voice, const char* path, RondoError* error)
{
  RondoSound sound;
  memset(voice, 0, sizeof(*voice));
  RondoStatus st = rondo_sound_open(&sound, path, error);
  if (!st) {
    voice->sample_rate = sound.info.samplerate;
    voice->n_channels  = sound.info.channels;
    st                 = read_voice(voice, &sound, error);
    rondo_sound_close(&sound);
  }
  if (st) {
    rondo_voice_free(voice);
  }
  return st;
}

void
rondo_voice_free(RondoVoice* voice)
{
  free(voice->samples);
  memset(voice, 0, sizeof(*voice));
}

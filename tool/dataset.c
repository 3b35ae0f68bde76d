// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/dataset.h"

#include "core/audio/resample.h"
#include "tool/interrupt.h"
#include "tool/manifest.h"
#include "tool/sound.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Folders deeper than this are taken for a loop of links
#define MAX_DEPTH 32U

/// A sound file of a folder
typedef struct {
  char*  path;
  char*  label; ///< Whose voice, or what kind of noise
  double bandwidth_hz;
} Entry;

/// All sound files of a folder
typedef struct {
  Entry* entries;
  size_t count;
  size_t room;
} Listing;

/// What a reading keeps between files
typedef struct {
  double          rate;
  int             source_rate; ///< Of `resampler`, or 0
  RondoResampler* resampler;
  RondoSounds*    sounds;
} Reader;

static char*
join(const char* const folder, const char* const name)
{
  char* path = NULL;
  return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static bool
is_sound(const char* const name)
{
  static const char* const endings[] = { ".flac", ".wav",  ".ogg",
                                         ".oga",  ".opus", ".aif",
                                         ".aiff", ".w64",  ".mp3" };

  const char* const dot = strrchr(name, '.');
  for (size_t i = 0; dot && i < sizeof(endings) / sizeof(endings[0]); ++i) {
    if (!strcasecmp(dot, endings[i])) {
      return true;
    }
  }
  return false;
}

static void
free_listing(Listing* const listing)
{
  for (size_t i = 0; i < listing->count; ++i) {
    free(listing->entries[i].path);
    free(listing->entries[i].label);
  }
  free(listing->entries);
}

// Take `path`, which becomes the listing's, under the name of its folder
static RondoStatus
add_entry(Listing* const    listing,
          char* const       path,
          const char* const folder,
          RondoError* const error)
{
  if (listing->count == listing->room) {
    const size_t room = listing->room ? 2 * listing->room : 64;
    Entry* const larger =
      (Entry*)realloc(listing->entries, room * sizeof(Entry));
    if (!larger) {
      free(path);
      return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    }
    listing->entries = larger;
    listing->room    = room;
  }
  char* const label = strdup(folder);
  if (!label) {
    free(path);
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  const Entry entry                  = { path, label, 0.0 };
  listing->entries[listing->count++] = entry;
  return RONDO_SUCCESS;
}

static RondoStatus
list_folder(Listing* const    listing,
            const char* const folder,
            const size_t      depth,
            RondoError* const error)
{
  DIR* const directory = depth < MAX_DEPTH ? opendir(folder) : NULL;
  if (!directory) {
    return rondo_error_set(error,
                           RONDO_ERR_IO,
                           "%s: %s",
                           folder,
                           depth < MAX_DEPTH ? strerror(errno) : "too deep");
  }

  RondoStatus status = RONDO_SUCCESS;
  for (struct dirent* item = NULL; !status && (item = readdir(directory));) {
    if (item->d_name[0] == '.') {
      continue;
    }
    char* const path = join(folder, item->d_name);
    struct stat info;
    if (!path) {
      status = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    } else if (!stat(path, &info) && S_ISDIR(info.st_mode)) {
      status = list_folder(listing, path, depth + 1, error);
      free(path);
    } else if (is_sound(item->d_name)) {
      status = add_entry(listing, path, folder, error);
    } else {
      free(path);
    }
  }
  closedir(directory);
  return status;
}

// Read `folder`/manifest.csv if it is there, and use what it says of entries,
// which lie under `folder` with a slash
static RondoStatus
use_manifest(Listing* const    listing,
             const char* const folder,
             bool* const       found,
             RondoError* const error)
{
  char* const path = join(folder, "manifest.csv");
  struct stat info;
  *found = path && !stat(path, &info);
  if (!*found) {
    free(path);
    return path ? RONDO_SUCCESS
                : rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  RondoManifest manifest;
  RondoStatus   status = rondo_manifest_read(path, &manifest, error);
  for (size_t i = 0; !status && i < listing->count; ++i) {
    Entry* const                  entry = &listing->entries[i];
    const RondoManifestRow* const row =
      rondo_manifest_find(&manifest, entry->path + strlen(folder) + 1);
    if (!row) {
      continue;
    }
    entry->bandwidth_hz = row->bandwidth_hz;

    // Speakers that are not told apart are taken for as many as there are
    // files
    const bool  several = strstr(row->label, "unknown") != NULL;
    char* const label   = strdup(several ? entry->path : row->label);
    if (!label) {
      status = rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
    } else if (*label) {
      free(entry->label);
      entry->label = label;
    } else {
      free(label);
    }
  }
  if (!status) {
    rondo_manifest_free(&manifest);
  }
  free(path);
  return status;
}

static int
compare_entries(const void* const a, const void* const b)
{
  const Entry* const x     = (const Entry*)a;
  const Entry* const y     = (const Entry*)b;
  const int          order = strcmp(x->label, y->label);
  return order ? order : strcmp(x->path, y->path);
}

// List a folder in an order that does not depend on the file system
static RondoStatus
make_listing(Listing* const    listing,
             const char* const given,
             RondoError* const error)
{
  char* const folder = strdup(given);
  if (!folder) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  for (size_t n = strlen(folder); n > 1 && folder[n - 1] == '/'; --n) {
    folder[n - 1] = '\0';
  }

  bool        found  = false;
  RondoStatus status = list_folder(listing, folder, 0, error);
  if (!status && !listing->count) {
    status = rondo_error_set(
      error, RONDO_ERR_BAD_FILE, "%s: there are no sound files", folder);
  }
  if (!status) {
    status = use_manifest(listing, folder, &found, error);
  }
  char* const slash = strrchr(folder, '/');
  if (!status && !found && slash && slash > folder) {
    *slash = '\0';
    status = use_manifest(listing, folder, &found, error);
  }
  if (!status && listing->entries) {
    qsort(listing->entries, listing->count, sizeof(Entry), compare_entries);
  }
  free(folder);
  return status;
}

// Replace the samples of `voice` by those at the reader's rate
static RondoStatus
resample(Reader* const reader, RondoVoice* const voice, RondoError* const error)
{
  if ((double)voice->sample_rate == reader->rate) {
    return RONDO_SUCCESS;
  }
  if (voice->sample_rate != reader->source_rate) {
    rondo_resampler_free(reader->resampler);
    reader->resampler    = NULL;
    reader->source_rate  = 0;
    const RondoStatus st = rondo_resampler_new(
      (size_t)voice->sample_rate, (size_t)reader->rate, &reader->resampler);
    if (st) {
      return rondo_error_set(error,
                             st,
                             "cannot resample from %d Hz: %s",
                             voice->sample_rate,
                             rondo_strerror(st));
    }
    reader->source_rate = voice->sample_rate;
  }

  const size_t n = rondo_resampler_length(reader->resampler, voice->n_samples);
  float* const samples = (float*)malloc((n ? n : 1) * sizeof(float));
  if (!samples) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  rondo_resampler_process(
    reader->resampler, voice->samples, voice->n_samples, samples);
  free(voice->samples);
  voice->samples   = samples;
  voice->n_samples = n;
  return RONDO_SUCCESS;
}

static RondoStatus
check_samples(const RondoVoice* const voice, RondoError* const error)
{
  for (size_t t = 0; t < voice->n_samples; ++t) {
    if (!isfinite(voice->samples[t])) {
      return rondo_error_set(
        error, RONDO_ERR_BAD_FILE, "sample %zu is not finite", t);
    }
  }
  return RONDO_SUCCESS;
}

static bool
is_response(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  return !strncmp(slash ? slash + 1 : path, "rir_", 4);
}

static RondoStatus
read_entry(Reader* const      reader,
           const Entry* const entry,
           const bool         speech,
           RondoError* const  error)
{
  RondoVoice  voice;
  RondoStatus status = rondo_voice_read(&voice, entry->path, error);
  if (status || (status = check_samples(&voice, error))) {
    rondo_error_prefix(error, entry->path);
    rondo_voice_free(&voice);
    return status;
  }

  const double nyquist = 0.5 * (double)voice.sample_rate;
  const double bandwidth =
    entry->bandwidth_hz > 0.0 && entry->bandwidth_hz < nyquist
      ? entry->bandwidth_hz
      : nyquist;
  status = resample(reader, &voice, error);
  if (!status) {
    const float* const x = voice.samples;
    const size_t       n = voice.n_samples;
    status = speech ? rondo_sounds_add_speech(reader->sounds, x, n, bandwidth)
             : is_response(entry->path)
               ? rondo_sounds_add_response(reader->sounds, x, n)
               : rondo_sounds_add_noise(reader->sounds, x, n);
    if (status) {
      rondo_error_set_status(error, status);
    }
  }
  if (status) {
    rondo_error_prefix(error, entry->path);
  }
  rondo_voice_free(&voice);
  return status;
}

static RondoStatus
read_folder(Reader* const     reader,
            const char* const folder,
            const bool        speech,
            RondoError* const error)
{
  Listing     listing = { NULL, 0, 0 };
  RondoStatus status  = make_listing(&listing, folder, error);
  for (size_t i = 0; !status && i < listing.count; ++i) {
    const Entry* const entry = &listing.entries[i];
    if (rondo_interrupted()) {
      status = rondo_error_set(error, RONDO_ERR_IO, "%s", "");
      break;
    }
    if (!i || strcmp(entry->label, entry[-1].label) != 0) {
      rondo_sounds_begin_speaker(reader->sounds);
    }
    status = read_entry(reader, entry, speech, error);
  }
  free_listing(&listing);
  return status;
}

RondoStatus
rondo_dataset_read(const char* const   speech,
                   const char* const   noise,
                   const double        rate,
                   RondoSounds** const out,
                   RondoError* const   error)
{
  *out          = NULL;
  Reader reader = { rate, 0, NULL, NULL };
  if (rondo_sounds_new(rate, &reader.sounds)) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  RondoStatus status = read_folder(&reader, speech, true, error);
  if (!status) {
    status = read_folder(&reader, noise, false, error);
  }
  if (!status && !reader.sounds->n_speakers) {
    status = rondo_error_set(error,
                             RONDO_ERR_BAD_FILE,
                             "%s: none of the recordings is clean enough",
                             speech);
  }
  rondo_resampler_free(reader.resampler);
  if (status) {
    rondo_sounds_free(reader.sounds);
    return status;
  }
  *out = reader.sounds;
  return RONDO_SUCCESS;
}

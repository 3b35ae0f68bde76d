// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/tool.h"

#include "core/base/status.h"
#include "tool/console.h"
#include "tool/info_model.h"
#include "tool/json.h"
#include "tool/model_path.h"
#include "tool/options.h"
#include "tool/sound.h"
#include "tool/sound_format.h"

#include <sndfile.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_HEADER ((uint64_t)100000000U) // As safetensors limits it

enum { JSON };

static const RondoOption info_options[] = {
  { 0, "json", NULL, "Print JSON" },
};

static const RondoCommand info_command = {
  "info",
  "[OPTION]... FILE...",
  "Describe models (layers, sizes, cost, task and card) and sound files\n"
  "(format, sample rate, channels and length).  A model that comes with Rondo\n"
  "goes by its name too, such as voice.",
  info_options,
  sizeof(info_options) / sizeof(info_options[0]),
  NULL,
};

// A safetensors file starts with the length of a JSON object
static bool
is_model(const char* path)
{
  unsigned char start[9];
  const int     fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  const ssize_t n  = fd < 0 ? 0 : read(fd, start, sizeof(start));
  uint64_t      length = 0U;
  if (fd >= 0) {
    close(fd);
  }
  for (size_t i = 0U; i < 8U && n == (ssize_t)sizeof(start); ++i) {
    length |= (uint64_t)start[i] << (8U * i);
  }
  return length > 1U && length <= MAX_HEADER && start[8] == '{';
}

static void
print_sound(const char* path, const RondoSound* sound)
{
  const SF_INFO* const info = &sound->info;
  char                 format[128];
  const double seconds = (double)info->frames / (double)info->samplerate;
  rondo_format_describe(info->format, format, sizeof(format));
  printf("%s: %s\n"
         "  sample rate  %d Hz\n"
         "  channels     %d\n"
         "  length       %lld frames, %.3f s\n",
         path,
         format,
         info->samplerate,
         info->channels,
         (long long)info->frames,
         seconds);
}

static void
print_sound_json(const char* path, const RondoSound* sound)
{
  const SF_INFO* const info  = &sound->info;
  int                  first = 1;
  char                 format[128];
  rondo_format_describe(info->format, format, sizeof(format));
  fputs("{", stdout);
  rondo_json_key(stdout, &first, "file");
  rondo_json_string(stdout, path);
  rondo_json_key(stdout, &first, "kind");
  rondo_json_string(stdout, "sound");
  rondo_json_key(stdout, &first, "format");
  rondo_json_string(stdout, format);
  printf(", \"sample_rate\": %d, \"channels\": %d, \"frames\": %lld, "
         "\"seconds\": ",
         info->samplerate,
         info->channels,
         (long long)info->frames);
  rondo_json_number(stdout, (double)info->frames / (double)info->samplerate);
  fputs("}", stdout);
}

static RondoStatus
describe(const char* path, bool json, RondoError* error)
{
  if (is_model(path)) {
    return rondo_info_model(path, json, error);
  }
  RondoSound        sound;
  const RondoStatus st = rondo_sound_open(&sound, path, error);
  if (!st) {
    if (json) {
      print_sound_json(path, &sound);
    } else {
      print_sound(path, &sound);
    }
    rondo_sound_close(&sound);
  }
  return st;
}

// Describe the file at a path, or the model of a name, such as voice
static RondoStatus
describe_any(const char* text, bool json, RondoError* error)
{
  char* const       preset = rondo_preset_find(text);
  const RondoStatus st     = describe(preset ? preset : text, json, error);
  free(preset);
  return st;
}

static void
print_error_json(const char* path, const char* message)
{
  int first = 1;
  fputs("{", stdout);
  rondo_json_key(stdout, &first, "file");
  rondo_json_string(stdout, path);
  rondo_json_key(stdout, &first, "error");
  rondo_json_string(stdout, message);
  fputs("}", stdout);
}

static int
describe_all(const RondoOptions* options, bool json)
{
  int          status = RONDO_EXIT_SUCCESS;
  RondoConsole console;
  rondo_console_init(&console, "info");
  fputs(json ? "[" : "", stdout);
  for (size_t i = 0U; i < options->n_files; ++i) {
    RondoError        error = { RONDO_SUCCESS, "" };
    const char* const path  = options->files[i];
    fputs(json && i ? ",\n " : "", stdout);
    if (describe_any(path, json, &error)) {
      rondo_console_error(&console, path, "%s", error.message);
      status = RONDO_EXIT_FAILURE;
      if (json) {
        print_error_json(path, error.message);
      }
    }
  }
  fputs(json ? "]\n" : "", stdout);
  rondo_console_end(&console);
  return status;
}

int
rondo_tool_info(int argc, char** argv)
{
  RondoOptions options = rondo_options(&info_command, argc, argv);
  const char*  value   = NULL;
  bool         json    = false;
  int          option  = 0;
  while ((option = rondo_options_next(&options, &value)) >= 0) {
    json = true;
  }
  if (option != RONDO_OPTIONS_END) {
    return rondo_options_status(option);
  }
  if (!options.n_files) {
    return rondo_options_status(
      rondo_options_error(&info_command, "FILE is missing"));
  }
  return describe_all(&options, json);
}

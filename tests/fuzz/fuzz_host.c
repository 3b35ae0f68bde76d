// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/fuzz/fuzz_host.h"

#include "plugin/denoise.h"
#include "plugin/melody.h"
#include "plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/log/log.h>
#include <lv2/midi/midi.h>
#include <lv2/patch/patch.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>
#include <lv2/worker/worker.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FUZZ_RATE 8000.0 // The cheapest
#define FIRST_FILE 200
#define N_MESSAGES 8U
#define MESSAGE_SIZE 8192U
#define MESSAGE_TEXT 8U // Where the path of a message begins
#define NOTIFY_SIZE 512U
#define MIDI_SIZE 256U
#define N_PORTS 64U

_Static_assert((unsigned)RONDO_PLAYER_N_PORTS <= N_PORTS, "ports");
_Static_assert((unsigned)RONDO_DENOISE_N_PORTS <= N_PORTS, "ports");

// Numbers of URIs are places here, the first of which is 1; seeds know them
static const char* const uris[] = {
  LV2_ATOM__Sequence,      LV2_ATOM__Object,         LV2_ATOM__Chunk,
  LV2_ATOM__Path,          LV2_ATOM__String,         LV2_ATOM__URID,
  LV2_ATOM__Int,           LV2_ATOM__Long,           LV2_ATOM__Float,
  LV2_ATOM__Double,        LV2_ATOM__beatTime,       LV2_MIDI__MidiEvent,
  LV2_PATCH__Set,          LV2_PATCH__Get,           LV2_PATCH__subject,
  LV2_PATCH__property,     LV2_PATCH__value,         LV2_PATCH__sequenceNumber,
  LV2_TIME__Position,      LV2_TIME__speed,          LV2_TIME__bar,
  LV2_TIME__barBeat,       LV2_TIME__beat,           LV2_TIME__beatUnit,
  LV2_TIME__beatsPerBar,   LV2_TIME__beatsPerMinute, LV2_TIME__frame,
  LV2_STATE__StateChanged, RONDO_URI__denoise,       RONDO_URI__denoise_stereo,
  RONDO_URI__melody,       RONDO_URI__model,         RONDO_URI__midi_file,
  RONDO_URI__report,       RONDO_URI__seed,          RONDO_URI__frozen,
  RONDO_URI__regenerated,  RONDO_URI__state_version,
};

#define N_URIS ((uint32_t)(sizeof(uris) / sizeof(uris[0])))

typedef struct {
  uint32_t size;
  uint32_t bytes[MESSAGE_SIZE / sizeof(uint32_t)];
} Message;

struct FuzzHostImpl {
  const LV2_Descriptor*       descriptor;
  const LV2_Worker_Interface* worker;
  const LV2_State_Interface*  state;
  LV2_Handle                  handle;
  LV2_Worker_Schedule         schedule;
  Message                     requests[N_MESSAGES];
  size_t                      n_requests;
  Message                     answers[N_MESSAGES];
  size_t                      n_answers;
  float                       controls[N_PORTS];
  float                       in[FUZZ_MAX_BLOCK];
  float                       out[2][FUZZ_MAX_BLOCK];
  uint64_t                    notify[NOTIFY_SIZE / sizeof(uint64_t)];
  uint64_t                    midi[MIDI_SIZE / sizeof(uint64_t)];
  bool                        is_melody;
};

void
fuzz_check(const bool holds)
{
  if (!holds) {
    abort();
  }
}

LV2_URID
fuzz_host_map(const char* const uri)
{
  for (uint32_t i = 0U; i < N_URIS; ++i) {
    if (!strcmp(uris[i], uri)) {
      return i + 1U;
    }
  }
  return N_URIS + 1U; // What nobody here knows
}

static LV2_URID
map(LV2_URID_Map_Handle handle, const char* const uri)
{
  (void)handle;
  return fuzz_host_map(uri);
}

static LV2_Worker_Status
keep(Message* const    messages,
     size_t* const     n,
     const uint32_t    size,
     const void* const data)
{
  if (*n == N_MESSAGES || size > MESSAGE_SIZE) {
    return LV2_WORKER_ERR_NO_SPACE;
  }
  messages[*n].size = size;
  memcpy(messages[*n].bytes, data, size);
  ++*n;
  return LV2_WORKER_SUCCESS;
}

// No path but those that every machine has gets to the worker: it is lost
static LV2_Worker_Status
schedule(LV2_Worker_Schedule_Handle handle, uint32_t size, const void* data)
{
  FuzzHost* const   host = (FuzzHost*)handle;
  const char* const text = (const char*)data + MESSAGE_TEXT;
  if (size > MESSAGE_TEXT && text[0] == '/' &&
      strncmp(text, FUZZ_FOLDER, strlen(FUZZ_FOLDER)) != 0) {
    return LV2_WORKER_SUCCESS;
  }
  return keep(host->requests, &host->n_requests, size, data);
}

static LV2_Worker_Status
respond(LV2_Worker_Respond_Handle handle, uint32_t size, const void* data)
{
  FuzzHost* const host = (FuzzHost*)handle;
  return keep(host->answers, &host->n_answers, size, data);
}

// Nobody reads the log
static int
vprint(LV2_Log_Handle    handle,
       const LV2_URID    type,
       const char* const format,
       va_list           arguments)
{
  (void)handle;
  (void)type;
  return vsnprintf(NULL, 0U, format, arguments);
}

static int
print(LV2_Log_Handle handle, LV2_URID type, const char* const format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  const int n = vprint(handle, type, format, arguments);
  va_end(arguments);
  return n;
}

// Give files the numbers that paths name
static void
open_files(void)
{
  static const char* const names[] = { "other.safetensors",
                                       "short.safetensors",
                                       "ahead.safetensors",
                                       "lv2/rondo.lv2/manifest.ttl" };
  for (int i = 0; i < 4; ++i) {
    char path[4096];
    (void)snprintf(path, sizeof(path), "%s/%s", RONDO_FUZZ_MODELS, names[i]);
    const int fd = open(path, O_RDONLY);
    fuzz_check(fd >= 0 && dup2(fd, FIRST_FILE + i) >= 0 && !close(fd));
  }
}

static const LV2_Descriptor*
load(const FuzzPlugin plugin)
{
  typedef const LV2_Descriptor* (*Describe)(uint32_t);
  static const LV2_Descriptor* descriptors[FUZZ_N_PLUGINS];
  if (!descriptors[FUZZ_MONO]) {
    open_files();
  }
  if (!descriptors[plugin]) {
    const bool  is_melody = plugin == FUZZ_MELODY;
    const char* path      = is_melody ? RONDO_FUZZ_BUNDLE "/melody.so"
                                      : RONDO_FUZZ_BUNDLE "/denoise.so";
    void* const library   = dlopen(path, RTLD_NOW);
    Describe    describe  = NULL;
    if (!library) {
      fprintf(stderr, "%s\n", dlerror());
    }
    fuzz_check(library);
    *(void**)&describe  = dlsym(library, "lv2_descriptor");
    descriptors[plugin] = describe(plugin == FUZZ_STEREO ? 1U : 0U);
  }
  return descriptors[plugin];
}

static void
connect(FuzzHost* const host, const FuzzPlugin plugin)
{
  void (*const connect_port)(LV2_Handle, uint32_t, void*) =
    host->descriptor->connect_port;
  const uint32_t audio =
    plugin == FUZZ_STEREO ? RONDO_DENOISE_LINK + 1U : RONDO_DENOISE_AUDIO;
  const uint32_t n = plugin == FUZZ_STEREO ? 2U : 1U;
  if (host->is_melody) {
    connect_port(host->handle, RONDO_PLAYER_MIDI_OUT, host->midi);
    connect_port(host->handle, RONDO_PLAYER_NOTIFY, host->notify);
    return;
  }
  connect_port(host->handle, RONDO_DENOISE_NOTIFY, host->notify);
  for (uint32_t c = 0U; c < n; ++c) {
    connect_port(host->handle, audio + c, host->in);
    connect_port(host->handle, audio + n + c, host->out[c]);
  }
}

FuzzHost*
fuzz_host_new(const FuzzPlugin plugin)
{
  FuzzHost* const host = (FuzzHost*)calloc(1U, sizeof(FuzzHost));
  fuzz_check(host);
  host->descriptor                = load(plugin);
  host->is_melody                 = plugin == FUZZ_MELODY;
  host->schedule.handle           = host;
  host->schedule.schedule_work    = schedule;
  static LV2_Log_Log       log    = { NULL, print, vprint };
  LV2_URID_Map             urids  = { NULL, map };
  const LV2_Feature        uri    = { LV2_URID__map, &urids };
  const LV2_Feature        work   = { LV2_WORKER__schedule, &host->schedule };
  const LV2_Feature        says   = { LV2_LOG__log, &log };
  const LV2_Feature* const list[] = { &uri, &work, &says, NULL };
  host->worker = (const LV2_Worker_Interface*)host->descriptor->extension_data(
    LV2_WORKER__interface);
  host->state = (const LV2_State_Interface*)host->descriptor->extension_data(
    LV2_STATE__interface);
  host->handle = host->descriptor->instantiate(
    host->descriptor, FUZZ_RATE, RONDO_FUZZ_BUNDLE "/", list);
  fuzz_check(host->handle);
  connect(host, plugin);
  host->descriptor->activate(host->handle);
  for (size_t i = 0U; i < FUZZ_MAX_BLOCK; ++i) {
    host->in[i] = (float)((i * 7919U) % 2003U) / 2003.0f - 0.5f;
  }
  return host;
}

void
fuzz_host_free(FuzzHost* const host)
{
  host->descriptor->cleanup(host->handle);
  free(host);
}

void
fuzz_host_set(FuzzHost* const host, const uint32_t port, const float value)
{
  host->controls[port] = value;
  host->descriptor->connect_port(host->handle, port, &host->controls[port]);
}

// Look at an output for events, of which it had room for `capacity` bytes
static void
check_events(const void* const memory,
             const uint32_t    capacity,
             const uint32_t    n_samples,
             const bool        is_midi)
{
  const LV2_Atom_Sequence* const sequence = (const LV2_Atom_Sequence*)memory;
  int64_t                        last     = 0;
  fuzz_check(sequence->atom.type == fuzz_host_map(LV2_ATOM__Sequence));
  fuzz_check(sequence->atom.size + sizeof(LV2_Atom) <= capacity);
  LV2_ATOM_SEQUENCE_FOREACH(sequence, event)
  {
    const uint8_t* const body =
      (const uint8_t*)LV2_ATOM_BODY_CONST(&event->body);
    fuzz_check(event->time.frames >= last && event->time.frames < n_samples);
    fuzz_check(!is_midi ||
               (event->body.type == fuzz_host_map(LV2_MIDI__MidiEvent) &&
                event->body.size >= 1U && event->body.size <= 3U &&
                (body[0] & 0x80U)));
    last = event->time.frames;
  }
}

static void
check_output(const FuzzHost* const host, const uint32_t n_samples)
{
  check_events(host->notify, NOTIFY_SIZE, n_samples, false);
  if (host->is_melody) {
    check_events(host->midi, MIDI_SIZE, n_samples, true);
  }
  for (uint32_t i = 0U; i < n_samples; ++i) {
    fuzz_check(isfinite(host->out[0][i]) && isfinite(host->out[1][i]));
  }
}

static void
offer_room(uint64_t* const memory, const uint32_t size)
{
  LV2_Atom* const atom = (LV2_Atom*)memory;
  atom->type           = fuzz_host_map(LV2_ATOM__Chunk);
  atom->size           = size;
}

static void
work(FuzzHost* const host)
{
  for (size_t i = 0U; i < host->n_requests; ++i) {
    host->worker->work(host->handle,
                       respond,
                       host,
                       host->requests[i].size,
                       host->requests[i].bytes);
  }
  host->n_requests = 0U;
  for (size_t i = 0U; i < host->n_answers; ++i) {
    host->worker->work_response(
      host->handle, host->answers[i].size, host->answers[i].bytes);
  }
  host->n_answers = 0U;
}

void
fuzz_host_run(FuzzHost* const          host,
              LV2_Atom_Sequence* const control,
              const uint32_t           n_samples)
{
  offer_room(host->notify, NOTIFY_SIZE);
  offer_room(host->midi, MIDI_SIZE);
  host->descriptor->connect_port(host->handle, 0U, control);
  host->descriptor->run(host->handle, n_samples);
  check_output(host, n_samples);
  work(host);
}

static char*
map_path(LV2_State_Map_Path_Handle handle, const char* const path)
{
  (void)handle;
  const size_t n = strlen(FUZZ_FOLDER);
  return strdup(strncmp(path, FUZZ_FOLDER, n) ? FUZZ_FOLDER "/0/x" : path);
}

static void
free_path(LV2_State_Free_Path_Handle handle, char* const path)
{
  (void)handle;
  free(path);
}

LV2_State_Status
fuzz_host_save(FuzzHost* const                host,
               const LV2_State_Store_Function store,
               void* const                    handle)
{
  LV2_State_Map_Path       paths  = { NULL, map_path, map_path };
  LV2_State_Free_Path      frees  = { NULL, free_path };
  const LV2_Feature        mapped = { LV2_STATE__mapPath, &paths };
  const LV2_Feature        freed  = { LV2_STATE__freePath, &frees };
  const LV2_Feature* const list[] = { &mapped, &freed, NULL };
  return host->state->save(host->handle, store, handle, 0U, list);
}

LV2_State_Status
fuzz_host_restore(FuzzHost* const                   host,
                  const LV2_State_Retrieve_Function retrieve,
                  void* const                       handle,
                  const bool                        running)
{
  LV2_State_Map_Path  paths       = { NULL, map_path, map_path };
  LV2_State_Free_Path frees       = { NULL, free_path };
  const LV2_Feature   mapped      = { LV2_STATE__mapPath, &paths };
  const LV2_Feature   freed       = { LV2_STATE__freePath, &frees };
  const LV2_Feature   meanwhile   = { LV2_WORKER__schedule, &host->schedule };
  const LV2_Feature* const list[] = {
    &mapped, &freed, running ? &meanwhile : NULL, NULL
  };
  return host->state->restore(host->handle, retrieve, handle, 0U, list);
}

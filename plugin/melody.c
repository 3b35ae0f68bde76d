// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/melody.h"

#include "core/base/status.h"
#include "core/music/performer.h"
#include "core/net/model.h"
#include "plugin/melody_state.h"
#include "plugin/messages.h"
#include "plugin/paths.h"
#include "plugin/position.h"
#include "plugin/saver.h"
#include "plugin/touch.h"
#include "plugin/uris.h"

#include <lv2/atom/forge.h>
#include <lv2/core/lv2.h>
#include <lv2/core/lv2_util.h>
#include <lv2/log/log.h>
#include <lv2/log/logger.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RONDO_PLAYER_MELODY "melody.safetensors"
#define RONDO_PLAYER_HARMONY "chorale.safetensors"

// Load a model of the bundle; if it may be missing and is, `*model` stays NULL
static RondoStatus
load(const char* const  bundle,
     const char* const  name,
     const bool         optional,
     RondoModel** const model,
     RondoError* const  error)
{
  char* const path = rondo_join_path(bundle, name);
  if (!path) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  const RondoStatus status = optional && access(path, F_OK)
                               ? RONDO_SUCCESS
                               : rondo_model_load(path, model, error);
  free(path);
  return status;
}

static RondoStatus
init(RondoPlayer* const self,
     const char* const  bundle,
     const double       sample_rate,
     RondoError* const  error)
{
  RondoStatus status =
    load(bundle, RONDO_PLAYER_MELODY, false, &self->melody, error);
  if (!status) {
    status = load(bundle, RONDO_PLAYER_HARMONY, true, &self->harmony, error);
  }

  if (!status) {
    status = rondo_performer_new(
      self->melody, self->harmony, sample_rate, &self->performer, error);
  }

  return status;
}

static void
cleanup(const LV2_Handle instance)
{
  RondoPlayer* const self = (RondoPlayer*)instance;
  rondo_saver_clear(&self->saver);
  rondo_performer_free(self->performer);
  rondo_model_free(self->harmony);
  rondo_model_free(self->melody);
  free(self);
}

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    sample_rate,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  LV2_URID_Map* const map =
    (LV2_URID_Map*)lv2_features_data(features, LV2_URID__map);
  LV2_Log_Log* const log =
    (LV2_Log_Log*)lv2_features_data(features, LV2_LOG__log);

  LV2_Log_Logger logger;
  lv2_log_logger_init(&logger, map, log);

  RondoPlayer* const self = (RondoPlayer*)calloc(1U, sizeof(RondoPlayer));
  if (!self) {
    lv2_log_error(&logger, "rondo: out of memory\n");
    return NULL;
  }

  self->logger   = logger;
  self->uris     = rondo_uris(map, descriptor->URI);
  self->defaults = rondo_performer_defaults();
  atomic_init(&self->shift, 0U);
  rondo_messages_init(&self->messages, &self->uris, map);
  if (map) {
    lv2_atom_forge_init(&self->forge, map);
  }

  rondo_saver_init(&self->saver,
                   &self->logger,
                   (const LV2_Worker_Schedule*)lv2_features_data(
                     features, LV2_WORKER__schedule));
  rondo_position_reset(&self->position, sample_rate);

  RondoError error = { RONDO_SUCCESS, "" };
  if (init(self, bundle_path, sample_rate, &error)) {
    lv2_log_error(&self->logger, "rondo: %s\n", error.message);
    cleanup(self);
    return NULL;
  }

  rondo_touch_code();
  return self;
}

static void
connect_port(const LV2_Handle instance, const uint32_t port, void* const data)
{
  RondoPlayer* const self = (RondoPlayer*)instance;
  if (port < RONDO_PLAYER_N_PORTS) {
    self->ports[port] = data;
  }
}

static void
activate(const LV2_Handle instance)
{
  RondoPlayer* const self = (RondoPlayer*)instance;

  self->has_run = false;
  rondo_saver_settle(&self->saver);
  rondo_performer_reset(self->performer);
  rondo_position_reset(&self->position, self->position.sample_rate);
}

static LV2_Worker_Status
work(const LV2_Handle                  instance,
     const LV2_Worker_Respond_Function respond,
     const LV2_Worker_Respond_Handle   handle,
     const uint32_t                    size,
     const void* const                 data)
{
  return rondo_saver_work(
    &((RondoPlayer*)instance)->saver, respond, handle, size, data);
}

static LV2_State_Status
save(const LV2_Handle                instance,
     const LV2_State_Store_Function  store,
     const LV2_State_Handle          handle,
     const uint32_t                  flags,
     const LV2_Feature* const* const features)
{
  (void)flags;
  (void)features;
  return rondo_player_save((RondoPlayer*)instance, store, handle);
}

static LV2_State_Status
restore(const LV2_Handle                  instance,
        const LV2_State_Retrieve_Function retrieve,
        const LV2_State_Handle            handle,
        const uint32_t                    flags,
        const LV2_Feature* const* const   features)
{
  (void)flags;
  return rondo_player_restore(
    (RondoPlayer*)instance, retrieve, handle, features);
}

static const void*
extension_data(const char* const uri)
{
  static const LV2_State_Interface  state_interface  = { save, restore };
  static const LV2_Worker_Interface worker_interface = {
    work, rondo_player_work_response, NULL
  };

  return !strcmp(uri, LV2_STATE__interface)    ? (const void*)&state_interface
         : !strcmp(uri, LV2_WORKER__interface) ? (const void*)&worker_interface
                                               : NULL;
}

static const LV2_Descriptor descriptor = { RONDO_URI__melody, instantiate,
                                           connect_port,      activate,
                                           rondo_player_run,  NULL,
                                           cleanup,           extension_data };

LV2_SYMBOL_EXPORT const LV2_Descriptor*
lv2_descriptor(const uint32_t index)
{
  return index ? NULL : &descriptor;
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/denoise.h"

#include "core/audio/denoiser.h"
#include "core/base/status.h"
#include "core/net/model.h"
#include "plugin/messages.h"
#include "plugin/paths.h"
#include "plugin/slot.h"
#include "plugin/state.h"
#include "plugin/touch.h"
#include "plugin/uris.h"

#include <lv2/core/lv2.h>
#include <lv2/core/lv2_util.h>
#include <lv2/log/log.h>
#include <lv2/log/logger.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define RONDO_DENOISE_MODEL "voice.safetensors"

static RondoStatus
make(const void* const       plugin,
     const RondoModel* const model,
     void** const            engine,
     RondoError* const       error)
{
  const RondoDenoise* const self     = (const RondoDenoise*)plugin;
  RondoDenoiser*            denoiser = NULL;

  const RondoStatus status = rondo_denoiser_new(
    model, self->sample_rate, self->n_channels, &denoiser, error);
  if (status) {
    return status;
  }

  *engine = denoiser;
  return RONDO_SUCCESS;
}

static void
free_engine(void* const engine)
{
  rondo_denoiser_free((RondoDenoiser*)engine);
}

static const RondoSlotType slot_type = { make, free_engine };

static RondoStatus
init(RondoDenoise* const              self,
     const char* const                bundle,
     const LV2_Worker_Schedule* const schedule,
     RondoError* const                error)
{
  char* const path = rondo_join_path(bundle, RONDO_DENOISE_MODEL);
  if (!path) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }

  const RondoStatus status = rondo_slot_init(
    &self->slot, &slot_type, self, path, &self->logger, schedule, error);
  free(path);
  return status;
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
  const LV2_Worker_Schedule* const schedule =
    (const LV2_Worker_Schedule*)lv2_features_data(features,
                                                  LV2_WORKER__schedule);

  LV2_Log_Logger logger;
  lv2_log_logger_init(&logger, map, log);

  RondoDenoise* const self = (RondoDenoise*)calloc(1U, sizeof(RondoDenoise));
  if (!self) {
    lv2_log_error(&logger, "rondo: out of memory\n");
    return NULL;
  }

  self->logger      = logger;
  self->n_channels  = strcmp(descriptor->URI, RONDO_URI__denoise) ? 2U : 1U;
  self->sample_rate = sample_rate;
  self->settle      = (size_t)lrint(RONDO_DENOISE_SETTLE_SECONDS * sample_rate);
  self->fade        = (size_t)lrint(RONDO_DENOISE_FADE_SECONDS * sample_rate);
  self->uris        = rondo_uris(map, descriptor->URI);
  rondo_messages_init(&self->messages, &self->uris, map);

  RondoError error = { RONDO_SUCCESS, "" };
  if (init(self, bundle_path, schedule, &error)) {
    lv2_log_error(&self->logger, "rondo: %s\n", error.message);
    free(self);
    return NULL;
  }

  rondo_touch_code();
  return self;
}

static void
connect_port(const LV2_Handle instance, const uint32_t port, void* const data)
{
  RondoDenoise* const self = (RondoDenoise*)instance;
  if (port < RONDO_DENOISE_N_PORTS) {
    self->ports[port] = data;
  }
}

static void
activate(const LV2_Handle instance)
{
  RondoDenoise* const self    = (RondoDenoise*)instance;
  float* const        latency = (float*)self->ports[RONDO_DENOISE_LATENCY];

  rondo_slot_settle(&self->slot);

  // For hosts that ask before they run
  if (latency) {
    *latency =
      (float)rondo_denoiser_latency((RondoDenoiser*)self->slot.active->engine);
  }
}

static void
cleanup(const LV2_Handle instance)
{
  RondoDenoise* const self = (RondoDenoise*)instance;
  rondo_slot_clear(&self->slot);
  free(self);
}

static LV2_Worker_Status
work(const LV2_Handle                  instance,
     const LV2_Worker_Respond_Function respond,
     const LV2_Worker_Respond_Handle   handle,
     const uint32_t                    size,
     const void* const                 data)
{
  return rondo_slot_work(
    &((RondoDenoise*)instance)->slot, respond, handle, size, data);
}

static LV2_State_Status
save(const LV2_Handle                instance,
     const LV2_State_Store_Function  store,
     const LV2_State_Handle          handle,
     const uint32_t                  flags,
     const LV2_Feature* const* const features)
{
  RondoDenoise* const self = (RondoDenoise*)instance;
  (void)flags;
  return rondo_state_save(&self->slot, &self->uris, store, handle, features);
}

static LV2_State_Status
restore(const LV2_Handle                  instance,
        const LV2_State_Retrieve_Function retrieve,
        const LV2_State_Handle            handle,
        const uint32_t                    flags,
        const LV2_Feature* const* const   features)
{
  RondoDenoise* const self = (RondoDenoise*)instance;
  (void)flags;
  return rondo_state_restore(
    &self->slot, &self->uris, retrieve, handle, features);
}

static const void*
extension_data(const char* const uri)
{
  static const LV2_State_Interface  state_interface  = { save, restore };
  static const LV2_Worker_Interface worker_interface = {
    work, rondo_denoise_work_response, NULL
  };

  return !strcmp(uri, LV2_STATE__interface)    ? (const void*)&state_interface
         : !strcmp(uri, LV2_WORKER__interface) ? (const void*)&worker_interface
                                               : NULL;
}

static const LV2_Descriptor descriptors[] = { { RONDO_URI__denoise,
                                                instantiate,
                                                connect_port,
                                                activate,
                                                rondo_denoise_run,
                                                NULL,
                                                cleanup,
                                                extension_data },
                                              { RONDO_URI__denoise_stereo,
                                                instantiate,
                                                connect_port,
                                                activate,
                                                rondo_denoise_run,
                                                NULL,
                                                cleanup,
                                                extension_data } };

LV2_SYMBOL_EXPORT const LV2_Descriptor*
lv2_descriptor(const uint32_t index)
{
  return index < sizeof(descriptors) / sizeof(descriptors[0])
           ? &descriptors[index]
           : NULL;
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/messages.h"

#include "core/base/attributes.h"
#include "plugin/atoms.h"
#include "plugin/host_calls.h"
#include "plugin/slot.h"
#include "plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// Bytes of a message without its path, rounded up
#define RONDO_MESSAGE_SIZE 160U

static RONDO_REALTIME void
read_set(const RondoMessages* const   messages,
         RondoSlot* const             slot,
         const LV2_Atom_Object* const object)
{
  const RondoUris* const uris  = messages->uris;
  const LV2_Atom* const  value = rondo_atoms_find(object, uris->patch_value);

  if (!value ||
      (value->type != uris->atom_path && value->type != uris->atom_string)) {
    return;
  }

  const char* const path  = (const char*)LV2_ATOM_BODY_CONST(value);
  const char* const end   = (const char*)memchr(path, '\0', value->size);
  const bool        whole = end || !value->size;

  if (!whole ||
      !rondo_slot_ask(slot, path, end ? (uint32_t)(end - path) : 0U)) {
    // Who asked gets to know what is in use instead
    slot->announce = true;
    rondo_host_trace(slot->logger,
                     slot->schedule
                       ? "rondo: a model's path has to be absolute\n"
                       : "rondo: no worker here: the model stays\n");
  }
}

static RONDO_REALTIME void
read_object(RondoMessages* const         messages,
            RondoSlot* const             slot,
            const LV2_Atom_Object* const object)
{
  const RondoUris* const uris = messages->uris;

  const uint32_t subject = rondo_atoms_number(
    rondo_atoms_find(object, uris->patch_subject), uris->atom_urid);
  if (subject && subject != uris->plugin) {
    return;
  }

  const LV2_Atom* const property =
    rondo_atoms_find(object, uris->patch_property);
  if (property &&
      rondo_atoms_number(property, uris->atom_urid) != uris->rondo_model) {
    return;
  }

  if (object->body.otype == uris->patch_set && property) {
    read_set(messages, slot, object);
  } else if (object->body.otype == uris->patch_get) {
    slot->announce            = true;
    messages->sequence_number = (int32_t)rondo_atoms_number(
      rondo_atoms_find(object, uris->patch_sequence_number), uris->atom_int);
  }
}

void
rondo_messages_hear(RondoMessages* const           messages,
                    RondoSlot* const               slot,
                    const LV2_Atom_Sequence* const control)
{
  const RondoUris* const uris = messages->uris;
  if (!control || !uris->atom_sequence ||
      control->atom.type != uris->atom_sequence) {
    return;
  }

  uint32_t              offset = 0U;
  const LV2_Atom_Event* event  = NULL;
  while ((event = rondo_atoms_next(control, &offset))) {
    if (event->body.type == uris->atom_object &&
        event->body.size >= sizeof(LV2_Atom_Object_Body)) {
      read_object(
        messages, slot, (const LV2_Atom_Object*)(const void*)&event->body);
    }
  }
}

// The forge's functions call no host function here: no sink is set
RONDO_BEGIN_HOST_CALLS

static RONDO_REALTIME void
write_path(RondoMessages* const messages, const char* const path)
{
  const RondoUris* const uris  = messages->uris;
  LV2_Atom_Forge* const  forge = &messages->forge;
  LV2_Atom_Forge_Frame   frame;

  lv2_atom_forge_frame_time(forge, 0);
  lv2_atom_forge_object(forge, &frame, 0U, uris->patch_set);
  if (messages->sequence_number) {
    lv2_atom_forge_key(forge, uris->patch_sequence_number);
    lv2_atom_forge_int(forge, messages->sequence_number);
  }
  lv2_atom_forge_key(forge, uris->patch_property);
  lv2_atom_forge_urid(forge, uris->rondo_model);
  lv2_atom_forge_key(forge, uris->patch_value);
  lv2_atom_forge_path(forge, path, (uint32_t)strlen(path));
  lv2_atom_forge_pop(forge, &frame);
}

static RONDO_REALTIME void
write_change(RondoMessages* const messages)
{
  LV2_Atom_Forge* const forge = &messages->forge;
  LV2_Atom_Forge_Frame  frame;

  lv2_atom_forge_frame_time(forge, 0);
  lv2_atom_forge_object(forge, &frame, 0U, messages->uris->state_changed);
  lv2_atom_forge_pop(forge, &frame);
}

void
rondo_messages_say(RondoMessages* const     messages,
                   RondoSlot* const         slot,
                   LV2_Atom_Sequence* const notify,
                   const uint32_t           n_samples)
{
  if (!notify) {
    return;
  }

  const uint32_t        capacity = notify->atom.size;
  LV2_Atom_Forge* const forge    = &messages->forge;
  LV2_Atom_Forge_Frame  frame;

  // An empty sequence is valid at all times, even if nobody numbers URIs
  notify->atom.type = messages->uris->atom_sequence;
  notify->atom.size = 0U;
  if (!messages->uris->atom_sequence || capacity < sizeof(*notify)) {
    return;
  }

  lv2_atom_forge_set_buffer(forge, (uint8_t*)notify, capacity);
  lv2_atom_forge_sequence_head(forge, &frame, 0U);
  if (n_samples) {
    const char* const path = rondo_slot_path(slot);
    if (slot->announce &&
        capacity - forge->offset >= RONDO_MESSAGE_SIZE + strlen(path)) {
      write_path(messages, path);
      messages->sequence_number = 0;
      slot->announce            = false;
    }

    if (slot->changed && capacity - forge->offset >= RONDO_MESSAGE_SIZE) {
      write_change(messages);
      slot->changed = false;
    }
  }

  lv2_atom_forge_pop(forge, &frame);
}

RONDO_END_HOST_CALLS

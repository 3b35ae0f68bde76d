// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/messages.h"

#include "core/base/attributes.h"
#include "plugin/atoms.h"
#include "plugin/host_calls.h"
#include "plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Bytes of a message without its text, rounded up
#define RONDO_MESSAGE_SIZE 160U

static RONDO_REALTIME RondoWish
read_set(const RondoUris* const       uris,
         const RondoProperty* const   property,
         const LV2_Atom_Object* const object)
{
  const LV2_Atom* const value = rondo_atoms_find(object, uris->patch_value);
  RondoWish             wish  = { NULL, NULL, 0U };

  if (!value ||
      (value->type != uris->atom_path && value->type != uris->atom_string)) {
    return wish;
  }

  const char* const text = (const char*)LV2_ATOM_BODY_CONST(value);
  const char* const end  = (const char*)memchr(text, '\0', value->size);

  wish.property = property;
  if (end || !value->size) {
    wish.text   = end ? text : "";
    wish.length = end ? (uint32_t)(end - text) : 0U;
  }

  return wish;
}

RondoWish
rondo_messages_hear(RondoMessages* const         messages,
                    const RondoProperty* const   properties,
                    const size_t                 n_properties,
                    const LV2_Atom_Object* const object)
{
  const RondoUris* const uris   = messages->uris;
  const bool             is_get = object->body.otype == uris->patch_get;
  const bool             is_set = object->body.otype == uris->patch_set;
  RondoWish              wish   = { NULL, NULL, 0U };

  const uint32_t subject = rondo_atoms_number(
    rondo_atoms_find(object, uris->patch_subject), uris->atom_urid);
  if (subject && subject != uris->plugin) {
    return wish;
  }

  const LV2_Atom* const named = rondo_atoms_find(object, uris->patch_property);
  const uint32_t        key   = rondo_atoms_number(named, uris->atom_urid);
  for (size_t i = 0U; i < n_properties; ++i) {
    if (named && key != properties[i].key) {
      continue;
    }

    if (is_get) {
      *properties[i].announce   = true;
      messages->sequence_number = (int32_t)rondo_atoms_number(
        rondo_atoms_find(object, uris->patch_sequence_number), uris->atom_int);
    } else if (is_set && named && properties[i].writable) {
      wish = read_set(uris, &properties[i], object);
    }
  }

  return wish;
}

// The forge's functions call no host function here: no sink is set
RONDO_BEGIN_HOST_CALLS

static RONDO_REALTIME void
write_property(RondoMessages* const       messages,
               const RondoProperty* const property)
{
  const RondoUris* const uris   = messages->uris;
  LV2_Atom_Forge* const  forge  = &messages->forge;
  const uint32_t         length = (uint32_t)strlen(property->text);
  LV2_Atom_Forge_Frame   frame;

  lv2_atom_forge_frame_time(forge, 0);
  lv2_atom_forge_object(forge, &frame, 0U, uris->patch_set);
  if (messages->sequence_number) {
    lv2_atom_forge_key(forge, uris->patch_sequence_number);
    lv2_atom_forge_int(forge, messages->sequence_number);
  }
  lv2_atom_forge_key(forge, uris->patch_property);
  lv2_atom_forge_urid(forge, property->key);
  lv2_atom_forge_key(forge, uris->patch_value);
  lv2_atom_forge_typed_string(forge, property->type, property->text, length);
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

// Write the properties that are to be announced and fit
static RONDO_REALTIME void
write_properties(RondoMessages* const       messages,
                 const RondoProperty* const properties,
                 const size_t               n_properties,
                 const uint32_t             capacity)
{
  bool all = true;
  for (size_t i = 0U; i < n_properties; ++i) {
    const RondoProperty* const property = &properties[i];
    if (!*property->announce) {
      continue;
    }

    if (capacity - messages->forge.offset >=
        RONDO_MESSAGE_SIZE + strlen(property->text)) {
      write_property(messages, property);
      *property->announce = false;
    } else {
      all = false;
    }
  }

  if (all) {
    messages->sequence_number = 0;
  }
}

void
rondo_messages_say(RondoMessages* const       messages,
                   const RondoProperty* const properties,
                   const size_t               n_properties,
                   bool* const                changed,
                   LV2_Atom_Sequence* const   notify,
                   const uint32_t             n_samples)
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
    write_properties(messages, properties, n_properties, capacity);
    if (*changed && capacity - forge->offset >= RONDO_MESSAGE_SIZE) {
      write_change(messages);
      *changed = false;
    }
  }

  lv2_atom_forge_pop(forge, &frame);
}

RONDO_END_HOST_CALLS

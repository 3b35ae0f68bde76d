// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/atoms.h"

#include "core/base/attributes.h"
#include "plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

bool
rondo_atoms_are_events(const LV2_Atom_Sequence* const sequence,
                       const RondoUris* const         uris)
{
  return sequence && uris->atom_sequence &&
         sequence->atom.type == uris->atom_sequence &&
         sequence->atom.size >= sizeof(LV2_Atom_Sequence_Body);
}

const LV2_Atom_Event*
rondo_atoms_next(const LV2_Atom_Sequence* const sequence,
                 uint32_t* const                offset)
{
  const uint8_t* const body = (const uint8_t*)LV2_ATOM_BODY_CONST(sequence);
  const uint32_t       size = sequence->atom.size;
  const uint32_t       i =
    *offset ? *offset : (uint32_t)sizeof(LV2_Atom_Sequence_Body);

  if (i >= size || size - i < sizeof(LV2_Atom_Event)) {
    return NULL;
  }

  const LV2_Atom_Event* const event =
    (const LV2_Atom_Event*)(const void*)(body + i);

  if (event->body.size > size - i - (uint32_t)sizeof(LV2_Atom_Event)) {
    return NULL;
  }

  *offset =
    i + lv2_atom_pad_size((uint32_t)sizeof(LV2_Atom_Event) + event->body.size);
  return event;
}

const LV2_Atom_Object*
rondo_atoms_object(const LV2_Atom_Event* const event,
                   const RondoUris* const      uris)
{
  return event->body.type == uris->atom_object &&
             event->body.size >= sizeof(LV2_Atom_Object_Body)
           ? (const LV2_Atom_Object*)(const void*)&event->body
           : NULL;
}

const LV2_Atom*
rondo_atoms_find(const LV2_Atom_Object* const object, const LV2_URID key)
{
  const uint8_t* const body = (const uint8_t*)LV2_ATOM_BODY_CONST(object);
  const uint32_t       size = object->atom.size;
  uint32_t             i    = sizeof(LV2_Atom_Object_Body);

  while (i < size && size - i >= sizeof(LV2_Atom_Property_Body)) {
    const LV2_Atom_Property_Body* const property =
      (const LV2_Atom_Property_Body*)(const void*)(body + i);

    const uint32_t room = size - i - (uint32_t)sizeof(LV2_Atom_Property_Body);
    if (property->value.size > room) {
      return NULL;
    }

    if (property->key == key) {
      return &property->value;
    }

    i += lv2_atom_pad_size((uint32_t)sizeof(LV2_Atom_Property_Body) +
                           property->value.size);
  }

  return NULL;
}

uint32_t
rondo_atoms_number(const LV2_Atom* const atom, const LV2_URID type)
{
  uint32_t number = 0U;
  if (atom && atom->type == type && atom->size == sizeof(number)) {
    memcpy(&number, LV2_ATOM_BODY_CONST(atom), sizeof(number));
  }

  return number;
}

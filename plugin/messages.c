// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "plugin/messages.h"

#include "plugin/uris.h"

#include <lv2/atom/forge.h>
#include <lv2/urid/urid.h>

void
rondo_messages_init(RondoMessages* const   messages,
                    const RondoUris* const uris,
                    LV2_URID_Map* const    map)
{
  messages->uris            = uris;
  messages->sequence_number = 0;
  if (map) {
    lv2_atom_forge_init(&messages->forge, map);
  }
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/metadata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// libsndfile refuses to make headers of more than 100 KiB
#define MAX_CHUNK_BYTES 65536U
#define MAX_TEXT 16000U // It takes less than 16 KiB for each of these
#define MAX_CHANNELS 1024

typedef SF_BROADCAST_INFO_VAR(MAX_TEXT) Broadcast;
typedef SF_CART_INFO_VAR(MAX_TEXT) Cart;

static const char* const string_names[] = {
  [SF_STR_TITLE]       = "title",
  [SF_STR_COPYRIGHT]   = "copyright",
  [SF_STR_SOFTWARE]    = "software",
  [SF_STR_ARTIST]      = "artist",
  [SF_STR_COMMENT]     = "comment",
  [SF_STR_DATE]        = "date",
  [SF_STR_ALBUM]       = "album",
  [SF_STR_LICENSE]     = "licence",
  [SF_STR_TRACKNUMBER] = "track number",
  [SF_STR_GENRE]       = "genre",
};

#define N_STRINGS ((int)(sizeof(string_names) / sizeof(string_names[0])))

// Chunks that the library reads and writes by itself
static const char* const known_chunks[] = {
  "RIFF", "RF64", "ds64", "fmt ", "fact", "data", "PEAK", "bext", "cart",
  "cue ", "smpl", "inst", "FORM", "FVER", "COMM", "SSND", "MARK", "INST",
  "NAME", "AUTH", "(c) ", "ANNO", "COMT", "APPL", "CHAN", "PAD ", "JUNK",
  "FLLR", "desc", "free", "chan", "info", "strg", "kuki", "pakt", "peak",
};

typedef bool (*CopyItem)(SNDFILE* in, SNDFILE* out);

// Each copier returns whether `in` has the item; `out` may be NULL

static bool
copy_broadcast(SNDFILE* in, SNDFILE* out)
{
  Broadcast* const item = (Broadcast*)calloc(1U, sizeof(Broadcast));
  const int        size = (int)sizeof(Broadcast);
  const bool found = item && sf_command(in, SFC_GET_BROADCAST_INFO, item, size);
  if (found && out) {
    sf_command(out, SFC_SET_BROADCAST_INFO, item, size);
  }
  free(item);
  return found;
}

static bool
copy_cart(SNDFILE* in, SNDFILE* out)
{
  Cart* const item  = (Cart*)calloc(1U, sizeof(Cart));
  const int   size  = (int)sizeof(Cart);
  const bool  found = item && sf_command(in, SFC_GET_CART_INFO, item, size);
  if (found && out) {
    sf_command(out, SFC_SET_CART_INFO, item, size);
  }
  free(item);
  return found;
}

static bool
copy_cues(SNDFILE* in, SNDFILE* out)
{
  uint32_t count = 0U;
  if (!sf_command(in, SFC_GET_CUE_COUNT, &count, sizeof(count)) || !count ||
      count > MAX_CHUNK_BYTES) {
    return false;
  }
  const size_t size  = sizeof(uint32_t) + (count * sizeof(SF_CUE_POINT));
  void* const  item  = calloc(1U, size);
  const bool   found = item && sf_command(in, SFC_GET_CUE, item, (int)size);
  if (found && out) {
    sf_command(out, SFC_SET_CUE, item, (int)size);
  }
  free(item);
  return found;
}

static bool
copy_instrument(SNDFILE* in, SNDFILE* out)
{
  SF_INSTRUMENT item;
  const int     size  = (int)sizeof(item);
  const bool    found = sf_command(in, SFC_GET_INSTRUMENT, &item, size);
  if (found && out) {
    sf_command(out, SFC_SET_INSTRUMENT, &item, size);
  }
  return found;
}

static bool
copy_channel_map(SNDFILE* in, SNDFILE* out)
{
  SF_INFO info;
  memset(&info, 0, sizeof(info));
  int map[MAX_CHANNELS];
  sf_command(in, SFC_GET_CURRENT_SF_INFO, &info, sizeof(info));
  if (info.channels < 1 || info.channels > MAX_CHANNELS) {
    return false;
  }
  const int  size  = info.channels * (int)sizeof(map[0]);
  const bool found = sf_command(in, SFC_GET_CHANNEL_MAP_INFO, map, size);
  if (found && out) {
    sf_command(out, SFC_SET_CHANNEL_MAP_INFO, map, size);
  }
  return found;
}

static const struct {
  const char* name;
  CopyItem    copy;
} items[] = {
  { "broadcast extension", copy_broadcast },
  { "cart", copy_cart },
  { "cue points", copy_cues },
  { "loops", copy_instrument },
  { "channel map", copy_channel_map },
};

#define N_ITEMS (sizeof(items) / sizeof(items[0]))

static bool
is_known_chunk(const SF_CHUNK_INFO* chunk)
{
  for (size_t i = 0U; i < sizeof(known_chunks) / sizeof(known_chunks[0]); ++i) {
    if (!strncmp(chunk->id, known_chunks[i], 4)) {
      return true;
    }
  }
  return false;
}

// Strings are in LIST chunks too, which are written anew, but names of cue
// points are only there
static bool
is_copied_chunk(const SF_CHUNK_INFO* chunk)
{
  return !is_known_chunk(chunk) &&
         (strncmp(chunk->id, "LIST", 4) ||
          (chunk->datalen >= 4U && !memcmp(chunk->data, "adtl", 4U)));
}

// Call `use` with the data of every chunk that could be copied
static void
walk_chunks(SNDFILE* in,
            void (*use)(const SF_CHUNK_INFO* chunk, void* context),
            void* context)
{
  SF_CHUNK_ITERATOR* iterator = sf_get_chunk_iterator(in, NULL);
  size_t             left     = MAX_CHUNK_BYTES;
  for (; iterator; iterator = sf_next_chunk_iterator(iterator)) {
    SF_CHUNK_INFO chunk;
    memset(&chunk, 0, sizeof(chunk));
    if (sf_get_chunk_size(iterator, &chunk) || chunk.datalen > left) {
      continue;
    }
    chunk.data = calloc(1U, (size_t)chunk.datalen + 4U);
    if (chunk.data && !sf_get_chunk_data(iterator, &chunk) &&
        is_copied_chunk(&chunk)) {
      left -= chunk.datalen;
      use(&chunk, context);
    }
    free(chunk.data);
  }
}

static void
copy_chunk(const SF_CHUNK_INFO* chunk, void* context)
{
  (void)sf_set_chunk((SNDFILE*)context, chunk);
}

void
rondo_metadata_copy(SNDFILE* in, SNDFILE* out, bool same_format)
{
  for (int i = SF_STR_FIRST; i < N_STRINGS; ++i) {
    const char* const text = sf_get_string(in, i);
    if (text) {
      (void)sf_set_string(out, i, text);
    }
  }
  for (size_t i = 0U; i < N_ITEMS; ++i) {
    (void)items[i].copy(in, out);
  }
  if (same_format) {
    walk_chunks(in, copy_chunk, out);
  }
}

typedef struct {
  char*    text;
  size_t   size;
  SNDFILE* out;
} Losses;

static void
add_loss(Losses* losses, const char* name, int length)
{
  const size_t used = strlen(losses->text);
  snprintf(losses->text + used,
           losses->size - used,
           "%s%.*s",
           used ? ", " : "",
           length,
           name);
}

static void
compare_chunk(const SF_CHUNK_INFO* chunk, void* context)
{
  Losses* const losses = (Losses*)context;
  SF_CHUNK_INFO wanted;
  memset(&wanted, 0, sizeof(wanted));
  memcpy(wanted.id, chunk->id, sizeof(wanted.id));
  wanted.id_size = chunk->id_size;
  if (!sf_get_chunk_iterator(losses->out, &wanted)) {
    add_loss(losses, chunk->id, 4);
  }
}

void
rondo_metadata_compare(SNDFILE* in, SNDFILE* out, char* text, size_t size)
{
  Losses losses = { text, size, out };
  text[0]       = '\0';
  for (int i = SF_STR_FIRST; i < N_STRINGS; ++i) {
    if (string_names[i] && sf_get_string(in, i) && !sf_get_string(out, i)) {
      add_loss(&losses, string_names[i], 64);
    }
  }
  for (size_t i = 0U; i < N_ITEMS; ++i) {
    if (items[i].copy(in, NULL) && !items[i].copy(out, NULL)) {
      add_loss(&losses, items[i].name, 64);
    }
  }
  walk_chunks(in, compare_chunk, &losses);
}

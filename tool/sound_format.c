// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/sound_format.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

// Above this a WAV file's 32-bit sizes are close to their end
#define MAX_WAV_BYTES 0xFFF00000

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct {
  const char* name; ///< Also the usual end of a file's name
  int         format;
} Name;

static const Name formats[] = {
  { "wav", SF_FORMAT_WAV },
  { "wavex", SF_FORMAT_WAVEX },
  { "rf64", SF_FORMAT_RF64 },
  { "w64", SF_FORMAT_W64 },
  { "aiff", SF_FORMAT_AIFF },
  { "flac", SF_FORMAT_FLAC },
  { "ogg", SF_FORMAT_OGG },
  { "opus", SF_FORMAT_OGG | SF_FORMAT_OPUS },
  { "mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III },
  { "caf", SF_FORMAT_CAF },
  { "au", SF_FORMAT_AU },
  { "voc", SF_FORMAT_VOC },
  { "raw", SF_FORMAT_RAW },
};

static const Name other_ends[] = {
  { "wave", SF_FORMAT_WAV }, { "bwf", SF_FORMAT_WAV },
  { "aif", SF_FORMAT_AIFF }, { "aifc", SF_FORMAT_AIFF },
  { "oga", SF_FORMAT_OGG },  { "snd", SF_FORMAT_AU },
};

static const Name subtypes[] = {
  { "pcm-s8", SF_FORMAT_PCM_S8 },      { "pcm-u8", SF_FORMAT_PCM_U8 },
  { "pcm16", SF_FORMAT_PCM_16 },       { "pcm24", SF_FORMAT_PCM_24 },
  { "pcm32", SF_FORMAT_PCM_32 },       { "float", SF_FORMAT_FLOAT },
  { "double", SF_FORMAT_DOUBLE },      { "ulaw", SF_FORMAT_ULAW },
  { "alaw", SF_FORMAT_ALAW },          { "ima-adpcm", SF_FORMAT_IMA_ADPCM },
  { "ms-adpcm", SF_FORMAT_MS_ADPCM },  { "gsm610", SF_FORMAT_GSM610 },
  { "alac16", SF_FORMAT_ALAC_16 },     { "alac24", SF_FORMAT_ALAC_24 },
  { "vorbis", SF_FORMAT_VORBIS },      { "opus", SF_FORMAT_OPUS },
  { "mp3", SF_FORMAT_MPEG_LAYER_III },
};

static int
find(const Name* names, size_t n, const char* name)
{
  for (size_t i = 0U; i < n; ++i) {
    if (!strcasecmp(names[i].name, name)) {
      return names[i].format;
    }
  }
  return 0;
}

int
rondo_format_find(const char* name)
{
  return find(formats, COUNT(formats), name);
}

int
rondo_subtype_find(const char* name)
{
  return find(subtypes, COUNT(subtypes), name);
}

// WAV, WAVEX and RF64 share the end of their names, and so does all of Ogg
static bool
same_family(int a, int b)
{
  const int wav[] = { SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64 };
  bool      has_a = false;
  bool      has_b = false;
  for (size_t i = 0U; i < COUNT(wav); ++i) {
    has_a = has_a || (a & SF_FORMAT_TYPEMASK) == wav[i];
    has_b = has_b || (b & SF_FORMAT_TYPEMASK) == wav[i];
  }
  return (has_a && has_b) ||
         (a & SF_FORMAT_TYPEMASK) == (b & SF_FORMAT_TYPEMASK);
}

// Return the format that the end of `path` stands for, or 0
static int
format_of_end(const char* path)
{
  const char* const slash = strrchr(path, '/');
  const char* const dot   = strrchr(slash ? slash : path, '.');
  if (!dot) {
    return 0;
  }
  const int format = find(formats, COUNT(formats), dot + 1);
  return format ? format : find(other_ends, COUNT(other_ends), dot + 1);
}

bool
rondo_format_fits(const char* path, int format)
{
  const int end = format_of_end(path);
  return end && same_family(end, format);
}

int
rondo_format_of_path(const char* path, int input)
{
  const int  format  = format_of_end(path);
  const int  subtype = format & SF_FORMAT_SUBMASK;
  const bool suits   = same_family(format, input) &&
                     (!subtype || subtype == (input & SF_FORMAT_SUBMASK));
  return suits ? 0 : format;
}

const char*
rondo_format_extension(int format)
{
  const int major = format & SF_FORMAT_TYPEMASK;
  if (major == SF_FORMAT_WAVEX || major == SF_FORMAT_RF64) {
    return "wav";
  }
  if (format == (SF_FORMAT_OGG | SF_FORMAT_OPUS)) {
    return "opus";
  }
  for (size_t i = 0U; i < COUNT(formats); ++i) {
    if ((formats[i].format & SF_FORMAT_TYPEMASK) == major) {
      return formats[i].name;
    }
  }
  return NULL;
}

void
rondo_format_list(bool list_subtypes, char* text, size_t size)
{
  const Name* const names = list_subtypes ? subtypes : formats;
  const size_t      n     = list_subtypes ? COUNT(subtypes) : COUNT(formats);
  size_t            used  = 0U;
  for (size_t i = 0U; i < n && used < size; ++i) {
    used += (size_t)snprintf(
      text + used, size - used, "%s%s", i ? ", " : "", names[i].name);
  }
}

void
rondo_format_describe(int format, char* text, size_t size)
{
  SF_FORMAT_INFO major = { format & SF_FORMAT_TYPEMASK, NULL, NULL };
  SF_FORMAT_INFO minor = { format & SF_FORMAT_SUBMASK, NULL, NULL };
  sf_command(NULL, SFC_GET_FORMAT_INFO, &major, sizeof(major));
  sf_command(NULL, SFC_GET_FORMAT_INFO, &minor, sizeof(minor));
  snprintf(text,
           size,
           "%s, %s",
           major.name ? major.name : "unknown format",
           minor.name ? minor.name : "unknown samples");
}

static SF_INFO
with_subtype(const SF_INFO* input, int major, int subtype)
{
  SF_INFO info = *input;
  info.frames  = 0;
  info.format  = major | subtype;
  if (!sf_format_check(&info)) {
    info.format = 0;
  }
  return info;
}

// Try the input's own sample format, then others that keep what it holds
static SF_INFO
nearest_subtype(const SF_INFO* input, int major)
{
  static const int wide[]   = { SF_FORMAT_FLOAT,
                                SF_FORMAT_PCM_24,
                                SF_FORMAT_PCM_16,
                                SF_FORMAT_VORBIS,
                                SF_FORMAT_MPEG_LAYER_III };
  static const int narrow[] = { SF_FORMAT_PCM_16,
                                SF_FORMAT_PCM_24,
                                SF_FORMAT_VORBIS,
                                SF_FORMAT_MPEG_LAYER_III };
  const unsigned   bits     = rondo_subtype_bits(input->format, NULL);
  const bool       is_wide  = !bits || bits > 16U;
  const int* const order    = is_wide ? wide : narrow;
  const size_t     n        = is_wide ? COUNT(wide) : COUNT(narrow);
  SF_INFO info = with_subtype(input, major, input->format & SF_FORMAT_SUBMASK);
  for (size_t i = 0U; i < n && !info.format; ++i) {
    // 24 or 32 bits are not made into floats where they can stay integers
    const bool skipped = bits > 16U && order[i] == SF_FORMAT_FLOAT;
    if (!skipped) {
      info = with_subtype(input, major, order[i]);
    }
  }
  return info;
}

SF_INFO
rondo_format_choose(const SF_INFO* input, int format, int subtype)
{
  const int  old    = input->format & (SF_FORMAT_TYPEMASK | SF_FORMAT_ENDMASK);
  const int  asked  = format & SF_FORMAT_TYPEMASK;
  const bool kept   = !asked || asked == (old & SF_FORMAT_TYPEMASK);
  const int  major  = kept ? old : asked;
  const int  wanted = subtype ? subtype : format & SF_FORMAT_SUBMASK;
  SF_INFO    info =
    wanted ? with_subtype(input, major, wanted) : nearest_subtype(input, major);

  // A WAV file ends at 4 GiB; RF64 is the same with longer sizes
  const unsigned bits  = rondo_subtype_bits(info.format, NULL);
  const size_t   width = bits ? (bits + 7U) / 8U : sizeof(double);
  const double   bytes =
    (double)input->frames * (double)input->channels * (double)width;
  if ((info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_WAV && !kept &&
      bytes > (double)MAX_WAV_BYTES) {
    info = with_subtype(input, SF_FORMAT_RF64, info.format & SF_FORMAT_SUBMASK);
  }
  return info;
}

unsigned
rondo_subtype_bits(int format, bool* linear)
{
  static const struct {
    int      subtype;
    unsigned bits;
    bool     linear;
  } table[] = {
    { SF_FORMAT_PCM_S8, 8U, true },
    { SF_FORMAT_PCM_U8, 8U, true },
    { SF_FORMAT_PCM_16, 16U, true },
    { SF_FORMAT_PCM_24, 24U, true },
    { SF_FORMAT_PCM_32, 32U, true },
    { SF_FORMAT_ULAW, 16U, false },
    { SF_FORMAT_ALAW, 16U, false },
    { SF_FORMAT_IMA_ADPCM, 16U, false },
    { SF_FORMAT_MS_ADPCM, 16U, false },
    { SF_FORMAT_GSM610, 16U, false },
    { SF_FORMAT_VOX_ADPCM, 16U, false },
    { SF_FORMAT_NMS_ADPCM_16, 16U, false },
    { SF_FORMAT_NMS_ADPCM_24, 16U, false },
    { SF_FORMAT_NMS_ADPCM_32, 16U, false },
    { SF_FORMAT_G721_32, 16U, false },
    { SF_FORMAT_G723_24, 16U, false },
    { SF_FORMAT_G723_40, 16U, false },
    { SF_FORMAT_DWVW_12, 12U, true },
    { SF_FORMAT_DWVW_16, 16U, true },
    { SF_FORMAT_DWVW_24, 24U, true },
    { SF_FORMAT_DPCM_8, 8U, true },
    { SF_FORMAT_DPCM_16, 16U, true },
    { SF_FORMAT_ALAC_16, 16U, true },
    { SF_FORMAT_ALAC_20, 20U, true },
    { SF_FORMAT_ALAC_24, 24U, true },
    { SF_FORMAT_ALAC_32, 32U, true },
  };
  for (size_t i = 0U; i < COUNT(table); ++i) {
    if (table[i].subtype == (format & SF_FORMAT_SUBMASK)) {
      if (linear) {
        *linear = table[i].linear;
      }
      return table[i].bits;
    }
  }
  if (linear) {
    *linear = false;
  }
  return 0U;
}

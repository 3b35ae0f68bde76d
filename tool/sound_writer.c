// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/sound_writer.h"

#include "tool/sound.h"
#include "tool/sound_format.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMPRESSION_QUALITY 0.7 // Of Vorbis, Opus and MP3, 0 to 1

// The library does its input and output through these, so that the reason of
// a failure, such as a full disk, is not lost

static int
descriptor(void* data)
{
  return ((RondoSoundWriter*)data)->output.fd;
}

static sf_count_t
on_length(void* data)
{
  struct stat info;
  return fstat(descriptor(data), &info) ? -1 : (sf_count_t)info.st_size;
}

static sf_count_t
on_seek(sf_count_t offset, int whence, void* data)
{
  return (sf_count_t)lseek(descriptor(data), (off_t)offset, whence);
}

static sf_count_t
on_read(void* to, sf_count_t count, void* data)
{
  const ssize_t n = read(descriptor(data), to, (size_t)count);
  return n < 0 ? 0 : (sf_count_t)n;
}

static sf_count_t
on_write(const void* from, sf_count_t count, void* data)
{
  RondoSoundWriter* const writer = (RondoSoundWriter*)data;
  RondoError              error;
  errno = 0;
  if (rondo_output_write(&writer->output, from, (size_t)count, &error)) {
    writer->failure = writer->failure ? writer->failure : errno;
    return 0;
  }
  return count;
}

static sf_count_t
on_tell(void* data)
{
  return (sf_count_t)lseek(descriptor(data), 0, SEEK_CUR);
}

static RondoStatus
fail(RondoSoundWriter* writer, RondoError* error)
{
  if (writer->failure) {
    return rondo_error_set(
      error, RONDO_ERR_IO, "%s", strerror(writer->failure));
  }
  return rondo_sound_fail(writer->file, error);
}

static void
set_up(RondoSoundWriter* writer, RondoDither dither)
{
  double   quality = COMPRESSION_QUALITY;
  SNDFILE* file    = writer->file;
  bool     linear  = false;

  // Peaks are stamped with the time, and two runs would differ
  sf_command(file, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
  // Without this, too large samples wrap around
  sf_command(file, SFC_SET_CLIPPING, NULL, SF_TRUE);
  sf_command(file, SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof(quality));

  const unsigned bits = rondo_subtype_bits(writer->info.format, &linear);
  writer->integers    = bits > 0U;
  writer->quantiser =
    rondo_quantiser(bits ? bits : 16U, linear ? dither : RONDO_DITHER_NONE);
}

RondoStatus
rondo_sound_writer_open(RondoSoundWriter* writer,
                        const char*       path,
                        bool              overwrite,
                        const SF_INFO*    info,
                        RondoDither       dither,
                        RondoError*       error)
{
  memset(writer, 0, sizeof(*writer));
  writer->info        = *info;
  writer->info.frames = 0;
  const RondoStatus st =
    rondo_output_open(&writer->output, path, overwrite, error);
  if (st) {
    return st;
  }
  SF_VIRTUAL_IO io = { on_length, on_seek, on_read, on_write, on_tell };
  writer->file     = sf_open_virtual(&io, SFM_WRITE, &writer->info, writer);
  if (!writer->file) {
    const RondoStatus failed = fail(writer, error);
    rondo_sound_writer_discard(writer);
    return failed;
  }
  set_up(writer, dither);
  return RONDO_SUCCESS;
}

static bool
reserve(RondoSoundWriter* writer, size_t n)
{
  if (n > writer->n_rounded) {
    free(writer->rounded);
    writer->rounded   = (int*)calloc(n, sizeof(int));
    writer->n_rounded = writer->rounded ? n : 0U;
  }
  return writer->rounded != NULL;
}

RondoStatus
rondo_sound_writer_write(RondoSoundWriter* writer,
                         const float*      frames,
                         size_t            n_frames,
                         RondoError*       error)
{
  const size_t n       = n_frames * (size_t)writer->info.channels;
  sf_count_t   written = 0;
  if (!n) {
    return RONDO_SUCCESS;
  }
  if (!writer->integers) {
    written = sf_writef_float(writer->file, frames, (sf_count_t)n_frames);
  } else if (reserve(writer, n)) {
    rondo_quantiser_process(&writer->quantiser, frames, writer->rounded, n);
    written =
      sf_writef_int(writer->file, writer->rounded, (sf_count_t)n_frames);
  } else {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  writer->n_frames += n_frames;
  return written != (sf_count_t)n_frames || writer->failure
           ? fail(writer, error)
           : RONDO_SUCCESS;
}

RondoStatus
rondo_sound_writer_finish(RondoSoundWriter* writer, RondoError* error)
{
  const int type = writer->info.format & SF_FORMAT_TYPEMASK;
  if (!writer->n_frames && type == SF_FORMAT_FLAC) {
    // Else a file without samples would be without a header too
    (void)sf_command(writer->file, SFC_UPDATE_HEADER_NOW, NULL, 0);
  }
  const int   problem = sf_close(writer->file);
  RondoStatus st      = RONDO_SUCCESS;
  writer->file        = NULL;
  if (problem || writer->failure) {
    st =
      writer->failure
        ? fail(writer, error)
        : rondo_error_set(error, RONDO_ERR_IO, "%s", sf_error_number(problem));
  }
  return st;
}

RondoStatus
rondo_sound_writer_commit(RondoSoundWriter* writer, RondoError* error)
{
  const RondoStatus st = rondo_output_commit(&writer->output, error);
  rondo_sound_writer_discard(writer);
  return st;
}

void
rondo_sound_writer_discard(RondoSoundWriter* writer)
{
  if (writer->file) {
    sf_close(writer->file);
  }
  rondo_output_discard(&writer->output);
  free(writer->rounded);
  memset(writer, 0, sizeof(*writer));
  writer->output.fd     = -1;
  writer->output.target = -1;
}

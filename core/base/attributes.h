// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_BASE_ATTRIBUTES_H
#define RONDO_BASE_ATTRIBUTES_H

#ifdef __cplusplus
#  define RONDO_BEGIN_DECLS extern "C" {
#  define RONDO_END_DECLS }
#  define RONDO_RESTRICT __restrict
#else
#  define RONDO_BEGIN_DECLS
#  define RONDO_END_DECLS
#  define RONDO_RESTRICT restrict
#endif

/**
   A function that may run in the audio thread.

   It never allocates, locks, blocks, logs or calls the system, and its work
   is bounded by sizes fixed at setup.  With Clang 20 and later the compiler
   and RealtimeSanitizer check it; elsewhere the word is for the reader.
*/
#if defined(__clang__) && __clang_major__ >= 20
#  define RONDO_REALTIME __attribute__((nonblocking))
#else
#  define RONDO_REALTIME
#endif

#define RONDO_NODISCARD __attribute__((warn_unused_result))

#endif // RONDO_BASE_ATTRIBUTES_H

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TOOL_JSON_H
#define RONDO_TOOL_JSON_H

#include <stdio.h>

/**
   Print a string in quotes.

   A byte that is not UTF-8 (in a file's name, say) becomes U+FFFD, the
   replacement character.
*/
void
rondo_json_string(FILE* stream, const char* text);

/// Print an integer in full, another number to 9 digits, or null if it is not
/// finite.
void
rondo_json_number(FILE* stream, double value);

/// Print `,` unless this is the first, then the key and `:`.
void
rondo_json_key(FILE* stream, int* first, const char* key);

/// Print `,` unless this is the first, then the key, `:` and a number.
void
rondo_json_pair(FILE* stream, int* first, const char* key, double value);

#endif // RONDO_TOOL_JSON_H

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file touch.h What the audio thread would otherwise be the first to touch.
*/

#ifndef RONDO_PLUGIN_TOUCH_H
#define RONDO_PLUGIN_TOUCH_H

/**
   Touch every page of this plugin's code and constants.

   They are in a file, of which the system maps a page when it is touched for
   the first time: if it has to be read from the disk, that takes milliseconds.
*/
void
rondo_touch_code(void);

#endif // RONDO_PLUGIN_TOUCH_H

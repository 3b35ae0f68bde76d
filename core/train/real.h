// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TRAIN_REAL_H
#define RONDO_TRAIN_REAL_H

/// The real type of training: float, or double to check gradients
#ifdef RONDO_DOUBLE
typedef double RondoReal;
#else
typedef float RondoReal;
#endif

#endif // RONDO_TRAIN_REAL_H

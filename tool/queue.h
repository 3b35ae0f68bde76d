// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file queue.h Pass things from one thread to another, in order.
*/

#ifndef RONDO_TOOL_QUEUE_H
#define RONDO_TOOL_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/// The most things that wait in a queue
#define RONDO_QUEUE_SIZE 4U

/// A queue between threads; it must not move in memory
typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t  changed;
  void*           items[RONDO_QUEUE_SIZE]; ///< A ring
  size_t          first;                   ///< The oldest item
  size_t          n_items;
  bool            closed;
} RondoQueue;

/// Prepare an empty queue.
void
rondo_queue_init(RondoQueue* queue);

/// Release what rondo_queue_init() made, when no thread uses it any more.
void
rondo_queue_end(RondoQueue* queue);

/// Append an item; at most RONDO_QUEUE_SIZE are there.
void
rondo_queue_put(RondoQueue* queue, void* item);

/// Return the oldest item, waiting for it; NULL if none will come any more.
void*
rondo_queue_take(RondoQueue* queue);

/// Tell who takes that nothing more will come.
void
rondo_queue_close(RondoQueue* queue);

#endif // RONDO_TOOL_QUEUE_H

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/queue.h"

#include <string.h>

void
rondo_queue_init(RondoQueue* queue)
{
  memset(queue, 0, sizeof(*queue));
  pthread_mutex_init(&queue->lock, NULL);
  pthread_cond_init(&queue->changed, NULL);
}

void
rondo_queue_end(RondoQueue* queue)
{
  pthread_cond_destroy(&queue->changed);
  pthread_mutex_destroy(&queue->lock);
}

void
rondo_queue_put(RondoQueue* queue, void* item)
{
  pthread_mutex_lock(&queue->lock);
  queue->items[(queue->first + queue->n_items++) % RONDO_QUEUE_SIZE] = item;
  pthread_cond_signal(&queue->changed);
  pthread_mutex_unlock(&queue->lock);
}

void*
rondo_queue_take(RondoQueue* queue)
{
  void* item = NULL;
  pthread_mutex_lock(&queue->lock);
  while (!queue->n_items && !queue->closed) {
    pthread_cond_wait(&queue->changed, &queue->lock);
  }
  if (queue->n_items) {
    item         = queue->items[queue->first];
    queue->first = (queue->first + 1U) % RONDO_QUEUE_SIZE;
    --queue->n_items;
  }
  pthread_mutex_unlock(&queue->lock);
  return item;
}

void
rondo_queue_close(RondoQueue* queue)
{
  pthread_mutex_lock(&queue->lock);
  queue->closed = true;
  pthread_cond_signal(&queue->changed);
  pthread_mutex_unlock(&queue->lock);
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/team.h"

#include "core/base/denormals.h"

#include <pthread.h>

#include <stdlib.h>

typedef struct {
  RondoTeam* team;
  size_t     index;
  pthread_t  thread;
} Member;

struct RondoTeamImpl {
  RondoTeamWork   work; ///< Or NULL: the end
  void*           data;
  size_t          round;     ///< Counts works
  size_t          n_running; ///< Threads that are not done with this work
  size_t          n_members; ///< That were started
  Member          members[RONDO_MAX_TRAIN_THREADS];
  pthread_mutex_t lock;
  pthread_cond_t  changed;
};

static void*
run_thread(void* const argument)
{
  const Member* const member = (const Member*)argument;
  RondoTeam* const    team   = member->team;
  (void)rondo_denormals_flush();

  for (size_t round = 1;; ++round) {
    pthread_mutex_lock(&team->lock);
    while (team->round < round) {
      pthread_cond_wait(&team->changed, &team->lock);
    }
    pthread_mutex_unlock(&team->lock);

    if (!team->work) {
      return NULL;
    }
    team->work(team->data, member->index);

    pthread_mutex_lock(&team->lock);
    --team->n_running;
    pthread_cond_broadcast(&team->changed);
    pthread_mutex_unlock(&team->lock);
  }
}

void
rondo_team_run(RondoTeam* const    team,
               const RondoTeamWork work,
               void* const         data)
{
  pthread_mutex_lock(&team->lock);
  team->work      = work;
  team->data      = data;
  team->n_running = team->n_members;
  ++team->round;
  pthread_cond_broadcast(&team->changed);
  while (work && team->n_running) {
    pthread_cond_wait(&team->changed, &team->lock);
  }
  pthread_mutex_unlock(&team->lock);
}

void
rondo_team_free(RondoTeam* const team)
{
  if (team) {
    rondo_team_run(team, NULL, NULL);
    for (size_t i = 0; i < team->n_members; ++i) {
      pthread_join(team->members[i].thread, NULL);
    }
    pthread_cond_destroy(&team->changed);
    pthread_mutex_destroy(&team->lock);
    free(team);
  }
}

size_t
rondo_team_n_threads(const RondoTeam* const team)
{
  return team->n_members;
}

RondoStatus
rondo_team_new(const size_t      n_threads,
               const size_t      n_items,
               RondoTeam** const out,
               RondoError* const error)
{
  *out = NULL;
  if (!n_threads || n_threads > RONDO_MAX_TRAIN_THREADS) {
    return rondo_error_set(error,
                           RONDO_ERR_BAD_ARGUMENT,
                           "%zu threads: expected 1 to %u",
                           n_threads,
                           RONDO_MAX_TRAIN_THREADS);
  }
  RondoTeam* const team = (RondoTeam*)calloc(1, sizeof(RondoTeam));
  if (!team) {
    return rondo_error_set_status(error, RONDO_ERR_NO_MEMORY);
  }
  pthread_mutex_init(&team->lock, NULL);
  pthread_cond_init(&team->changed, NULL);
  for (size_t i = 0; i < n_threads && i < n_items; ++i) {
    Member* const member = &team->members[i];
    member->team         = team;
    member->index        = i;
    if (pthread_create(&member->thread, NULL, run_thread, member)) {
      rondo_team_free(team);
      return rondo_error_set(
        error, RONDO_ERR_NO_MEMORY, "cannot start thread %zu", i + 1);
    }
    ++team->n_members;
  }
  *out = team;
  return RONDO_SUCCESS;
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tool/eval_losses.h"

#include "tool/json.h"

#include <math.h>

static const char* const part_names[RONDO_N_PARTS] = { "onsets",
                                                       "sibilants",
                                                       "word_ends" };

static const char* const part_titles[RONDO_N_PARTS] = { "onsets",
                                                        "sibilants",
                                                        "word ends" };

// Return a sum over regions as a mean, NAN if there are none
static double
mean(const RondoLosses* losses, double sum)
{
  return losses->n_regions ? sum / (double)losses->n_regions : (double)NAN;
}

static double
share_over_3_db(const RondoLosses* losses)
{
  return mean(losses, (double)losses->n_over_3_db);
}

static double
share_over_6_db(const RondoLosses* losses)
{
  return mean(losses, (double)losses->n_over_6_db);
}

void
rondo_losses_add(RondoLosses* losses, const RondoLosses* more)
{
  for (size_t part = 0U; part < RONDO_N_PARTS; ++part) {
    losses[part].n_regions += more[part].n_regions;
    losses[part].n_over_3_db += more[part].n_over_3_db;
    losses[part].n_over_6_db += more[part].n_over_6_db;
    losses[part].sum += more[part].sum;
  }
}

void
rondo_losses_print_heading(void)
{
  printf("%-17s", "losses");
  for (size_t part = 0U; part < RONDO_N_PARTS; ++part) {
    printf(" %29s", part_titles[part]);
  }
  printf("\n%-10s %6s", "set", "files");
  for (size_t part = 0U; part < RONDO_N_PARTS; ++part) {
    printf(" %7s %7s %6s %6s", "regions", "loss/dB", ">3 dB", ">6 dB");
  }
  putchar('\n');
}

void
rondo_losses_print(const RondoLosses* losses)
{
  for (const RondoLosses* part = losses; part < losses + RONDO_N_PARTS;
       ++part) {
    printf(" %7zu %7.2f %4.0f %% %4.0f %%",
           part->n_regions,
           mean(part, part->sum),
           100.0 * share_over_3_db(part),
           100.0 * share_over_6_db(part));
  }
  putchar('\n');
}

void
rondo_losses_print_json(const RondoLosses* losses)
{
  int first = 1;
  putchar('{');
  for (size_t part = 0U; part < RONDO_N_PARTS; ++part) {
    const RondoLosses* const loss  = &losses[part];
    int                      inner = 1;
    rondo_json_key(stdout, &first, part_names[part]);
    putchar('{');
    rondo_json_pair(stdout, &inner, "regions", (double)loss->n_regions);
    rondo_json_pair(stdout, &inner, "loss", mean(loss, loss->sum));
    rondo_json_pair(stdout, &inner, "over_3_db", share_over_3_db(loss));
    rondo_json_pair(stdout, &inner, "over_6_db", share_over_6_db(loss));
    putchar('}');
  }
  putchar('}');
}

void
rondo_losses_write_heading(FILE* stream)
{
  for (size_t part = 0U; part < RONDO_N_PARTS; ++part) {
    const char* const name = part_names[part];
    fprintf(
      stream, ",%s,%s_loss,%s_over_3_db,%s_over_6_db", name, name, name, name);
  }
}

void
rondo_losses_write(FILE* stream, const RondoLosses* losses)
{
  for (const RondoLosses* part = losses; part < losses + RONDO_N_PARTS;
       ++part) {
    fprintf(stream, ",%zu", part->n_regions);
    if (part->n_regions) {
      fprintf(stream,
              ",%.9g,%.9g,%.9g",
              mean(part, part->sum),
              share_over_3_db(part),
              share_over_6_db(part));
    } else {
      fputs(",,,", stream);
    }
  }
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Time of runs of ONNX Runtime, through its C interface.
//
//   peer_onnxruntime LIBRARY MODEL CELL UNITS STEPS
//
// LIBRARY is libonnxruntime.so, such as Python's package has.  MODEL takes X
// (STEPS, 1, UNITS) and the state before, h and for lstm c (1, 1, UNITS), and
// gives Y (STEPS, 1, 1, UNITS) and the state after, h_n and c_n.  Each line of
// the standard input is answered with the ns of a run, the least of a few
// rounds; states go on from run to run, as those of a stream do.
//
// One thread, and memory of the caller's for all inputs and outputs.

#include "bench/rounds.h"

#include <dlfcn.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ROUNDS 5U
#define MAX_TENSORS 3U

// Constants of the interface
enum {
  API_VERSION    = 1,
  LOG_ERRORS     = 3,
  ARENA          = 1,
  DEFAULT_MEMORY = 0,
  FLOAT          = 1
};

typedef void Object; // Of the library
typedef void (*Unused)(void);

// The interface is a table of functions that only ever grows at its end, so
// these places hold for every version: those of OrtApi in onnxruntime_c_api.h
typedef struct {
  Unused unused_0[2];
  const char* (*get_error_message)(const Object* status);
  Object* (*create_env)(int level, const char* name, Object** out);
  Unused unused_4[3];
  Object* (*create_session)(const Object* environment,
                            const char*   path,
                            const Object* options,
                            Object**      out);
  Unused unused_8[1];
  Object* (*run)(Object*              session,
                 const Object*        options,
                 const char* const*   input_names,
                 const Object* const* inputs,
                 size_t               n_inputs,
                 const char* const*   output_names,
                 size_t               n_outputs,
                 Object**             outputs);
  Object* (*create_session_options)(Object** out);
  Unused unused_11[13];
  Object* (*set_intra_op_threads)(Object* options, int n);
  Object* (*set_inter_op_threads)(Object* options, int n);
  Unused unused_26[23];
  Object* (*create_tensor)(const Object*  memory_info,
                           void*          data,
                           size_t         size,
                           const int64_t* shape,
                           size_t         n_dims,
                           int            type,
                           Object**       out);
  Unused unused_50[19];
  Object* (*create_cpu_memory_info)(int allocator, int type, Object** out);
} Api;

typedef struct {
  const Api* (*get_api)(uint32_t version);
  const char* (*get_version)(void);
} Base;

typedef struct {
  const Api* api;
  Object*    session;
  size_t     n_tensors;           // In and out: X or Y, h, perhaps c
  Object*    in[2][MAX_TENSORS];  // States are read from one place and
  Object*    out[2][MAX_TENSORS]; // written to the other, by turns
  size_t     turn;
} Peer;

// End the program with the message of a status, unless all is well
static void
require(const Api* api, Object* status)
{
  if (status) {
    fprintf(stderr, "peer_onnxruntime: %s\n", api->get_error_message(status));
    exit(EXIT_FAILURE);
  }
}

static const Api*
open_library(const char* path)
{
  void* const library           = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const Base* (*get_base)(void) = NULL;
  if (library) {
    *(void**)&get_base = dlsym(library, "OrtGetApiBase");
  }
  const Api* const api = get_base ? get_base()->get_api(API_VERSION) : NULL;
  if (!api) {
    fprintf(stderr, "peer_onnxruntime: %s: not ONNX Runtime\n", path);
    exit(EXIT_FAILURE);
  }
  return api;
}

static Object*
open_model(const Api* api, const char* path)
{
  Object* environment = NULL;
  Object* options     = NULL;
  Object* session     = NULL;
  require(api, api->create_env(LOG_ERRORS, "bench", &environment));
  require(api, api->create_session_options(&options));
  require(api, api->set_intra_op_threads(options, 1));
  require(api, api->set_inter_op_threads(options, 1));
  require(api, api->create_session(environment, path, options, &session));
  return session;
}

// Make a tensor (n_steps, 1, n_units), or (n_steps, 1, 1, n_units), of noise
static Object*
make_tensor(const Api* api, size_t n_steps, size_t n_dims, size_t n_units)
{
  const size_t  n        = n_steps * n_units;
  float* const  data     = (float*)calloc(n, sizeof(float));
  const int64_t shape[4] = {
    (int64_t)n_steps, 1, n_dims > 3U ? 1 : (int64_t)n_units, (int64_t)n_units
  };
  Object* memory = NULL;
  Object* tensor = NULL;
  if (!data) {
    fputs("peer_onnxruntime: out of memory\n", stderr);
    exit(EXIT_FAILURE);
  }
  for (size_t i = 0U; i < n; ++i) {
    data[i] = ((float)(i * 7919U % 2003U) / 2003.0f) - 0.5f;
  }
  require(api, api->create_cpu_memory_info(ARENA, DEFAULT_MEMORY, &memory));
  require(api,
          api->create_tensor(
            memory, data, n * sizeof(float), shape, n_dims, FLOAT, &tensor));
  return tensor;
}

static void
run(const void* context)
{
  static const char* const inputs[]  = { "X", "h", "c" };
  static const char* const outputs[] = { "Y", "h_n", "c_n" };

  Peer* const   peer = *(Peer* const*)context;
  Object* const status =
    peer->api->run(peer->session,
                   NULL,
                   inputs,
                   (const Object* const*)peer->in[peer->turn],
                   peer->n_tensors,
                   outputs,
                   peer->n_tensors,
                   peer->out[peer->turn]);
  require(peer->api, status);
  peer->turn = !peer->turn;
}

int
main(int argc, char** argv)
{
  if (argc != 6) {
    fputs("Usage: peer_onnxruntime LIBRARY MODEL CELL UNITS STEPS\n", stderr);
    return EXIT_FAILURE;
  }
  const size_t n_units = strtoul(argv[4], NULL, 10);
  const size_t n_steps = strtoul(argv[5], NULL, 10);
  Peer         peer    = { .api       = open_library(argv[1]),
                           .n_tensors = strcmp(argv[3], "lstm") ? 2U : 3U };
  peer.session         = open_model(peer.api, argv[2]);
  peer.in[0][0] = peer.in[1][0] = make_tensor(peer.api, n_steps, 3U, n_units);
  peer.out[0][0] = peer.out[1][0] = make_tensor(peer.api, n_steps, 4U, n_units);
  for (size_t i = 1U; i < peer.n_tensors; ++i) {
    for (size_t turn = 0U; turn < 2U; ++turn) {
      peer.in[turn][i] = peer.out[!turn][i] =
        make_tensor(peer.api, 1U, 3U, n_units);
    }
  }

  Peer* const context = &peer;
  char        line[64];
  while (fgets(line, sizeof(line), stdin)) {
    printf("%.2f\n", rondo_rounds(run, &context, N_ROUNDS).least);
    fflush(stdout);
  }
  return EXIT_SUCCESS;
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file harness.hpp Run the built `rondo` and look at what it did.
*/

#ifndef RONDO_TESTS_TOOL_HARNESS_HPP
#define RONDO_TESTS_TOOL_HARNESS_HPP

#include "tests/base/folder.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// How a program is run
struct Conditions {
  std::string              input;            ///< For standard input
  std::string              input_file;       ///< Or this file
  std::string              output_file;      ///< For standard output, if set
  std::vector<std::string> environment;      ///< "NAME=value", added
  std::string              directory;        ///< Where it runs, if set
  long                     file_limit{ -1 }; ///< Bytes a file may have
  int                      signal{ 0 };      ///< Sent when `signal_at` appears
  std::string              signal_at;        ///< A folder that gets a file
  std::string              signal_after;     ///< Or a file that is there
  double                   kill_after{ -1.0 };    ///< Seconds, if not below 0
  bool                     close_output{ false }; ///< Nobody reads its output
};

/// What came of it
struct Outcome {
  int         status{ -1 }; ///< Exit status, or 128 and the signal
  std::string out;
  std::string err;
  long        peak_kib{ 0 };  ///< Most memory it had
  double      seconds{ 0.0 }; ///< Of the processor
};

#ifdef RONDO_FAULTS

/// What goes wrong
enum class Fault {
  none,
  kill,   ///< A call that changes files is the program's last
  full,   ///< From that call on, the disk is full
  memory, ///< A call for memory fails
};

/// Return conditions under which the call `at` of its kind goes wrong.
Conditions
fault_at(Fault fault, long at);

/**
   Run `rondo`, and return the numbers of some calls that change files: the
   first and the last ones, and up to twice `n_between`.
*/
std::vector<long>
fault_calls(const std::vector<std::string>& arguments, long n_between);

/// Run `rondo`, and return the numbers of calls for memory: the first one of
/// every place in the program.
std::vector<long>
memory_calls(const std::vector<std::string>& arguments);

#endif

/// Run `rondo` with `arguments`
Outcome
rondo(const std::vector<std::string>& arguments,
      const Conditions&               conditions = {});

/// Write a model with random weights for the JSON text of a description
void
make_model(const std::string& path,
           const std::string& description,
           uint64_t           seed);

/// Write a small model that denoises, badly; `more` are keys of its gru
void
make_denoiser(const std::string& path, const std::string& more = "");

std::string
read_file(const std::string& path);

void
write_file(const std::string& path, const std::string& content);

bool
exists(const std::string& path);

/// Return `n` random bits of noise, -1 to 1, the same for the same seed
std::vector<float>
make_noise(size_t n, uint64_t seed);

#endif // RONDO_TESTS_TOOL_HARNESS_HPP

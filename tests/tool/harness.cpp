// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/tool/harness.hpp"

#include "core/audio/bands.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/net/config.h"
#include "core/net/description.h"
#include "core/net/model.h"
#include "core/net/safetensors.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace {

struct Pipe {
  Pipe()
  {
    if (pipe2(ends, O_CLOEXEC)) {
      throw std::runtime_error{ "pipe2" };
    }
  }

  ~Pipe()
  {
    shut(0);
    shut(1);
  }

  void shut(const int end)
  {
    if (ends[end] >= 0) {
      close(ends[end]);
      ends[end] = -1;
    }
  }

  int ends[2]{ -1, -1 };
};

[[noreturn]] void
become_rondo(const std::vector<std::string>& arguments,
             const Conditions&               conditions,
             const int                       in,
             const int                       out,
             const int                       err)
{
  signal(SIGPIPE, SIG_DFL);
  signal(SIGINT, SIG_DFL);
  signal(SIGXFSZ, SIG_IGN); // A limit is to look like a full disk
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  if (conditions.file_limit >= 0) {
    const rlimit limit{ static_cast<rlim_t>(conditions.file_limit),
                        static_cast<rlim_t>(conditions.file_limit) };
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  for (const std::string& variable : conditions.environment) {
    putenv(const_cast<char*>(variable.c_str()));
  }
  // Under nohup the tests themselves ignore what the tool is to be sent
  for (const int number : { SIGINT, SIGTERM, SIGHUP }) {
    signal(number, SIG_DFL);
  }
  if (!conditions.directory.empty() && chdir(conditions.directory.c_str())) {
    _exit(126);
  }
  std::vector<char*> argv{ const_cast<char*>("rondo") };
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  execv(RONDO_TOOL_PATH, argv.data());
  _exit(127);
}

int
open_input(const Conditions& conditions, const Pipe& pipe)
{
  return conditions.input_file.empty()
           ? pipe.ends[0]
           : open(conditions.input_file.c_str(), O_RDONLY | O_CLOEXEC);
}

int
open_output(const Conditions& conditions, const Pipe& pipe)
{
  return conditions.output_file.empty() ? pipe.ends[1]
                                        : open(conditions.output_file.c_str(),
                                               O_WRONLY | O_CREAT | O_CLOEXEC,
                                               0666);
}

// Send the signal once something has appeared in the folder
void
watch(const Conditions& conditions, const pid_t child, bool& sent)
{
  if (!conditions.signal || sent) {
    return;
  }
  if (exists(conditions.signal_after)) {
    kill(child, conditions.signal);
    sent = true;
  }
  if (DIR* const folder = opendir(conditions.signal_at.c_str())) {
    size_t n = 0U;
    while (const dirent* const entry = readdir(folder)) {
      n += std::strncmp(entry->d_name, ".rondo-", 7U) ? 0U : 1U;
    }
    closedir(folder);
    if (n) {
      kill(child, conditions.signal);
      sent = true;
    }
  }
}

void
append(std::string& text, Pipe& pipe)
{
  char          buffer[65536];
  const ssize_t n = read(pipe.ends[0], buffer, sizeof(buffer));
  if (n > 0) {
    text.append(buffer, static_cast<size_t>(n));
  } else if (n == 0 || errno != EINTR) {
    pipe.shut(0);
  }
}

void
feed(const std::string& text, size_t& done, Pipe& pipe)
{
  const ssize_t n = write(pipe.ends[1], text.data() + done, text.size() - done);
  done += n > 0 ? static_cast<size_t>(n) : 0U;
  if (n < 0 || done == text.size()) {
    pipe.shut(1);
  }
}

void
talk(const Conditions& conditions,
     const pid_t       child,
     Pipe&             in,
     Pipe&             out,
     Pipe&             err,
     Outcome&          outcome)
{
  size_t fed  = 0U;
  bool   sent = false;
  if (conditions.kill_after >= 0.0) {
    usleep(static_cast<useconds_t>(1e6 * conditions.kill_after));
    kill(child, SIGKILL);
  }
  if (conditions.input.empty()) {
    in.shut(1);
  }
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    pollfd places[3] = { { out.ends[0], POLLIN, 0 },
                         { err.ends[0], POLLIN, 0 },
                         { in.ends[1], POLLOUT, 0 } };
    poll(places, 3U, conditions.signal && !sent ? 1 : -1);
    watch(conditions, child, sent);
    if (places[0].revents) {
      append(outcome.out, out);
    }
    if (places[1].revents) {
      append(outcome.err, err);
    }
    if (places[2].revents) {
      feed(conditions.input, fed, in);
    }
  }
}

double
seconds(const timeval& time)
{
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_usec) * 1e-6;
}

} // namespace

Outcome
rondo(const std::vector<std::string>& arguments, const Conditions& conditions)
{
  signal(SIGPIPE, SIG_IGN);
  Pipe      in;
  Pipe      out;
  Pipe      err;
  const int from = open_input(conditions, in);
  const int to   = open_output(conditions, out);
  if (conditions.close_output) {
    out.shut(0);
  }
  const pid_t child = fork();
  if (!child) {
    become_rondo(arguments, conditions, from, to, err.ends[1]);
  }
  if (!conditions.input_file.empty()) {
    close(from);
  }
  if (!conditions.output_file.empty()) {
    close(to);
  }
  in.shut(0);
  out.shut(1);
  err.shut(1);

  Outcome outcome;
  talk(conditions, child, in, out, err, outcome);
  int    status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  outcome.status =
    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.peak_kib = usage.ru_maxrss;
  outcome.seconds  = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  return outcome;
}

#ifdef RONDO_FAULTS

Conditions
fault_at(const Fault fault, const long at)
{
  const bool  is_memory = fault == Fault::memory;
  const char* name      = fault == Fault::kill   ? "kill"
                          : fault == Fault::full ? "full"
                                                 : "none";
  Conditions  conditions;
  conditions.environment = {
    std::string("LD_PRELOAD=" RONDO_FAULTS) +
      (is_memory ? "/libmemory_faults.so" : "/libdisk_faults.so"),
    std::string("RONDO_FAULT=") + name,
    "RONDO_FAULT_AT=" + std::to_string(at),
  };
  return conditions;
}

std::vector<long>
fault_calls(const std::vector<std::string>& arguments, const long n_between)
{
  constexpr long n_first = 4;
  constexpr long n_last  = 6;

  const Folder      folder;
  const std::string count      = folder / "count";
  Conditions        conditions = fault_at(Fault::none, -1);
  conditions.environment.push_back("RONDO_FAULT_COUNT=" + count);
  rondo(arguments, conditions);

  const long        n    = std::strtol(read_file(count).c_str(), nullptr, 10);
  const long        step = std::max(1L, n / n_between);
  std::vector<long> calls;
  for (long i = 0; i < n; ++i) {
    if (i < n_first || i >= n - n_last || i % step == 0) {
      calls.push_back(i);
    }
  }
  return calls;
}

std::vector<long>
memory_calls(const std::vector<std::string>& arguments)
{
  const Folder      folder;
  const std::string sites      = folder / "sites";
  Conditions        conditions = fault_at(Fault::memory, -1);
  conditions.environment.push_back("RONDO_FAULT_SITES=" + sites);
  rondo(arguments, conditions);

  std::istringstream file{ read_file(sites) };
  return { std::istream_iterator<long>{ file }, {} };
}

#endif

void
make_model(const std::string& path,
           const std::string& description,
           const uint64_t     seed)
{
  RondoError        error{};
  RondoConfig*      config = nullptr;
  RondoDescription* made   = nullptr;
  if (rondo_config_parse(
        description.data(), description.size(), &config, &error) ||
      rondo_description_new(config, &made, &error)) {
    throw std::runtime_error{ error.message };
  }
  const size_t                    n = rondo_description_n_tensors(made);
  std::vector<RondoTensorSpec>    specs(n);
  std::vector<std::vector<float>> values(n);
  std::vector<RondoTensor>        tensors(n);
  RondoRandom                     random = rondo_random(seed, 0U);
  for (size_t i = 0U; i < n; ++i) {
    specs[i]           = rondo_description_tensor(made, i);
    const size_t rows  = specs[i].dims[0];
    const size_t cols  = specs[i].n_dims > 1U ? specs[i].dims[1] : 1U;
    const float  scale = 1.0F / std::sqrt(static_cast<float>(cols) + 4.0F);
    for (size_t k = 0U; k < rows * cols; ++k) {
      values[i].push_back(scale * rondo_random_normal(&random));
    }
    tensors[i].name       = specs[i].name;
    tensors[i].dtype      = RONDO_DTYPE_F32;
    tensors[i].n_dims     = specs[i].n_dims;
    tensors[i].dims[0]    = rows;
    tensors[i].dims[1]    = cols;
    tensors[i].n_elements = rows * cols;
    tensors[i].data       = values[i].data();
  }
  const RondoMetadata metadata{ RONDO_METADATA_KEY, description.c_str() };
  const RondoStatus   st =
    rondo_tensors_write(path.c_str(), tensors.data(), n, &metadata, 1U, &error);
  rondo_description_free(made);
  if (st) {
    throw std::runtime_error{ error.message };
  }
}

void
make_denoiser(const std::string& path, const std::string& more)
{
  double       centres[RONDO_MAX_BANDS];
  const size_t n_coarse = rondo_bands_place(0.0, 100.0, 2.0, 20000.0, centres);
  const size_t n_fine = rondo_bands_place(1000.0, 100.0, 2.0, 20000.0, centres);
  const size_t n_low  = static_cast<size_t>(
    std::upper_bound(centres, centres + n_fine, 1000.0) - centres);
  const std::string bands =
    R"("step_hz": 100, "erb_step": 2, "high_hz": 20000})";
  make_model(path,
             R"({"version": 1, "inputs": )" + std::to_string(n_coarse + n_low) +
               R"(, "layers": [{"name": "gru", "type": "gru", "hidden": 16)" +
               more + R"(}, {"name": "head", "type": "linear", "out": )" +
               std::to_string(n_fine + 1U) +
               R"(, "activation": "sigmoid"}], "task": {"name": "denoise",
               "frame_seconds": 0.02, "voice": true,
               "coarse": {"fine_hz": 0, )" +
               bands + R"(, "fine": {"fine_hz": 1000, )" + bands + "}}",
             7U);
}

std::string
read_file(const std::string& path)
{
  std::ifstream stream{ path, std::ios::binary };
  return { std::istreambuf_iterator<char>{ stream }, {} };
}

void
write_file(const std::string& path, const std::string& content)
{
  std::ofstream stream{ path, std::ios::binary };
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
}

bool
exists(const std::string& path)
{
  struct stat info {
  };
  return !lstat(path.c_str(), &info);
}

std::vector<float>
make_noise(const size_t n, const uint64_t seed)
{
  RondoRandom        random = rondo_random(seed, 1U);
  std::vector<float> noise(n);
  for (float& x : noise) {
    x = 2.0F * rondo_random_uniform(&random) - 1.0F;
  }
  return noise;
}

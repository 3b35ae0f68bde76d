// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// A small LV2 host: whatever a host may do or leave out can be chosen.

#ifndef RONDO_TESTS_PLUGIN_HOST_H
#define RONDO_TESTS_PLUGIN_HOST_H

#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <atomic>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

using Samples = std::vector<float>;
using Strings = std::vector<std::string>;

constexpr const char* mono_uri   = "urn:rondo:denoise";
constexpr const char* stereo_uri = "urn:rondo:denoise-stereo";
constexpr const char* melody_uri = "urn:rondo:melody";
constexpr const char* model_uri  = "urn:rondo:model";

// Return an environment variable that the build sets.
std::string
environment(const char* name);

// Return the path of a model that the build made.
std::string
model_path(const char* name);

// Return noise with loud and quiet stretches, in ±1.
Samples
make_noise(size_t n_samples, uint64_t seed);

// The numbers of URIs, and the way back
class Uris
{
public:
  Uris();
  Uris(const Uris&)            = delete;
  Uris& operator=(const Uris&) = delete;

  LV2_URID    number(const std::string& uri);
  const char* name(LV2_URID urid) const;

  LV2_URID_Map   map;
  LV2_URID_Unmap unmap;

private:
  mutable std::mutex              mutex_;
  std::map<std::string, LV2_URID> numbers_;
};

// What lilv finds in a bundle
class World
{
public:
  // With the types of LV2 if `whole`, else (faster) without.
  explicit World(const std::string& bundle, bool whole = false);
  ~World();

  World(const World&)            = delete;
  World& operator=(const World&) = delete;

  const LilvPlugin*        plugin(const char* uri) const;
  std::vector<std::string> values(const std::string& subject,
                                  const std::string& predicate) const;

  LilvWorld* get() const { return world_; }

private:
  LilvWorld* world_;
};

// Messages of bytes, one after the other, in memory that is there already; any
// thread, none of which waits for long or calls the system
class Queue
{
public:
  Queue();

  bool   push(uint32_t size, const void* data);
  size_t count() const { return count_; }
  void   clear();

  // Take the first message.
  std::vector<char> pop();

  // Take the first message, if there is one, into memory that it fits into.
  bool take(std::vector<char>& memory, uint32_t& size);

private:
  uint32_t first_size() const;
  void     drop_first();

  std::vector<char>   bytes_;
  size_t              used_{ 0U };
  std::atomic<size_t> count_{ 0U };
  std::atomic_flag    busy_ = ATOMIC_FLAG_INIT;
};

enum class Worker {
  none,      // The host has none
  queued,    // work() runs when the test says so
  immediate, // work() and its answers run inside of schedule_work()
};

// What a host offers
struct Offer {
  std::string uri{ mono_uri };
  double      sample_rate{ 48000.0 };
  Worker      worker{ Worker::queued };
  bool        features{ true }; // False: none at all, not even a list
  bool        atom_ports{ true };
  bool        log{ true };
  bool        forgets{ false }; // What is logged; any thread may then log
  size_t      notify_size{ 8192U };
  size_t      midi_size{ 8192U };
  std::string bundle{}; // Empty: the one that the build made for the tests

  // Values at first; others are 0, or as enabled and open as can be
  std::map<std::string, float> controls{};
};

// What a plugin said
struct Said {
  std::map<std::string, std::string> texts; // By property
  std::string                        last_path;
  size_t                             n_paths{ 0U };
  size_t                             n_changes{ 0U };
  std::vector<int32_t>               sequence_numbers;
};

// A running plugin
class Instance
{
public:
  explicit Instance(const Offer& offer = Offer{});
  ~Instance();

  Instance(const Instance&)            = delete;
  Instance& operator=(const Instance&) = delete;

  bool   valid() const { return handle_ != nullptr; }
  size_t n_channels() const { return n_channels_; }
  float& control(const char* symbol);

  void activate();
  void disconnect_controls(bool with_atoms = true);

  // Run one block; `in` and `out` have n_channels() pointers.
  void run(const float* const* in, float* const* out, size_t n_samples);

  // The two parts of run() that a host does in its audio thread
  void connect(const float* const* in, float* const* out);
  void run_connected(size_t n_samples);

  void run_silence(size_t n_samples = 256U);

  // Run all of `in` on every channel, in blocks of `block` samples, and return
  // the first channel.  The worker is served after every block.
  Samples render(const Samples& in, size_t block = 256U);

  // Ask in the next block.
  void set_path(const std::string& path,
                bool               as_string = false,
                const char*        property  = model_uri);
  void get_path(int32_t sequence_number = 0, const char* subject = nullptr);
  void send(const void* atom); // Any atom
  void begin_message();        // With nothing to be sent

  // Let the worker do all that is scheduled, and deliver its answers.
  void work();
  // Do the first thing that is scheduled, without delivering the answer.
  void work_once();
  void work_on(const std::vector<char>& message, size_t size);
  void deliver();
  void respond(const std::vector<char>& message);
  void respond(const std::vector<char>& message, size_t size);

  // Until everything is loaded and faded over to
  void settle();

  LV2_State_Status save(LV2_State_Store_Function  store,
                        void*                     handle,
                        const LV2_Feature* const* features);
  LV2_State_Status restore(LV2_State_Retrieve_Function retrieve,
                           void*                       handle,
                           const LV2_Feature* const*   features);

  const void*           extension(const char* uri) const;
  LV2_Handle            handle() const { return handle_; }
  const LV2_Descriptor* descriptor() const { return descriptor_; }
  LV2_Worker_Schedule*  schedule() { return &schedule_; }

  Uris        uris;
  Said        said;
  std::string logged;
  Queue       requests;
  Queue       responses;

  std::atomic<int> failing_schedules{ 0 }; // As many calls fail
  std::atomic<int> failing_responds{ 0 };

protected:
  Offer                 offer_;
  LV2_Atom_Forge        forge_;
  std::vector<uint64_t> control_;
  std::vector<uint64_t> midi_out_;
  std::vector<uint64_t> notify_;

private:
  friend struct Callbacks;

  void connect_controls();
  void empty(std::vector<uint64_t>& buffer, size_t size) const;
  void listen();

  void*                        library_{ nullptr };
  const LV2_Descriptor*        descriptor_{ nullptr };
  LV2_Handle                   handle_{ nullptr };
  const LV2_Worker_Interface*  worker_{ nullptr };
  Strings                      ports_;
  size_t                       n_channels_;
  bool                         notify_connected_;
  std::map<std::string, float> controls_;
  LV2_Atom_Forge_Frame         frame_;
  LV2_URID                     chunk_{ 0U };
  LV2_Worker_Schedule          schedule_;
  LV2_Log_Log                  log_;
  std::vector<LV2_Feature>     features_;
};

#endif // RONDO_TESTS_PLUGIN_HOST_H

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/plugin/host.h"
#include "tests/plugin/hosts_own.h"

#include "core/base/random.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <lv2/atom/util.h>
#include <lv2/patch/patch.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr size_t control_size = 65536U; // Bytes
constexpr size_t queue_size   = 65536U; // Bytes
constexpr size_t slow_period  = 9600U;  // Samples

const char* const shared_ports[] = { "control",   "notify", "enabled",
                                     "limit",     "mix",    "listen",
                                     "reduction", "voice",  "latency" };

constexpr uint32_t n_shared_ports = 9U;

LV2_URID
map_uri(LV2_URID_Map_Handle handle, const char* uri)
{
  return static_cast<Uris*>(handle)->number(uri);
}

const char*
unmap_uri(LV2_URID_Unmap_Handle handle, LV2_URID urid)
{
  return static_cast<Uris*>(handle)->name(urid);
}

} // namespace

std::string
environment(const char* const name)
{
  const char* const value = getenv(name);
  return value ? value : "";
}

std::string
model_path(const char* const name)
{
  return environment("RONDO_TEST_MODELS") + "/" + name;
}

Samples
make_noise(const size_t n_samples, const uint64_t seed)
{
  RondoRandom random = rondo_random(seed, 0U);
  Samples     samples(n_samples);
  for (size_t i = 0U; i < n_samples; ++i) {
    const float level = ((i / slow_period) % 2U) ? 0.02f : 0.2f;
    samples[i]        = level * rondo_random_normal(&random);
  }
  return samples;
}

// Uris

Uris::Uris()
  : map{ this, map_uri }
  , unmap{ this, unmap_uri }
{
}

LV2_URID
Uris::number(const std::string& uri)
{
  const std::lock_guard<std::mutex> lock{ mutex_ };
  const auto next = static_cast<LV2_URID>(numbers_.size() + 1U);
  return numbers_.emplace(uri, next).first->second;
}

const char*
Uris::name(const LV2_URID urid) const
{
  const std::lock_guard<std::mutex> lock{ mutex_ };
  for (const auto& pair : numbers_) {
    if (pair.second == urid) {
      return pair.first.c_str();
    }
  }
  return nullptr;
}

// World

World::World(const std::string& bundle, const bool whole)
  : world_(lilv_world_new())
{
  if (whole) {
    lilv_world_load_specifications(world_);
    lilv_world_load_all(world_);
  }

  LilvNode* const folder =
    lilv_new_file_uri(world_, nullptr, (bundle + "/").c_str());
  lilv_world_load_bundle(world_, folder);
  lilv_node_free(folder);
}

World::~World()
{
  lilv_world_free(world_);
}

const LilvPlugin*
World::plugin(const char* const uri) const
{
  LilvNode* const         node = lilv_new_uri(world_, uri);
  const LilvPlugin* const plugin =
    lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world_), node);
  lilv_node_free(node);
  return plugin;
}

std::vector<std::string>
World::values(const std::string& subject, const std::string& predicate) const
{
  LilvNode* const  s     = lilv_new_uri(world_, subject.c_str());
  LilvNode* const  p     = lilv_new_uri(world_, predicate.c_str());
  LilvNodes* const found = lilv_world_find_nodes(world_, s, p, nullptr);

  std::vector<std::string> values;
  LILV_FOREACH(nodes, i, found)
  {
    values.emplace_back(lilv_node_as_string(lilv_nodes_get(found, i)));
  }

  lilv_nodes_free(found);
  lilv_node_free(p);
  lilv_node_free(s);
  return values;
}

// Queue

Queue::Queue()
  : bytes_(queue_size)
{
}

bool
Queue::push(const uint32_t size, const void* const data)
{
  if (used_ + sizeof(size) + size > bytes_.size()) {
    return false;
  }
  memcpy(&bytes_[used_], &size, sizeof(size));
  memcpy(&bytes_[used_ + sizeof(size)], data, size);
  used_ += sizeof(size) + size;
  ++count_;
  return true;
}

void
Queue::clear()
{
  used_  = 0U;
  count_ = 0U;
}

std::vector<char>
Queue::pop()
{
  uint32_t size = 0U;
  memcpy(&size, bytes_.data(), sizeof(size));
  const size_t            end = sizeof(size) + size;
  const std::vector<char> message(bytes_.begin() + sizeof(size),
                                  bytes_.begin() +
                                    static_cast<std::ptrdiff_t>(end));
  memmove(bytes_.data(), &bytes_[end], used_ - end);
  used_ -= end;
  --count_;
  return message;
}

// What the plugin calls

struct Callbacks {
  static LV2_Worker_Status respond(LV2_Worker_Respond_Handle handle,
                                   const uint32_t            size,
                                   const void* const         data)
  {
    auto* const self = static_cast<Instance*>(handle);
    if (self->failing_responds > 0) {
      --self->failing_responds;
      return LV2_WORKER_ERR_NO_SPACE;
    }
    if (self->offer_.worker == Worker::immediate) {
      return self->worker_->work_response(self->handle_, size, data);
    }
    return self->responses.push(size, data) ? LV2_WORKER_SUCCESS
                                            : LV2_WORKER_ERR_NO_SPACE;
  }

  static LV2_Worker_Status schedule(LV2_Worker_Schedule_Handle handle,
                                    const uint32_t             size,
                                    const void* const          data)
  {
    [[maybe_unused]] const HostsOwn own{};
    auto* const                     self = static_cast<Instance*>(handle);
    if (self->failing_schedules > 0) {
      --self->failing_schedules;
      return LV2_WORKER_ERR_NO_SPACE;
    }
    if (self->offer_.worker == Worker::immediate) {
      return self->worker_->work(self->handle_, respond, self, size, data);
    }
    return self->requests.push(size, data) ? LV2_WORKER_SUCCESS
                                           : LV2_WORKER_ERR_NO_SPACE;
  }

  static int vprint(LV2_Log_Handle    handle,
                    const LV2_URID    type,
                    const char* const format,
                    va_list           arguments)
  {
    [[maybe_unused]] const HostsOwn own{};
    char                            line[8192] = "";
    const int   n    = vsnprintf(line, sizeof(line), format, arguments);
    auto* const self = static_cast<Instance*>(handle);
    self->logged += self->uris.name(type) + std::string(": ") + line;
    return n;
  }

  static int print(LV2_Log_Handle    handle,
                   const LV2_URID    type,
                   const char* const format,
                   ...)
  {
    va_list arguments;
    va_start(arguments, format);
    const int n = vprint(handle, type, format, arguments);
    va_end(arguments);
    return n;
  }
};

// Instance

Instance::Instance(const Offer& offer)
  : offer_(offer)
  , n_channels_(strcmp(offer.uri, stereo_uri) ? 1U : 2U)
  , notify_connected_(offer.atom_ports)
  , control_(control_size / sizeof(uint64_t))
  , notify_((offer.notify_size / sizeof(uint64_t)) + 2U)
  , schedule_{ this, Callbacks::schedule }
  , log_{ this, Callbacks::print, Callbacks::vprint }
{
  const std::string bundle =
    offer.bundle.empty() ? environment("RONDO_TEST_BUNDLE") : offer.bundle;

  library_ = dlopen((bundle + "/denoise.so").c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library_) {
    ADD_FAILURE() << dlerror();
    return;
  }

  using Function = const LV2_Descriptor* (*)(uint32_t);
  const auto describe =
    reinterpret_cast<Function>(dlsym(library_, "lv2_descriptor"));
  for (uint32_t i = 0U; (descriptor_ = describe(i)); ++i) {
    if (!strcmp(descriptor_->URI, offer.uri)) {
      break;
    }
  }

  features_.push_back({ LV2_URID__map, &uris.map });
  if (offer.log) {
    features_.push_back({ LV2_LOG__log, &log_ });
  }
  if (offer.worker != Worker::none) {
    features_.push_back({ LV2_WORKER__schedule, &schedule_ });
  }

  std::vector<const LV2_Feature*> list;
  for (const LV2_Feature& feature : features_) {
    list.push_back(&feature);
  }
  list.push_back(nullptr);

  chunk_ = uris.number(LV2_ATOM__Chunk);
  lv2_atom_forge_init(&forge_, &uris.map);
  worker_ =
    static_cast<const LV2_Worker_Interface*>(extension(LV2_WORKER__interface));
  handle_ = descriptor_->instantiate(descriptor_,
                                     offer.sample_rate,
                                     (bundle + "/").c_str(),
                                     offer.features ? list.data() : nullptr);
  if (handle_) {
    connect_controls();
    begin_message();
    activate();
  }
}

Instance::~Instance()
{
  if (handle_) {
    descriptor_->cleanup(handle_);
  }
  if (library_) {
    dlclose(library_);
  }
}

void
Instance::connect_controls()
{
  controls_["enabled"] = 1.0f;
  controls_["limit"]   = 100.0f;
  controls_["mix"]     = 100.0f;
  controls_["link"]    = 1.0f;

  for (uint32_t i = 0U; i < n_shared_ports; ++i) {
    void* data = &controls_[shared_ports[i]];
    if (i == 0U) {
      data = offer_.atom_ports ? control_.data() : nullptr;
    } else if (i == 1U) {
      data = offer_.atom_ports ? notify_.data() : nullptr;
    }
    descriptor_->connect_port(handle_, i, data);
  }

  if (n_channels_ > 1U) {
    descriptor_->connect_port(handle_, n_shared_ports, &controls_["link"]);
  }
}

float&
Instance::control(const char* const symbol)
{
  return controls_[symbol];
}

void
Instance::activate()
{
  descriptor_->activate(handle_);
}

void
Instance::begin_message()
{
  lv2_atom_forge_set_buffer(
    &forge_, reinterpret_cast<uint8_t*>(control_.data()), control_size);
  lv2_atom_forge_sequence_head(&forge_, &frame_, 0U);
}

void
Instance::disconnect_controls()
{
  for (uint32_t i = 0U; i < n_shared_ports + n_channels_ - 1U; ++i) {
    descriptor_->connect_port(handle_, i, nullptr);
  }
  notify_connected_ = false;
}

void
Instance::connect(const float* const* const in, float* const* const out)
{
  auto* const notify = reinterpret_cast<LV2_Atom_Sequence*>(notify_.data());
  notify->atom.type  = chunk_;
  notify->atom.size  = static_cast<uint32_t>(offer_.notify_size);

  const auto     n     = static_cast<uint32_t>(n_channels_);
  const uint32_t first = n_shared_ports + n - 1U;
  for (uint32_t c = 0U; c < n; ++c) {
    descriptor_->connect_port(handle_, first + c, const_cast<float*>(in[c]));
    descriptor_->connect_port(handle_, first + n + c, out[c]);
  }
}

void
Instance::run_connected(const size_t n_samples)
{
  descriptor_->run(handle_, static_cast<uint32_t>(n_samples));
}

void
Instance::run(const float* const* const in,
              float* const* const       out,
              const size_t              n_samples)
{
  connect(in, out);
  run_connected(n_samples);
  if (notify_connected_) {
    listen();
  }
  begin_message();
}

void
Instance::run_silence(const size_t n_samples)
{
  const Samples in(n_samples);
  Samples       out(n_samples);
  const float*  ins[]  = { in.data(), in.data() };
  float*        outs[] = { out.data(), out.data() };
  run(ins, outs, n_samples);
}

void
Instance::listen()
{
  const auto* const notify =
    reinterpret_cast<const LV2_Atom_Sequence*>(notify_.data());
  if (!offer_.features) {
    EXPECT_EQ(notify->atom.size, 0U);
    return;
  }

  ASSERT_EQ(notify->atom.type, uris.number(LV2_ATOM__Sequence));
  ASSERT_LE(notify->atom.size + sizeof(LV2_Atom), offer_.notify_size);
  LV2_ATOM_SEQUENCE_FOREACH(notify, event)
  {
    ASSERT_EQ(event->body.type, uris.number(LV2_ATOM__Object));
    const auto* const object =
      reinterpret_cast<const LV2_Atom_Object*>(&event->body);
    if (object->body.otype == uris.number(LV2_STATE__StateChanged)) {
      ++said.n_changes;
      continue;
    }

    ASSERT_EQ(object->body.otype, uris.number(LV2_PATCH__Set));
    const LV2_Atom* property = nullptr;
    const LV2_Atom* value    = nullptr;
    const LV2_Atom* sequence = nullptr;
    lv2_atom_object_get(object,
                        uris.number(LV2_PATCH__property),
                        &property,
                        uris.number(LV2_PATCH__value),
                        &value,
                        uris.number(LV2_PATCH__sequenceNumber),
                        &sequence,
                        0);
    ASSERT_TRUE(property && value);
    ASSERT_EQ(reinterpret_cast<const LV2_Atom_URID*>(property)->body,
              uris.number("urn:rondo:model"));
    ASSERT_EQ(value->type, uris.number(LV2_ATOM__Path));
    said.last_path = static_cast<const char*>(LV2_ATOM_BODY_CONST(value));
    ASSERT_EQ(value->size, said.last_path.size() + 1U);
    ++said.n_paths;
    said.sequence_numbers.push_back(
      sequence ? reinterpret_cast<const LV2_Atom_Int*>(sequence)->body : 0);
  }
}

Samples
Instance::render(const Samples& in, const size_t block)
{
  Samples              out(in.size());
  std::vector<Samples> others(n_channels_, Samples(in.size()));
  for (size_t i = 0U; i < in.size(); i += block) {
    const float* ins[2]  = { &in[i], &in[i] };
    float*       outs[2] = { &out[i], &others.back()[i] };
    run(ins, outs, std::min(block, in.size() - i));
    work();
  }
  return out;
}

void
Instance::set_path(const std::string& path, const bool as_string)
{
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_frame_time(&forge_, 0);
  lv2_atom_forge_object(&forge_, &frame, 0U, uris.number(LV2_PATCH__Set));
  lv2_atom_forge_key(&forge_, uris.number(LV2_PATCH__property));
  lv2_atom_forge_urid(&forge_, uris.number("urn:rondo:model"));
  lv2_atom_forge_key(&forge_, uris.number(LV2_PATCH__value));
  const auto length = static_cast<uint32_t>(path.size());
  if (as_string) {
    lv2_atom_forge_string(&forge_, path.c_str(), length);
  } else {
    lv2_atom_forge_path(&forge_, path.c_str(), length);
  }
  lv2_atom_forge_pop(&forge_, &frame);
}

void
Instance::get_path(const int32_t sequence_number, const char* const subject)
{
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_frame_time(&forge_, 0);
  lv2_atom_forge_object(&forge_, &frame, 0U, uris.number(LV2_PATCH__Get));
  if (subject) {
    lv2_atom_forge_key(&forge_, uris.number(LV2_PATCH__subject));
    lv2_atom_forge_urid(&forge_, uris.number(subject));
  }
  if (sequence_number) {
    lv2_atom_forge_key(&forge_, uris.number(LV2_PATCH__sequenceNumber));
    lv2_atom_forge_int(&forge_, sequence_number);
  }
  lv2_atom_forge_pop(&forge_, &frame);
}

void
Instance::send(const void* const atom)
{
  lv2_atom_forge_frame_time(&forge_, 0);
  lv2_atom_forge_write(
    &forge_, atom, lv2_atom_total_size(static_cast<const LV2_Atom*>(atom)));
}

void
Instance::work_once()
{
  const std::vector<char> message = requests.pop();
  // As unaligned as a ring buffer's may be
  std::vector<char> shifted(message.size() + 1U);
  memcpy(shifted.data() + 1U, message.data(), message.size());
  worker_->work(handle_,
                Callbacks::respond,
                this,
                static_cast<uint32_t>(message.size()),
                shifted.data() + 1U);
}

void
Instance::respond(const std::vector<char>& message)
{
  worker_->work_response(
    handle_, static_cast<uint32_t>(message.size()), message.data());
}

void
Instance::deliver()
{
  while (responses.count()) {
    respond(responses.pop());
  }
}

void
Instance::work()
{
  while (requests.count()) {
    work_once();
  }
  deliver();
}

void
Instance::settle()
{
  const Samples silence(static_cast<size_t>(offer_.sample_rate / 2.0));
  render(silence, 1024U);
}

LV2_State_Status
Instance::save(const LV2_State_Store_Function  store,
               void* const                     handle,
               const LV2_Feature* const* const features)
{
  const auto* const state =
    static_cast<const LV2_State_Interface*>(extension(LV2_STATE__interface));
  return state->save(handle_, store, handle, 0U, features);
}

LV2_State_Status
Instance::restore(const LV2_State_Retrieve_Function retrieve,
                  void* const                       handle,
                  const LV2_Feature* const* const   features)
{
  const auto* const state =
    static_cast<const LV2_State_Interface*>(extension(LV2_STATE__interface));
  return state->restore(handle_, retrieve, handle, 0U, features);
}

const void*
Instance::extension(const char* const uri) const
{
  return descriptor_->extension_data(uri);
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/plugin/host.h"
#include "tests/plugin/hosts_own.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <lv2/atom/util.h>
#include <lv2/patch/patch.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace {

constexpr size_t control_size = 65536U; // Bytes

const Strings denoise_ports = { "control",   "notify", "enabled",
                                "limit",     "mix",    "listen",
                                "reduction", "voice",  "latency" };

const Strings melody_ports = {
  "control",    "midi_out",    "notify",     "enabled",     "mode",
  "sync",       "tempo",       "bars",       "swing",       "armed",
  "locked",     "seed_bars",   "clear",      "freeze",      "temperature",
  "top_p",      "density",     "variation",  "random_seed", "regenerate",
  "key",        "scale",       "scale_lock", "low",         "high",
  "channel_in", "channel_out", "velocity",   "accent",      "humanize",
  "through",    "panic",       "write",      "seed_notes",  "progress",
  "state",      "number"
};

const Strings gate_ports = { "gate",
                             "gate_threshold",
                             "gate_hold",
                             "gate_range" };

size_t
channels_of(const std::string& uri)
{
  return uri == melody_uri ? 0U : uri == stereo_uri ? 2U : 1U;
}

// Audio ports have no name here
Strings
ports_of(const std::string& uri)
{
  if (uri == melody_uri) {
    return melody_ports;
  }
  Strings ports = denoise_ports;
  if (uri == stereo_uri) {
    ports.emplace_back("link");
  }
  ports.insert(ports.end(), 2U * channels_of(uri), "");
  ports.insert(ports.end(), gate_ports.begin(), gate_ports.end());
  return ports;
}

} // namespace

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
    auto* const                     self = static_cast<Instance*>(handle);
    if (self->offer_.forgets) {
      return 0;
    }

    char      line[8192] = "";
    const int n          = vsnprintf(line, sizeof(line), format, arguments);
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
  , control_(control_size / sizeof(uint64_t))
  , midi_out_((offer.midi_size / sizeof(uint64_t)) + 2U)
  , notify_((offer.notify_size / sizeof(uint64_t)) + 2U)
  , ports_(ports_of(offer.uri))
  , n_channels_(channels_of(offer.uri))
  , notify_connected_(offer.atom_ports)
  , schedule_{ this, Callbacks::schedule }
  , log_{ this, Callbacks::print, Callbacks::vprint }
{
  const std::string bundle =
    offer.bundle.empty() ? environment("RONDO_TEST_BUNDLE") : offer.bundle;

  const std::string name = offer.uri == melody_uri ? "melody" : "denoise";
  library_ =
    dlopen((bundle + "/" + name + ".so").c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library_) {
    ADD_FAILURE() << dlerror();
    return;
  }

  using Function = const LV2_Descriptor* (*)(uint32_t);
  const auto describe =
    reinterpret_cast<Function>(dlsym(library_, "lv2_descriptor"));
  for (uint32_t i = 0U; (descriptor_ = describe(i)); ++i) {
    if (descriptor_->URI == offer.uri) {
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
  controls_ = offer_.controls;
  controls_.insert({ { "enabled", 1.0f },
                     { "limit", 100.0f },
                     { "mix", 100.0f },
                     { "link", 1.0f } });

  const std::map<std::string, void*> atoms = {
    { "control", control_.data() },
    { "notify", notify_.data() },
    { "midi_out", midi_out_.data() },
  };
  for (uint32_t i = 0U; i < ports_.size(); ++i) {
    if (ports_[i].empty()) {
      continue;
    }
    const auto  atom = atoms.find(ports_[i]);
    void* const data = atom == atoms.end() ? &controls_[ports_[i]]
                       : offer_.atom_ports ? atom->second
                                           : nullptr;
    descriptor_->connect_port(handle_, i, data);
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
Instance::disconnect_controls(const bool with_atoms)
{
  for (uint32_t i = 0U; i < ports_.size(); ++i) {
    if (!ports_[i].empty() && (with_atoms || controls_.count(ports_[i]))) {
      descriptor_->connect_port(handle_, i, nullptr);
    }
  }
  notify_connected_ = notify_connected_ && !with_atoms;
}

void
Instance::empty(std::vector<uint64_t>& buffer, const size_t size) const
{
  auto* const sequence = reinterpret_cast<LV2_Atom_Sequence*>(buffer.data());
  sequence->atom.type  = chunk_;
  sequence->atom.size  = static_cast<uint32_t>(size);
}

void
Instance::connect(const float* const* const in, float* const* const out)
{
  empty(notify_, offer_.notify_size);
  empty(midi_out_, offer_.midi_size);

  const auto n     = static_cast<uint32_t>(n_channels_);
  const auto first = static_cast<uint32_t>(
    std::find(ports_.begin(), ports_.end(), "") - ports_.begin());
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
    const LV2_URID key = reinterpret_cast<const LV2_Atom_URID*>(property)->body;
    const std::string text =
      static_cast<const char*>(LV2_ATOM_BODY_CONST(value));
    ASSERT_EQ(value->size, text.size() + 1U);
    ASSERT_EQ(value->type,
              uris.number(key == uris.number("urn:rondo:report")
                            ? LV2_ATOM__String
                            : LV2_ATOM__Path));
    said.texts[uris.name(key)] = text;
    said.last_path             = text;
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
Instance::set_path(const std::string& path,
                   const bool         as_string,
                   const char* const  property)
{
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_frame_time(&forge_, 0);
  lv2_atom_forge_object(&forge_, &frame, 0U, uris.number(LV2_PATCH__Set));
  lv2_atom_forge_key(&forge_, uris.number(LV2_PATCH__property));
  lv2_atom_forge_urid(&forge_, uris.number(property));
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
Instance::work_on(const std::vector<char>& message, const size_t size)
{
  worker_->work(handle_,
                Callbacks::respond,
                this,
                static_cast<uint32_t>(size),
                message.data());
}

void
Instance::respond(const std::vector<char>& message)
{
  respond(message, message.size());
}

void
Instance::respond(const std::vector<char>& message, const size_t size)
{
  worker_->work_response(handle_, static_cast<uint32_t>(size), message.data());
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

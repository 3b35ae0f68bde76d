// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/plugin/host.h"

#include "core/base/random.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

namespace {

constexpr size_t queue_size  = 65536U; // Bytes
constexpr size_t slow_period = 9600U;  // Samples

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

namespace {

// Whoever holds it is through soon
class Turn
{
public:
  explicit Turn(std::atomic_flag& busy)
    : busy_(busy)
  {
    while (busy_.test_and_set(std::memory_order_acquire)) {
    }
  }

  ~Turn() { busy_.clear(std::memory_order_release); }

  Turn(const Turn&)            = delete;
  Turn& operator=(const Turn&) = delete;

private:
  std::atomic_flag& busy_;
};

} // namespace

Queue::Queue()
  : bytes_(queue_size)
{
}

bool
Queue::push(const uint32_t size, const void* const data)
{
  const Turn turn{ busy_ };
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
  const Turn turn{ busy_ };
  used_  = 0U;
  count_ = 0U;
}

uint32_t
Queue::first_size() const
{
  uint32_t size = 0U;
  memcpy(&size, bytes_.data(), sizeof(size));
  return size;
}

void
Queue::drop_first()
{
  const size_t end = sizeof(uint32_t) + first_size();
  memmove(bytes_.data(), &bytes_[end], used_ - end);
  used_ -= end;
  --count_;
}

std::vector<char>
Queue::pop()
{
  const Turn              turn{ busy_ };
  const auto              start = bytes_.begin() + sizeof(uint32_t);
  const std::vector<char> message(start, start + first_size());
  drop_first();
  return message;
}

bool
Queue::take(std::vector<char>& memory, uint32_t& size)
{
  const Turn turn{ busy_ };
  if (!count_ || first_size() > memory.size()) {
    return false;
  }
  size = first_size();
  memcpy(memory.data(), &bytes_[sizeof(size)], size);
  drop_first();
  return true;
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_PLUGIN_MEMORY_H
#define RONDO_TESTS_PLUGIN_MEMORY_H

#include "tests/plugin/host.h"

#include <lv2/atom/atom.h>
#include <lv2/state/state.h>
#include <lv2/worker/worker.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

constexpr const char* version_uri = "urn:rondo:stateVersion";

// A place for a saved state, whose paths are relative to a folder
class Memory
{
public:
  explicit Memory(Uris& uris)
    : uris_(uris)
    , map_{ this, to_abstract, to_absolute }
    , free_{ this, free_path }
    , map_feature_{ LV2_STATE__mapPath, &map_ }
    , free_feature_{ LV2_STATE__freePath, &free_ }
  {
  }

  struct Value {
    std::string bytes;
    std::string type;
    uint32_t    flags;
  };

  // With `schedule`, restoring is offered while audio runs
  std::vector<const LV2_Feature*> features(
    const LV2_Feature* schedule = nullptr)
  {
    std::vector<const LV2_Feature*> list;
    if (maps) {
      list.push_back(&map_feature_);
    }
    if (frees) {
      list.push_back(&free_feature_);
    }
    if (schedule) {
      list.push_back(schedule);
    }
    list.push_back(nullptr);
    return list;
  }

  LV2_State_Status save(Instance& instance)
  {
    return instance.save(store, this, features().data());
  }

  LV2_State_Status restore(Instance& instance, const bool running = false)
  {
    const LV2_Feature schedule = { LV2_WORKER__schedule, instance.schedule() };
    return instance.restore(
      retrieve, this, features(running ? &schedule : nullptr).data());
  }

  void put_path(const std::string& path)
  {
    values[model_uri] = { path + '\0',
                          LV2_ATOM__Path,
                          LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE };
  }

  std::map<std::string, Value> values;
  bool                         maps{ true };
  bool                         frees{ true };
  int                          n_mapped{ 0 }; // And not freed

private:
  static LV2_State_Status store(LV2_State_Handle  handle,
                                const uint32_t    key,
                                const void* const value,
                                const size_t      size,
                                const uint32_t    type,
                                const uint32_t    flags)
  {
    auto* const self                    = static_cast<Memory*>(handle);
    self->values[self->uris_.name(key)] = {
      std::string(static_cast<const char*>(value), size),
      self->uris_.name(type),
      flags
    };
    return LV2_STATE_SUCCESS;
  }

  static const void* retrieve(LV2_State_Handle handle,
                              const uint32_t   key,
                              size_t* const    size,
                              uint32_t* const  type,
                              uint32_t* const  flags)
  {
    auto* const self  = static_cast<Memory*>(handle);
    const auto  found = self->values.find(self->uris_.name(key));
    if (found == self->values.end()) {
      return nullptr;
    }
    *size  = found->second.bytes.size();
    *type  = self->uris_.number(found->second.type);
    *flags = found->second.flags;
    return found->second.bytes.data();
  }

  // Paths are allocated with an odd address if they are to be freed here, so
  // that whoever frees them in another way does not get far
  char* allocate(const std::string& path)
  {
    const size_t shift  = frees ? 1U : 0U;
    auto* const  memory = static_cast<char*>(malloc(path.size() + 2U));
    if (!memory) {
      return nullptr;
    }
    ++n_mapped;
    memcpy(memory + shift, path.c_str(), path.size() + 1U);
    return memory + shift;
  }

  static void free_path(LV2_State_Free_Path_Handle handle, char* const path)
  {
    --static_cast<Memory*>(handle)->n_mapped;
    free(path - 1);
  }

  static char* to_abstract(LV2_State_Map_Path_Handle handle,
                           const char* const         path)
  {
    const std::string folder = environment("RONDO_TEST_MODELS") + "/";
    const std::string full   = path;
    const bool        inside = !full.compare(0U, folder.size(), folder);
    return static_cast<Memory*>(handle)->allocate(
      inside ? full.substr(folder.size()) : full);
  }

  static char* to_absolute(LV2_State_Map_Path_Handle handle,
                           const char* const         path)
  {
    return static_cast<Memory*>(handle)->allocate(
      path[0] == '/' ? path : model_path(path));
  }

  Uris&               uris_;
  LV2_State_Map_Path  map_;
  LV2_State_Free_Path free_;
  LV2_Feature         map_feature_;
  LV2_Feature         free_feature_;
};

#endif // RONDO_TESTS_PLUGIN_MEMORY_H

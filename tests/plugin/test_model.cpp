// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// Models exchanged by messages while audio runs

#include "tests/plugin/host.h"

#include "core/audio/denoiser.h"
#include "core/net/model.h"

#include <gtest/gtest.h>
#include <lv2/patch/patch.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fstream>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr size_t rate   = 48000U;
constexpr size_t settle = rate / 10U; // As in plugin/denoise.h
constexpr size_t fade   = rate / 50U;

// Return what the denoiser makes of `in` with a model.
Samples
denoise(const std::string& path, const Samples& in)
{
  RondoError     error    = { RONDO_SUCCESS, "" };
  RondoModel*    model    = nullptr;
  RondoDenoiser* denoiser = nullptr;
  if (rondo_model_load(path.c_str(), &model, &error) ||
      rondo_denoiser_new(
        model, static_cast<double>(rate), 1U, &denoiser, &error)) {
    ADD_FAILURE() << error.message;
    rondo_model_free(model);
    return in;
  }

  Samples      out(in.size());
  const float* ins[]  = { in.data() };
  float*       outs[] = { out.data() };
  rondo_denoiser_process(denoiser, ins, outs, in.size());
  rondo_denoiser_free(denoiser);
  rondo_model_free(model);
  return out;
}

std::string
builtin()
{
  return environment("RONDO_TEST_BUNDLE") + "/voice.safetensors";
}

Samples
tail(const Samples& samples, const size_t start)
{
  return { samples.begin() + static_cast<std::ptrdiff_t>(start),
           samples.end() };
}

TEST(Model, IsTheBuiltInOneAtFirst)
{
  Instance instance;
  instance.get_path();
  instance.run_silence();
  EXPECT_EQ(instance.said.n_paths, 1U);
  EXPECT_EQ(instance.said.last_path, "");
  EXPECT_EQ(instance.said.n_changes, 0U);
}

TEST(Model, IsPlayedUnheardThenFadedOverTo)
{
  const Samples in = make_noise(rate, 7U);
  Instance      instance;

  // The worker gets it after the first block and is done after the second
  constexpr size_t block = 240U;
  Samples          out   = instance.render({ in.begin(), in.begin() + block });
  instance.set_path(model_path("other.safetensors"));
  const Samples rest = instance.render(tail(in, block), block);
  out.insert(out.end(), rest.begin(), rest.end());

  // The new one starts in the block after that in which it was asked for
  constexpr size_t start  = 2U * block;
  const Samples    before = denoise(builtin(), in);
  const Samples    after_tail =
    denoise(model_path("other.safetensors"), tail(in, start));
  for (size_t i = 0U; i < in.size(); ++i) {
    const float position =
      (static_cast<float>(i) - static_cast<float>(start + settle)) /
      static_cast<float>(fade);
    const float gain = std::fmin(std::fmax(position, 0.0f), 1.0f);
    const float neu  = i < start ? 0.0f : after_tail[i - start];
    if (gain == 0.0f) {
      ASSERT_EQ(out[i], before[i]) << i;
    } else if (gain == 1.0f && i > start + settle + fade) {
      ASSERT_EQ(out[i], neu) << i;
    } else {
      ASSERT_NEAR(out[i], before[i] + gain * (neu - before[i]), 1e-6f) << i;
    }
  }

  EXPECT_EQ(instance.said.n_paths, 1U);
  EXPECT_EQ(instance.said.last_path, model_path("other.safetensors"));
  EXPECT_EQ(instance.said.n_changes, 1U);
}

TEST(Model, IsExchangedInTheSameWayInBlocksOfAnySize)
{
  const Samples in = make_noise(rate / 2U, 8U);
  Samples       expected;
  for (const size_t block : { 1U, 60U, 480U, 4800U }) {
    // Asked for and loaded at the same sample
    Instance instance;
    Samples  out = instance.render({ in.begin(), in.begin() + 4800 }, block);
    instance.set_path(model_path("other.safetensors"));
    instance.run_silence(0U);
    instance.work();
    const Samples rest = instance.render(tail(in, 4800U), block);
    out.insert(out.end(), rest.begin(), rest.end());
    if (expected.empty()) {
      expected = out;
    }
    EXPECT_EQ(out, expected) << block;
  }
}

TEST(Model, IsExchangedInTheSameWayByAWorkerThatRunsAtOnce)
{
  const Samples in = make_noise(rate / 2U, 9U);
  Offer         offer;
  offer.worker = Worker::immediate;
  Instance immediate{ offer };
  Instance queued;

  immediate.set_path(model_path("other.safetensors"));
  queued.set_path(model_path("other.safetensors"));
  immediate.run_silence(0U);
  queued.run_silence(0U);
  queued.work();
  EXPECT_EQ(immediate.render(in), queued.render(in));
  EXPECT_EQ(immediate.said.last_path, model_path("other.safetensors"));
  EXPECT_EQ(immediate.said.n_changes, 1U);

  immediate.set_path("");
  immediate.settle();
  EXPECT_EQ(immediate.said.last_path, "");
}

TEST(Model, DoesNotTouchTheBypassedSignal)
{
  const Samples in = make_noise(rate / 2U, 10U);
  Instance      instance;
  instance.control("enabled") = 0.0f;
  Samples out = instance.render({ in.begin(), in.begin() + 4800 });
  instance.set_path(model_path("other.safetensors"));
  const Samples rest = instance.render(tail(in, 4800U));
  out.insert(out.end(), rest.begin(), rest.end());

  EXPECT_EQ(instance.said.last_path, model_path("other.safetensors"));
  const auto latency = static_cast<size_t>(instance.control("latency"));
  for (size_t i = latency; i < in.size(); ++i) {
    ASSERT_EQ(out[i], in[i - latency]) << i;
  }
}

TEST(Model, IsTheLastThatWasAskedFor)
{
  Instance instance;
  instance.render(make_noise(4800U, 11U));
  for (int i = 0; i < 50; ++i) {
    instance.set_path(
      model_path(i % 2 ? "other.safetensors" : "third.safetensors"));
    instance.run_silence(32U);
    EXPECT_LE(instance.requests.count(), 2U); // One order, one to be freed
    if (i % 7 == 0) {
      instance.work();
    }
  }
  instance.settle();
  EXPECT_EQ(instance.said.last_path, model_path("other.safetensors"));
  EXPECT_EQ(instance.requests.count(), 0U);
}

TEST(Model, IsTheLastOfManyInOneBlock)
{
  Instance instance;
  instance.set_path(model_path("missing"));
  instance.set_path(model_path("third.safetensors"));
  instance.set_path("");
  instance.set_path(model_path("other.safetensors"));
  instance.settle();
  EXPECT_EQ(instance.said.n_paths, 1U);
  EXPECT_EQ(instance.said.last_path, model_path("other.safetensors"));
  EXPECT_EQ(instance.logged, "");
}

TEST(Model, IsTakenAtOnceWhileNothingHasPlayed)
{
  const Samples in = make_noise(rate / 4U, 12U);
  Instance      instance;
  instance.set_path(model_path("other.safetensors"));
  instance.run_silence(0U);
  instance.work();
  EXPECT_EQ(instance.render(in), denoise(model_path("other.safetensors"), in));
}

TEST(Model, ReturnsToTheBuiltInOneForAnEmptyPath)
{
  const Samples in = make_noise(rate, 13U);
  Instance      instance;
  instance.set_path(model_path("other.safetensors"));
  instance.settle();
  instance.set_path("");
  instance.settle();
  EXPECT_EQ(instance.said.last_path, "");
  instance.activate();
  EXPECT_EQ(instance.render(in), denoise(builtin(), in));
}

TEST(Model, IsFadedOverToBeforeTheNextStarts)
{
  Instance instance;
  instance.render(make_noise(4800U, 14U));
  instance.set_path(model_path("other.safetensors"));
  instance.run_silence();
  instance.work();
  instance.run_silence(); // The first plays unheard now
  instance.set_path(model_path("third.safetensors"));
  instance.run_silence();
  instance.work();
  instance.run_silence();
  instance.set_path("");
  instance.run_silence();
  instance.work();
  instance.settle();
  EXPECT_EQ(instance.said.last_path, "");
}

TEST(Model, StaysIfTheFileIsBad)
{
  const std::string folder = environment("RONDO_TEST_MODELS");
  std::ofstream(folder + "/empty.safetensors").flush();
  std::ofstream(folder + "/text.safetensors") << "This is no model.\n";
  const std::string bad[] = { folder + "/missing.safetensors",
                              folder,
                              "/dev/zero",
                              folder + "/empty.safetensors",
                              folder + "/text.safetensors" };
  for (const std::string& path : bad) {
    SCOPED_TRACE(path);
    Instance instance;
    instance.set_path(model_path("other.safetensors"));
    instance.settle();
    instance.set_path(path);
    instance.settle();
    EXPECT_NE(instance.logged.find(path + ": "), std::string::npos);
    EXPECT_EQ(instance.logged.find(path + ": "),
              instance.logged.rfind(path + ": "));
    EXPECT_NE(instance.logged.find("keeping"), std::string::npos);
    EXPECT_EQ(instance.logged.find('\n'), instance.logged.size() - 1U);
    EXPECT_EQ(instance.said.n_paths, 2U);
    EXPECT_EQ(instance.said.last_path, model_path("other.safetensors"));
    EXPECT_EQ(instance.said.n_changes, 1U);
  }
}

TEST(Model, BringsItsOwnLatency)
{
  const std::pair<const char*, size_t> models[] = {
    { "ahead.safetensors", 960U + (6U * 480U) },
    { "short.safetensors", 480U },
    { "other.safetensors", 960U },
  };
  Instance instance;
  instance.control("limit") = 0.0f;
  for (const auto& [name, latency] : models) {
    instance.set_path(model_path(name));
    instance.settle();
    EXPECT_EQ(instance.said.last_path, model_path(name));
    EXPECT_EQ(instance.control("latency"), static_cast<float>(latency));

    const Samples in  = make_noise(9600U, 12U);
    const Samples out = instance.render(in);
    for (size_t i = latency; i < in.size(); ++i) {
      ASSERT_NEAR(out[i], in[i - latency], 1e-6f) << name << " " << i;
    }

    // And a host may ask before it runs
    instance.control("latency") = -1.0f;
    instance.activate();
    EXPECT_EQ(instance.control("latency"), static_cast<float>(latency));
  }
  EXPECT_EQ(instance.logged, "");
}

TEST(Model, ThatLooksAheadIsHeardOnceItSees)
{
  // Silence stays silence until the fade begins, later by the look-ahead
  const size_t  start = rate / 2U;
  const size_t  heard = start + settle + (6U * 480U);
  const Samples in    = make_noise(2U * rate, 13U);
  Instance      changed;
  Instance      kept;
  Samples       x = changed.render({ in.begin(), in.begin() + start });
  changed.set_path(model_path("ahead.safetensors"));
  changed.run_silence(0U);
  changed.work();
  const Samples rest = changed.render(tail(in, start));
  x.insert(x.end(), rest.begin(), rest.end());
  const Samples y = kept.render(in);
  for (size_t i = 0U; i < heard; ++i) {
    ASSERT_EQ(x[i], y[i]) << i;
  }
  size_t n_others = 0U;
  for (size_t i = heard; i < x.size(); ++i) {
    n_others += x[i] != y[i];
  }
  EXPECT_GT(n_others, rate / 2U);
}

TEST(Model, StaysWithoutAWorker)
{
  Offer offer;
  offer.worker = Worker::none;
  for (const bool log : { true, false }) {
    offer.log = log;
    Instance instance{ offer };
    instance.set_path(model_path("other.safetensors"));
    instance.settle();
    EXPECT_EQ(instance.said.n_paths, 1U);
    EXPECT_EQ(instance.said.last_path, "");
    EXPECT_EQ(instance.logged.find("worker") != std::string::npos, log);
  }
}

TEST(Model, IsAskedForAgainIfTheHostIsBusy)
{
  Instance instance;
  instance.failing_schedules = 5;
  instance.set_path(model_path("other.safetensors"));
  for (int i = 0; i < 5; ++i) {
    instance.run_silence();
    EXPECT_EQ(instance.requests.count(), 0U);
  }
  instance.settle();
  EXPECT_EQ(instance.said.last_path, model_path("other.safetensors"));

  // And so is the freeing of the old one
  instance.set_path(model_path("third.safetensors"));
  instance.run_silence();
  instance.work();
  instance.failing_schedules = 1000;
  instance.settle();
  instance.failing_schedules = 0;
  instance.run_silence();
  EXPECT_EQ(instance.requests.count(), 1U);
}

TEST(Model, CanBeAskedForAgainIfTheAnswerIsLost)
{
  for (const Worker worker : { Worker::queued, Worker::immediate }) {
    Offer offer;
    offer.worker = worker;
    Instance instance{ offer };
    instance.failing_responds = 1;
    instance.set_path(model_path("other.safetensors"));
    instance.settle();
    // A worker that runs at once fails in the call, which is then repeated
    EXPECT_EQ(instance.said.n_paths, worker == Worker::immediate ? 1U : 0U);
    instance.set_path(model_path("third.safetensors"));
    instance.settle();
    EXPECT_EQ(instance.said.last_path, model_path("third.safetensors"));
  }
}

TEST(Model, IsNotLostWithTheHost)
{
  // Orders, answers and units to be freed are under way; the leak check tells
  for (int step = 0; step < 4; ++step) {
    Instance instance;
    instance.render(make_noise(4800U, 15U));
    instance.set_path(model_path("other.safetensors"));
    instance.run_silence();
    if (step > 0) {
      instance.work_once();
    }
    if (step > 1) {
      instance.deliver();
      instance.run_silence();
    }
    if (step > 2) {
      instance.set_path(model_path("third.safetensors"));
      instance.run_silence(9600U);
      instance.run_silence();
    }
  }
}

TEST(Model, IsSettledByActivation)
{
  const Samples in = make_noise(rate / 4U, 16U);
  Instance      instance;
  instance.render(make_noise(4800U, 16U));
  instance.set_path(model_path("other.safetensors"));
  instance.run_silence();
  instance.work();
  instance.run_silence();
  instance.activate();
  EXPECT_EQ(instance.render(in), denoise(model_path("other.safetensors"), in));

  // An answer that was under way then still comes in its time
  instance.set_path(model_path("third.safetensors"));
  instance.run_silence();
  instance.work_once();
  instance.activate();
  instance.set_path("");
  instance.run_silence();
  instance.settle();
  EXPECT_EQ(instance.said.last_path, "");
}

// A host whose worker is a thread; a mutex stands for its rings
class ThreadedHost
{
public:
  ThreadedHost()
    : thread_(&ThreadedHost::run_worker, this)
  {
  }

  ~ThreadedHost() { stop(); }

  ThreadedHost(const ThreadedHost&)            = delete;
  ThreadedHost& operator=(const ThreadedHost&) = delete;

  void stop()
  {
    stop_ = true;
    if (thread_.joinable()) {
      thread_.join();
    }
  }

  void run_block(const Samples& in)
  {
    const std::lock_guard<std::mutex> lock{ mutex_ };
    Samples                           out(in.size());
    const float*                      ins[]  = { in.data() };
    float*                            outs[] = { out.data() };
    instance.run(ins, outs, in.size());
    instance.deliver();
  }

  Instance instance;

private:
  static LV2_Worker_Status respond(LV2_Worker_Respond_Handle handle,
                                   const uint32_t            size,
                                   const void* const         data)
  {
    auto* const                       self = static_cast<ThreadedHost*>(handle);
    const std::lock_guard<std::mutex> lock{ self->mutex_ };
    return self->instance.responses.push(size, data) ? LV2_WORKER_SUCCESS
                                                     : LV2_WORKER_ERR_NO_SPACE;
  }

  bool take(std::vector<char>& message)
  {
    const std::lock_guard<std::mutex> lock{ mutex_ };
    if (!instance.requests.count()) {
      return false;
    }
    message = instance.requests.pop();
    return true;
  }

  void run_worker()
  {
    const auto* const worker = static_cast<const LV2_Worker_Interface*>(
      instance.extension(LV2_WORKER__interface));
    std::vector<char> message;
    while (!stop_) {
      if (take(message)) {
        worker->work(instance.handle(),
                     respond,
                     this,
                     static_cast<uint32_t>(message.size()),
                     message.data());
      } else {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
  }

  std::mutex        mutex_;
  std::atomic<bool> stop_{ false };
  std::thread       thread_;
};

LV2_State_Status
ignore(LV2_State_Handle, uint32_t, const void*, size_t, uint32_t, uint32_t)
{
  return LV2_STATE_SUCCESS;
}

TEST(Model, IsExchangedByARealThread)
{
  ThreadedHost      host;
  std::atomic<bool> stop{ false };
  std::thread       saver{ [&] {
    while (!stop) {
      host.instance.save(ignore, nullptr, nullptr);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  } };

  const Samples noise = make_noise(256U, 17U);
  for (int i = 0; i < 1500; ++i) {
    if (i % 3 == 0 && i < 1000) {
      host.instance.set_path(i % 2 ? model_path("other.safetensors") : "");
    } else if (i == 1000) {
      host.instance.set_path(model_path("third.safetensors"));
    }
    host.run_block(noise);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }

  stop = true;
  saver.join();
  host.stop();
  host.instance.settle();
  EXPECT_EQ(host.instance.said.last_path, model_path("third.safetensors"));
}

} // namespace

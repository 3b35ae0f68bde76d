// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "tests/plugin/storm.h"

#include "tests/plugin/heap_probe.h"
#include "tests/plugin/memory.h"

#include <linux/seccomp.h>
#include <lv2/atom/util.h>
#include <lv2/midi/midi.h>
#include <lv2/patch/patch.h>
#include <lv2/time/time.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <limits>
#include <thread>

namespace {

constexpr size_t blocks[]     = { 0U, 1U, 17U, 64U, 256U, 480U, 1024U };
constexpr size_t longest      = 1024U;
constexpr size_t n_gusts      = 512U;
constexpr size_t most_blocks  = 8000000U;
constexpr size_t message_size = 8192U;
constexpr size_t message_text = 8U; // Where the path of a message begins

long
count_faults()
{
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt;
}

} // namespace

Storm::Storm(const Weather& weather)
  : Player(weather.offer)
  , weather_(weather)
  , ins_{ make_noise(longest, 1U), Samples(longest), Samples(longest) }
  , outs_{ Samples(longest), Samples(longest) }
  , answer_(message_size)
  , heard_(weather.models.size())
{
  const float nonsense[] = { NAN, INFINITY, -INFINITY, 1e30f, 1e-40f };
  for (size_t i = 0U; i < longest; ++i) {
    ins_[2][i] = nonsense[i % 5U];
  }

  const auto controls =
    weather.offer.uri == melody_uri
      ? weather.offer.controls
      : std::map<std::string, float>{
          { "enabled", 1.0f },        { "limit", 100.0f },
          { "mix", 100.0f },          { "listen", 0.0f },
          { "link", 1.0f },           { "gate", 0.0f },
          { "gate_threshold", 0.5f }, { "gate_hold", 300.0f },
          { "gate_range", 20.0f }
        };
  for (const auto& [symbol, value] : controls) {
    symbols_.push_back(symbol);
    control(symbol.c_str()) = value;
  }
  make_gusts();
}

double
Storm::any_number()
{
  const double numbers[] = {
    0.0,  1.0, -1.0, 0.3, 4.0, 120.0, 1e300, -1e300,
    1e15, NAN, 1e-9, 7.0, 3.0, 2.0,   384.0, INFINITY
  };
  return numbers[random_() % 16U];
}

float
Storm::any_value()
{
  return random_() % 4U ? static_cast<float>(random_() % 24U) - 2.0f
                        : static_cast<float>(any_number());
}

// Say what a host says that is well, or nearly
void
Storm::say_something_sane()
{
  const auto n_models = weather_.models.size();
  const auto n_paths  = n_models + weather_.files.size();
  const auto frame    = static_cast<uint32_t>(random_() % 64U);
  const auto pitch    = static_cast<uint8_t>(random_() % 128U);
  const bool is_tuned = offer_.uri == melody_uri;
  Place      place;
  switch (random_() % (is_tuned ? 5U : 2U)) {
    case 0U:
      if (const size_t i = random_() % (n_paths + 1U); i < n_models) {
        set_path(weather_.models[i]);
      } else if (i < n_paths) {
        set_path(weather_.files[i - n_models],
                 random_() % 2U,
                 is_tuned ? "urn:rondo:midiFile" : model_uri);
      } else {
        set_path("");
      }
      break;
    case 1U:
      get_path(static_cast<int32_t>(random_() % 3U));
      break;
    case 2U:
      place.speed            = random_() % 4U ? 1.0 : any_number();
      place.bar              = random_() % 4U ? random_() % 8U : any_number();
      place.bar_beat         = random_() % 4U ? 0.0 : any_number();
      place.beats_per_minute = random_() % 4U ? 120.0 : any_number();
      place.beats_per_bar    = random_() % 4U ? 4.0 : any_number();
      this->place(frame, place);
      break;
    default:
      midi(frame, { note_on, pitch, 100U });
      midi(frame + 9U, { note_off, pitch, 0U });
      break;
  }
}

// Make a sequence that is sane, has been damaged, or never was one
std::vector<uint64_t>
Storm::make_events()
{
  begin_message();
  for (size_t i = random_() % 4U; i; --i) {
    say_something_sane();
  }
  const auto* const atom = reinterpret_cast<const LV2_Atom*>(control_.data());
  const size_t      size = lv2_atom_total_size(atom);
  std::vector<uint64_t> events(control_.begin(),
                               control_.begin() +
                                 static_cast<std::ptrdiff_t>((size + 7U) / 8U));

  // The first words are the sequence's own
  auto* const  words   = reinterpret_cast<uint32_t*>(events.data());
  const size_t n_words = 2U * events.size();
  switch (random_() % 3U) {
    case 0U:
      for (size_t n = random_() % 4U; n && n_words > 4U; --n) {
        const uint32_t choices[]               = { 0U,
                                                   UINT32_MAX,
                                                   static_cast<uint32_t>(random_()),
                                                   static_cast<uint32_t>(random_() % 64U) };
        words[4U + random_() % (n_words - 4U)] = choices[random_() % 4U];
      }
      break;
    case 1U:
      for (size_t i = 4U; i < n_words && random_() % 2U; ++i) {
        words[i] = static_cast<uint32_t>(random_() % 99U);
      }
      break;
    default:
      break;
  }
  return events;
}

void
Storm::make_gusts()
{
  for (size_t i = 0U; i < n_gusts; ++i) {
    Gust gust{ make_events(), {}, &ins_[i % 7U == 0U ? i % 3U : 0U], 0U };
    gust.n_samples = blocks[random_() % 7U];
    for (const std::string& symbol : symbols_) {
      float& knob = control(symbol.c_str());
      if (i % 64U == 0U) {
        gust.knobs.emplace_back(&knob, knob); // As it was at first
      } else if (random_() % symbols_.size() < 3U) {
        gust.knobs.emplace_back(&knob, any_value());
      }
    }
    gusts_.push_back(gust);
  }
  begin_message();
}

// Look, without a call, at what the plugin says and at what is heard
void
Storm::look_at_output(const size_t n_samples)
{
  for (size_t c = 0U; c < n_channels(); ++c) {
    for (size_t i = 0U; i < n_samples; ++i) {
      n_bad_samples += std::isfinite(outs_[c][i]) ? 0U : 1U;
    }
  }

  const char* const said = reinterpret_cast<const char*>(notify_.data());
  for (size_t i = 0U; i < heard_.size(); ++i) {
    const std::string& path = weather_.models[i];
    if (!heard_[i] &&
        memmem(said, offer_.notify_size, path.c_str(), path.size() + 1U)) {
      heard_[i] = true;
      ++n_heard_;
    }
  }

  if (offer_.uri == melody_uri) {
    int64_t           last = 0;
    const auto* const out =
      reinterpret_cast<const LV2_Atom_Sequence*>(midi_out_.data());
    LV2_ATOM_SEQUENCE_FOREACH(out, event)
    {
      const auto* const body =
        static_cast<const uint8_t*>(LV2_ATOM_BODY_CONST(&event->body));
      const bool is_well =
        event->time.frames >= last &&
        event->time.frames < static_cast<int64_t>(n_samples) &&
        event->body.size <= 3U && (body[0] & 0x80U);
      n_bad_events += is_well ? 0U : 1U;
      n_notes += (body[0] & 0xF0U) == note_on ? 1U : 0U;
      last = event->time.frames;
    }
  }
}

void
Storm::take_answers()
{
  uint32_t size = 0U;
  while (responses.take(answer_, size)) {
    const HeapProbe probe;
    respond(answer_, size);
    n_heap_calls += probe.n_calls();
    ++n_answers;
  }
}

void
Storm::run_block(const Gust& gust, const Watch watch)
{
  const float* ins[2]  = { gust.in->data(), gust.in->data() };
  float*       outs[2] = { outs_[0].data(), outs_[1].data() };
  std::copy(gust.events.begin(), gust.events.end(), control_.begin());
  for (const auto& [knob, value] : gust.knobs) {
    *knob = value;
  }
  connect(ins, outs);

  const long before = watch == Watch::faults ? count_faults() : 0;
  {
    const HeapProbe probe;
    run_connected(gust.n_samples);
    n_heap_calls += probe.n_calls();
  }
  n_faults += watch == Watch::faults ? count_faults() - before : 0;
  look_at_output(gust.n_samples);
  take_answers();
}

void
Storm::run_audio(const Watch watch)
{
  audio_thread_ = static_cast<pid_t>(syscall(SYS_gettid));
  if (watch == Watch::system && prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)) {
    _exit(77);
  }

  while (n_played < weather_.n_blocks ||
         (n_heard_ < heard_.size() && n_played < most_blocks)) {
    run_block(gusts_[n_played % n_gusts], watch);
    if (weather_.plants && n_played == 9U) {
      syscall(SYS_getppid);
    }
    ++n_played;
  }
  over_ = true;

  if (watch == Watch::system) {
    syscall(SYS_exit, 0); // Of this thread
  }
}

// A worker that touches no file but those that the test knows
void
Storm::run_worker()
{
  std::vector<char> message(message_size);
  uint32_t          size = 0U;
  while (!over_) {
    if (!requests.take(message, size)) {
      std::this_thread::sleep_for(std::chrono::microseconds(100));
      continue;
    }

    const std::string path(message.data() +
                             std::min<size_t>(size, message_text),
                           size > message_text ? size - message_text - 1U : 0U);
    const auto        knows = [&path](const Strings& paths) {
      return std::find(paths.begin(), paths.end(), path) != paths.end();
    };
    if (path[0] != '/' || knows(weather_.models) || knows(weather_.files)) {
      work_on(message, size);
    }
  }
}

// Restore a state, good or bad
void
Storm::restore_something()
{
  Memory        memory{ uris };
  const int32_t version      = 1;
  memory.values[version_uri] = {
    std::string(reinterpret_cast<const char*>(&version), sizeof(version)),
    LV2_ATOM__Int,
    LV2_STATE_IS_POD
  };
  std::string bytes(random_() % 4U ? 12U + 10U * (random_() % 9U) : 5U, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(random_() % 256U);
  }
  bytes[0] = 1;
  for (size_t i = 8U; i < bytes.size() && i < 12U; ++i) {
    bytes[i] = static_cast<char>(i == 8U ? (bytes.size() - 12U) / 10U : 0U);
  }
  memory.values[random_() % 2U ? "urn:rondo:seed" : "urn:rondo:frozen"] = {
    bytes, LV2_ATOM__Chunk, LV2_STATE_IS_POD
  };

  const Strings&    paths = random_() % 2U && !weather_.models.empty()
                              ? weather_.models
                              : weather_.files;
  const std::string path  = paths[random_() % paths.size()];
  memory.values["urn:rondo:midiFile"] = { path + '\0',
                                          LV2_ATOM__String,
                                          LV2_STATE_IS_POD };
  memory.put_path(random_() % 4U ? path : "");
  if (random_() % 8U == 0U) {
    memory.values[model_uri].type = LV2_ATOM__Int;
  }
  memory.restore(*this, true);
}

bool
Storm::audio_is_over() const
{
  return over_ || (audio_thread_ &&
                   syscall(SYS_tgkill, getpid(), audio_thread_.load(), 0));
}

bool
Storm::blow(const Watch watch)
{
  over_         = false;
  audio_thread_ = 0;
  n_played      = 0U;
  std::thread worker{ [this] { run_worker(); } };
  std::thread audio{ [this, watch] { run_audio(watch); } };
  for (size_t i = 0U; !audio_is_over(); ++i) {
    // Orders that are younger than the last one restored count as well
    if (i % 16U == 0U) {
      restore_something();
    }
    Memory memory{ uris };
    memory.save(*this);
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }

  const bool is_well = over_;
  over_              = true;
  worker.join();
  if (watch == Watch::system) {
    audio.detach(); // It left without a word
  } else {
    audio.join();
  }
  return is_well && n_heard_ == heard_.size();
}

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#ifndef RONDO_TESTS_PLUGIN_HOSTS_OWN_H
#define RONDO_TESTS_PLUGIN_HOSTS_OWN_H

#if defined(__has_feature)
#  if __has_feature(realtime_sanitizer)
#    include <sanitizer/rtsan_interface.h>
#    define RONDO_TEST_RTSAN
#  endif
#endif

// What the host does itself is not held against the plugin that calls it.
class HostsOwn
{
#ifdef RONDO_TEST_RTSAN
  __rtsan::ScopedDisabler disabler_;
#endif
};

#endif // RONDO_TESTS_PLUGIN_HOSTS_OWN_H

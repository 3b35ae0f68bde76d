-- Copyright 2026 The Rondo developers
-- SPDX-License-Identifier: ISC

-- Load the session, see that the controls are what they were, and save it
-- again.  With EXPORT, then change the controls and export what that makes of
-- an impulse (from 0) and of noise (from 48000).

local session = assert (load_session (os.getenv ("SESSION"), "test"))
local plugin = session:route_by_name ("T1"):nth_plugin (0)
assert (not plugin:isnil (), "no plugin")
local inner = plugin:to_insert ():plugin (0)

local function get (index)
  return (ARDOUR.LuaAPI.get_processor_param (plugin, index, true))
end

local function set (index, value)
  assert (ARDOUR.LuaAPI.set_processor_param (plugin, index, value))
end

local function export (name, first, last)
  local exporter = session:simple_export ()
  exporter:set_folder (os.getenv ("SESSION") .. "/export")
  exporter:set_name (name)
  assert (exporter:set_preset ("11111111-2222-3333-4444-555555555555"))
  exporter:set_range (first, last)
  assert (exporter:run_export ())
end

-- Numbers of control inputs: enabled, limit, mix, listen
assert (get (0) == 1, "enabled")
assert (get (1) == 30, "limit")
assert (get (2) == 60, "mix")
assert (get (3) == 0, "listen")
assert (plugin:active ())
session:save_state ("")

if os.getenv ("EXPORT") then
  export ("model", 48000, 144000)

  assert (inner:load_preset (inner:preset_by_label ("Strong")))
  set (1, 30)
  set (2, 60)
  export ("built_in", 48000, 144000)

  set (1, 0)
  set (2, 100)
  export ("enabled", 0, 40000)

  -- Not deactivated, where Ardour's own bypass takes over: the delay that it
  -- accounts for then changes in other threads, while the export begins
  set (1, 100)
  plugin:to_insert ():enable (false)
  assert (get (0) == 0, "bypassed")
  export ("bypassed", 0, 40000)
end

close_session ()
quit ()

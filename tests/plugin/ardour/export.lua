-- Copyright 2026 The Rondo developers
-- SPDX-License-Identifier: ISC

-- Load the session, export its first FRAMES as NAME, and save it.  With LOCK,
-- lock the seed of the melody plugin before; with WRITE, press its button that
-- writes a file after.  Both are numbers of control inputs.

local session = assert (load_session (os.getenv ("SESSION"), "test"))

if os.getenv ("LOCK") then
  local plugin = session:route_by_name ("T1"):nth_plugin (0)
  assert (ARDOUR.LuaAPI.set_processor_param (
    plugin, tonumber (os.getenv ("LOCK")), 1))
end

local exporter = session:simple_export ()
exporter:set_folder (os.getenv ("SESSION") .. "/export")
exporter:set_name (os.getenv ("NAME"))
assert (exporter:set_preset ("11111111-2222-3333-4444-555555555555"))
exporter:set_range (0, tonumber (os.getenv ("FRAMES")))
assert (exporter:run_export ())

if os.getenv ("WRITE") then
  local plugin = session:route_by_name ("T1"):nth_plugin (0)
  local index = tonumber (os.getenv ("WRITE"))
  assert (ARDOUR.LuaAPI.set_processor_param (plugin, index, 1))
  ARDOUR.LuaAPI.usleep (500000)
  assert (ARDOUR.LuaAPI.set_processor_param (plugin, index, 0))
  ARDOUR.LuaAPI.usleep (100000)
end

session:save_state ("")
print ("saved")
io.flush ()
close_session ()
quit ()

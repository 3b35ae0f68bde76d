-- Copyright 2026 The Rondo developers
-- SPDX-License-Identifier: ISC

-- Make a session with a MIDI track that our plugin, with PRESET, and then a
-- synthesiser play, and save.

local session = assert (create_session (os.getenv ("SESSION"), "test", 48000))
local midi = ARDOUR.ChanCount (ARDOUR.DataType ("midi"), 1)
local audio = ARDOUR.ChanCount (ARDOUR.DataType ("audio"), 2)
local tracks = session:new_midi_track (
  midi, audio, true, ARDOUR.PluginInfo (), nil, nil, 1, "T1",
  ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
local track
for t in tracks:iter () do track = t end

local function add (uri, place)
  local plugin = ARDOUR.LuaAPI.new_plugin (
    session, uri, ARDOUR.PluginType.LV2, "")
  assert (not plugin:isnil (), uri)
  assert (track:add_processor_by_index (plugin, place, nil, true) == 0)
  return plugin:to_insert ():plugin (0)
end

-- Threads of Ardour's still work on what the call before has made
ARDOUR.LuaAPI.usleep (300000)
local inner = add ("urn:rondo:melody", 0)
ARDOUR.LuaAPI.usleep (300000)
add ("urn:rondo:test:clicks", 1)
for _ = 1, 200 do
  if track:output ():audio (0):connected () then break end
  ARDOUR.LuaAPI.usleep (50000)
end
assert (track:output ():audio (0):connected (), "not connected")

local preset = inner:preset_by_label (os.getenv ("PRESET"))
assert (preset.valid, "no preset")
assert (inner:load_preset (preset))
session:save_state ("")
print ("saved")
io.flush ()
close_session ()
quit ()

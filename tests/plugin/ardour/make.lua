-- Copyright 2026 The Rondo developers
-- SPDX-License-Identifier: ISC

-- Make a session with a track and our plugin, set its controls, give it a
-- model by means of a preset, and save.

local session = assert (create_session (os.getenv ("SESSION"), "test", 48000))
local tracks = session:new_audio_track (
  1, 2, nil, 1, "T1", ARDOUR.PresentationInfo.max_order,
  ARDOUR.TrackMode.Normal, true)
local track
for t in tracks:iter () do track = t end

local plugin = ARDOUR.LuaAPI.new_plugin (
  session, "urn:rondo:denoise", ARDOUR.PluginType.LV2, "")
assert (not plugin:isnil (), "no plugin")
assert (track:add_processor_by_index (plugin, 0, nil, true) == 0)

local inner = plugin:to_insert ():plugin (0)
local preset = inner:preset_by_label ("Test Model")
assert (preset.valid, "no preset")
assert (inner:load_preset (preset))
assert (ARDOUR.LuaAPI.set_processor_param (plugin, 2, 60)) -- mix

session:save_state ("")
close_session ()
quit ()

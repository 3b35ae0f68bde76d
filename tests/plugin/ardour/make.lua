-- Copyright 2026 The Rondo developers
-- SPDX-License-Identifier: ISC

-- Make a session with a track and our plugin, try its presets with models, set
-- its controls, give it a model by means of a preset, and save.

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

local insert = plugin:to_insert ()
local inner = insert:plugin (0)

-- Presets load models of the bundle, and the delay follows
for _, choice in ipairs {
  { "Tiny", 960 },
  { "Voice, Looking Ahead (40 ms)", 1920 },
  { "Strong", 960 },
} do
  local own = inner:preset_by_label (choice[1])
  assert (own.valid, choice[1])
  assert (inner:load_preset (own))
  local tries = 0
  repeat
    ARDOUR.LuaAPI.usleep (100000)
    tries = tries + 1
  until tries == 50 or insert:signal_latency () == choice[2]
  assert (insert:signal_latency () == choice[2], choice[1])
end

local preset = inner:preset_by_label ("Test Model")
assert (preset.valid, "no preset")
assert (inner:load_preset (preset))
assert (ARDOUR.LuaAPI.set_processor_param (plugin, 2, 60)) -- mix

session:save_state ("")
close_session ()
quit ()

// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

// What a bundle must say, after the list that lv2lint checks

#include "tests/plugin/host.h"
#include "tests/plugin/player.h"

#include "core/audio/denoiser.h"
#include "core/audio/denoiser_presets.h"
#include "core/music/performer.h"

#include <gtest/gtest.h>
#include <lilv/lilv.h>
#include <lv2/options/options.h>
#include <lv2/port-groups/port-groups.h>
#include <lv2/presets/presets.h>
#include <lv2/state/state.h>
#include <lv2/units/units.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

const std::string doap = "http://usefulinc.com/ns/doap#";
const std::string foaf = "http://xmlns.com/foaf/0.1/";
const std::string rdf  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const std::string rdfs = "http://www.w3.org/2000/01/rdf-schema#";
const std::string mod  = "http://moddevices.com/ns/mod#";
const std::string lv2  = LV2_CORE_PREFIX;

class Bundle : public testing::TestWithParam<const char*>
{
protected:
  static void SetUpTestSuite()
  {
    world_ = new World(environment("RONDO_TEST_BUNDLE"), true);
  }

  static void TearDownTestSuite()
  {
    delete world_;
    world_ = nullptr;
  }

  void SetUp() override
  {
    plugin_ = world_->plugin(GetParam());
    ASSERT_TRUE(plugin_);
  }

  Strings values(const std::string& predicate) const
  {
    return world_->values(GetParam(), predicate);
  }

  // Return all values that a port has for a predicate.
  static Strings port_values(const LilvPlugin* const plugin,
                             const LilvPort* const   port,
                             const std::string&      predicate)
  {
    LilvNode* const  node  = lilv_new_uri(world_->get(), predicate.c_str());
    LilvNodes* const found = lilv_port_get_value(plugin, port, node);
    Strings          values;
    LILV_FOREACH(nodes, i, found)
    {
      values.emplace_back(lilv_node_as_string(lilv_nodes_get(found, i)));
    }
    lilv_nodes_free(found);
    lilv_node_free(node);
    return values;
  }

  bool port_is(const LilvPort* const port, const std::string& type) const
  {
    LilvNode* const node   = lilv_new_uri(world_->get(), type.c_str());
    const bool      result = lilv_port_is_a(plugin_, port, node);
    lilv_node_free(node);
    return result;
  }

  bool port_has(const LilvPort* const port, const std::string& property) const
  {
    const Strings found = port_values(plugin_, port, lv2 + "portProperty");
    return std::count(found.begin(), found.end(), property);
  }

  std::string symbol(const LilvPort* const port) const
  {
    return lilv_node_as_string(lilv_port_get_symbol(plugin_, port));
  }

  std::vector<const LilvPort*> ports() const
  {
    std::vector<const LilvPort*> found;
    for (uint32_t i = 0U; i < lilv_plugin_get_num_ports(plugin_); ++i) {
      found.push_back(lilv_plugin_get_port_by_index(plugin_, i));
    }
    return found;
  }

  static bool is_melody() { return GetParam() == std::string(melody_uri); }

  static World*     world_;
  const LilvPlugin* plugin_{ nullptr };
};

World* Bundle::world_ = nullptr;

TEST_P(Bundle, IsWellFormed)
{
  EXPECT_TRUE(lilv_plugin_verify(plugin_));
  EXPECT_STREQ(lilv_node_as_string(
                 lilv_plugin_class_get_label(lilv_plugin_get_class(plugin_))),
               is_melody() ? "MIDI Plugin" : "Spectral Plugin");
}

TEST_P(Bundle, TellsNameLicenceMaintainerProjectAndVersion)
{
  for (const char* const property :
       { "name", "shortdesc", "license", "maintainer" }) {
    EXPECT_EQ(values(doap + property).size(), 1U) << property;
  }

  for (const char* const property :
       { "project", "minorVersion", "microVersion", "documentation" }) {
    EXPECT_EQ(values(lv2 + property).size(), 1U) << property;
  }

  EXPECT_EQ(values(rdfs + "comment").size(), 1U);
  EXPECT_EQ(world_->values("urn:rondo:developers", foaf + "name").size(), 1U);
  EXPECT_EQ(world_->values("urn:rondo:project", doap + "name").size(), 1U);
}

TEST_P(Bundle, RequiresOnlyNumbersOfUris)
{
  EXPECT_EQ(values(lv2 + "requiredFeature"), Strings{ LV2_URID__map });

  Strings optional = values(lv2 + "optionalFeature");
  std::sort(optional.begin(), optional.end());
  Strings expected{ LV2_LOG__log,
                    LV2_STATE__threadSafeRestore,
                    LV2_WORKER__schedule,
                    LV2_CORE__hardRTCapable };
  if (!is_melody()) {
    expected.insert(expected.begin() + 1U,
                    { LV2_STATE__freePath, LV2_STATE__mapPath });
  }
  EXPECT_EQ(optional, expected);
}

TEST_P(Bundle, ReturnsTheInterfacesThatItDeclaresAndNoOther)
{
  Offer offer;
  offer.uri = GetParam();
  Instance instance{ offer };
  ASSERT_TRUE(instance.valid());

  const Strings declared = values(lv2 + "extensionData");
  EXPECT_EQ(declared.size(), 2U);
  for (const std::string& uri : declared) {
    EXPECT_TRUE(instance.extension(uri.c_str())) << uri;
  }

  EXPECT_FALSE(instance.extension(LV2_OPTIONS__interface));
  EXPECT_FALSE(instance.extension(""));
}

TEST_P(Bundle, DescribesEveryPort)
{
  std::set<std::string> symbols;
  std::set<std::string> names;
  for (const LilvPort* const port : ports()) {
    const std::string name = symbol(port);
    EXPECT_TRUE(symbols.insert(name).second) << name;
    LilvNode* const label = lilv_port_get_name(plugin_, port);
    EXPECT_TRUE(names.insert(lilv_node_as_string(label)).second) << name;
    lilv_node_free(label);
    EXPECT_EQ(port_values(plugin_, port, rdfs + "comment").size(), 1U) << name;
  }
}

TEST_P(Bundle, GivesEveryControlARangeAndAUnit)
{
  for (const LilvPort* const port : ports()) {
    if (!port_is(port, LV2_CORE__ControlPort)) {
      continue;
    }

    SCOPED_TRACE(symbol(port));
    LilvNode* standard = nullptr;
    LilvNode* minimum  = nullptr;
    LilvNode* maximum  = nullptr;
    lilv_port_get_range(plugin_, port, &standard, &minimum, &maximum);
    ASSERT_TRUE(standard && minimum && maximum);
    EXPECT_LT(lilv_node_as_float(minimum), lilv_node_as_float(maximum));
    EXPECT_LE(lilv_node_as_float(minimum), lilv_node_as_float(standard));
    EXPECT_LE(lilv_node_as_float(standard), lilv_node_as_float(maximum));
    lilv_node_free(standard);
    lilv_node_free(minimum);
    lilv_node_free(maximum);

    // What is counted or chosen has none
    const bool plain = port_has(port, LV2_CORE__toggled) ||
                       port_has(port, LV2_CORE__enumeration) ||
                       (is_melody() && port_has(port, LV2_CORE__integer));
    const size_t n_units = port_values(plugin_, port, LV2_UNITS__unit).size();
    EXPECT_LE(n_units, 1U);
    EXPECT_TRUE(n_units || plain);

    // Hosts make a menu of scale points, whatever else a port says
    LilvScalePoints* const points = lilv_port_get_scale_points(plugin_, port);
    EXPECT_EQ(lilv_scale_points_size(points) > 0U,
              port_has(port, LV2_CORE__enumeration));
    lilv_scale_points_free(points);
  }
}

TEST_P(Bundle, GroupsAudioPortsIntoTypedGroups)
{
  const bool stereo = GetParam() == std::string(stereo_uri);
  size_t     n      = 0U;
  for (const LilvPort* const port : ports()) {
    if (!port_is(port, LV2_CORE__AudioPort)) {
      continue;
    }

    ++n;
    SCOPED_TRACE(symbol(port));
    EXPECT_EQ(port_values(plugin_, port, lv2 + "designation").size(), 1U);
    const Strings groups = port_values(plugin_, port, LV2_PORT_GROUPS__group);
    ASSERT_EQ(groups.size(), 1U);

    const Strings types = world_->values(groups[0], rdf + "type");
    const bool    input = port_is(port, LV2_CORE__InputPort);
    EXPECT_TRUE(std::count(types.begin(),
                           types.end(),
                           input ? LV2_PORT_GROUPS__InputGroup
                                 : LV2_PORT_GROUPS__OutputGroup));
    EXPECT_TRUE(std::count(types.begin(),
                           types.end(),
                           stereo ? LV2_PORT_GROUPS__StereoGroup
                                  : LV2_PORT_GROUPS__MonoGroup));
    EXPECT_EQ(world_->values(groups[0], lv2 + "symbol").size(), 1U);
    EXPECT_EQ(world_->values(groups[0], lv2 + "name").size(), 1U);
  }

  EXPECT_EQ(n, is_melody() ? 0U : stereo ? 4U : 2U);
}

TEST_P(Bundle, GroupsControlsIntoNamedGroups)
{
  std::set<std::string> found;
  for (const LilvPort* const port : ports()) {
    if (port_is(port, LV2_CORE__ControlPort)) {
      for (const std::string& group :
           port_values(plugin_, port, LV2_PORT_GROUPS__group)) {
        EXPECT_TRUE(port_is(port, LV2_CORE__InputPort)) << symbol(port);
        found.insert(group);
      }
    }
  }

  EXPECT_EQ(found.size(), is_melody() ? 4U : 2U);
  for (const std::string& group : found) {
    EXPECT_EQ(world_->values(group, rdf + "type"),
              Strings{ LV2_PORT_GROUPS__InputGroup });
    EXPECT_EQ(world_->values(group, lv2 + "symbol").size(), 1U);
    EXPECT_EQ(world_->values(group, lv2 + "name").size(), 1U);
  }
}

TEST_P(Bundle, DesignatesEnabledLatencyAndControl)
{
  LilvNode* const input  = lilv_new_uri(world_->get(), LV2_CORE__InputPort);
  LilvNode* const output = lilv_new_uri(world_->get(), LV2_CORE__OutputPort);

  std::vector<std::pair<const char*, LilvNode*>> wanted = {
    { LV2_CORE__enabled, input },
    { LV2_CORE__control, input },
    { LV2_CORE__control, output }
  };
  if (!is_melody()) {
    wanted.emplace_back(LV2_CORE__latency, output);
  }
  for (const auto& want : wanted) {
    LilvNode* const designation = lilv_new_uri(world_->get(), want.first);
    EXPECT_TRUE(
      lilv_plugin_get_port_by_designation(plugin_, want.second, designation))
      << want.first;
    lilv_node_free(designation);
  }

  EXPECT_NE(lilv_plugin_has_latency(plugin_), is_melody());
  lilv_node_free(input);
  lilv_node_free(output);
}

TEST_P(Bundle, LeavesAtomPortsOptional)
{
  for (const LilvPort* const port : ports()) {
    EXPECT_EQ(port_has(port, LV2_CORE__connectionOptional),
              port_is(port, LV2_ATOM__AtomPort))
      << symbol(port);
  }
}

TEST_P(Bundle, DescribesItsParameters)
{
  const std::string patch = "http://lv2plug.in/ns/ext/patch#";
  const std::string path  = is_melody() ? "urn:rondo:midiFile" : model_uri;
  EXPECT_EQ(values(patch + "writable"), Strings{ path });
  EXPECT_EQ(world_->values(path, rdfs + "range"), Strings{ LV2_ATOM__Path });
  EXPECT_EQ(world_->values(path, mod + "fileTypes"),
            Strings{ is_melody() ? "mid,midi" : "safetensors" });

  const Strings readable = values(patch + "readable");
  EXPECT_EQ(readable.size(), is_melody() ? 2U : 1U);
  EXPECT_TRUE(std::count(readable.begin(), readable.end(), path));
  for (const std::string& property : readable) {
    EXPECT_EQ(world_->values(property, rdfs + "label").size(), 1U);
    EXPECT_EQ(world_->values(property, rdfs + "comment").size(), 1U);
  }
}

// Return what a preset sets, whole numbers too.
std::map<std::string, float>
port_values_of(const LilvState* const state, Uris& uris)
{
  struct Found {
    LV2_URID                     whole;
    std::map<std::string, float> settings;
  } found{ uris.map.map(uris.map.handle, LV2_ATOM__Int), {} };

  lilv_state_emit_port_values(
    state,
    [](const char* const symbol,
       void* const       data,
       const void* const value,
       uint32_t,
       const uint32_t type) {
      auto* const to = static_cast<Found*>(data);
      to->settings[symbol] =
        type == to->whole
          ? static_cast<float>(*static_cast<const int32_t*>(value))
          : *static_cast<const float*>(value);
    },
    &found);
  return found.settings;
}

TEST_P(Bundle, HasPresetsWithinRangeThatLeaveBypassAlone)
{
  LilvNode* const  type    = lilv_new_uri(world_->get(), LV2_PRESETS__Preset);
  LilvNodes* const presets = lilv_plugin_get_related(plugin_, type);
  EXPECT_EQ(lilv_nodes_size(presets), is_melody() ? 7U : 8U);

  Uris                  uris;
  std::set<std::string> labels;
  LILV_FOREACH(nodes, i, presets)
  {
    const LilvNode* const preset = lilv_nodes_get(presets, i);
    SCOPED_TRACE(lilv_node_as_string(preset));
    lilv_world_load_resource(world_->get(), preset);
    LilvState* const state =
      lilv_state_new_from_world(world_->get(), &uris.map, preset);
    ASSERT_TRUE(state);
    ASSERT_TRUE(lilv_state_get_label(state));
    EXPECT_TRUE(labels.insert(lilv_state_get_label(state)).second);

    const std::map<std::string, float> settings = port_values_of(state, uris);
    EXPECT_FALSE(settings.empty());
    EXPECT_FALSE(settings.count("enabled"));
    for (const auto& setting : settings) {
      LilvNode* const node =
        lilv_new_string(world_->get(), setting.first.c_str());
      const LilvPort* const port =
        lilv_plugin_get_port_by_symbol(plugin_, node);
      ASSERT_TRUE(port) << setting.first;
      LilvNode* minimum = nullptr;
      LilvNode* maximum = nullptr;
      lilv_port_get_range(plugin_, port, nullptr, &minimum, &maximum);
      EXPECT_LE(lilv_node_as_float(minimum), setting.second);
      EXPECT_LE(setting.second, lilv_node_as_float(maximum));
      lilv_node_free(minimum);
      lilv_node_free(maximum);
      lilv_node_free(node);
    }

    lilv_state_free(state);
  }

  lilv_nodes_free(presets);
  lilv_node_free(type);
}

TEST_P(Bundle, HasThePresetsOfTheTool)
{
  Uris uris;
  for (size_t i = 0U; !is_melody() && rondo_denoiser_preset_names[i]; ++i) {
    const std::string name = rondo_denoiser_preset_names[i];
    SCOPED_TRACE(name);
    LilvNode* const node =
      lilv_new_uri(world_->get(), (GetParam() + ("#" + name)).c_str());
    lilv_world_load_resource(world_->get(), node);
    LilvState* const state =
      lilv_state_new_from_world(world_->get(), &uris.map, node);
    ASSERT_TRUE(state);

    const RondoDenoiserControls  c        = rondo_denoiser_preset(i);
    std::map<std::string, float> expected = {
      { "limit", c.attenuation_limit },       { "mix", 100.0f * c.mix },
      { "listen", c.listen_removed },         { "gate", c.voice_gate },
      { "gate_threshold", c.gate_threshold }, { "gate_hold", c.gate_hold },
      { "gate_range", c.gate_range },
    };
    if (GetParam() == std::string(stereo_uri)) {
      expected["link"] = c.link_channels;
    }
    EXPECT_EQ(port_values_of(state, uris), expected);
    lilv_state_free(state);
    lilv_node_free(node);
  }
}

TEST(DenoiseBundle, HasTheDefaultsOfTheDenoiserAtNumbersThatStay)
{
  const RondoDenoiserControls d = rondo_denoiser_default_controls();
  const World                 world{ environment("RONDO_TEST_BUNDLE") };
  for (const bool stereo : { false, true }) {
    const std::map<std::string, std::pair<uint32_t, float>> expected = {
      { "enabled", { 2U, d.enabled } },
      { "limit", { 3U, d.attenuation_limit } },
      { "mix", { 4U, 100.0f * d.mix } },
      { "listen", { 5U, d.listen_removed } },
      { "latency", { 8U, 0.0f } },
      { "gate", { stereo ? 14U : 11U, d.voice_gate } },
      { "gate_threshold", { stereo ? 15U : 12U, d.gate_threshold } },
      { "gate_hold", { stereo ? 16U : 13U, d.gate_hold } },
      { "gate_range", { stereo ? 17U : 14U, d.gate_range } },
    };
    const LilvPlugin* const plugin =
      world.plugin(stereo ? stereo_uri : mono_uri);
    for (const auto& [symbol, place] : expected) {
      LilvNode* const       node = lilv_new_string(world.get(), symbol.c_str());
      const LilvPort* const port = lilv_plugin_get_port_by_symbol(plugin, node);
      ASSERT_TRUE(port) << symbol;
      EXPECT_EQ(lilv_port_get_index(plugin, port), place.first) << symbol;
      LilvNode* standard = nullptr;
      lilv_port_get_range(plugin, port, &standard, nullptr, nullptr);
      EXPECT_EQ(lilv_node_as_float(standard), place.second) << symbol;
      lilv_node_free(standard);
      lilv_node_free(node);
    }
  }
}

TEST(MelodyBundle, HasTheDefaultsOfThePerformer)
{
  const RondoPerformerControls       d        = rondo_performer_defaults();
  const std::map<std::string, float> expected = {
    { "enabled", d.enabled },
    { "mode", static_cast<float>(d.mode) },
    { "sync", static_cast<float>(d.sync) },
    { "tempo", d.tempo },
    { "bars", static_cast<float>(d.bars) },
    { "swing", 100.0f * d.swing },
    { "armed", d.armed },
    { "locked", d.locked },
    { "seed_bars", static_cast<float>(d.seed_bars) },
    { "temperature", d.temperature },
    { "top_p", d.top_p },
    { "density", 100.0f * d.density },
    { "variation", 100.0f * d.variation },
    { "random_seed", static_cast<float>(d.random_seed) },
    { "key", static_cast<float>(d.key) },
    { "scale", static_cast<float>(d.scale) },
    { "scale_lock", d.scale_lock },
    { "low", static_cast<float>(d.low) },
    { "high", static_cast<float>(d.high) },
    { "channel_in", static_cast<float>(d.channel_in) },
    { "channel_out", static_cast<float>(d.channel_out) },
    { "velocity", d.velocity },
    { "accent", 100.0f * d.accent },
    { "humanize", 100.0f * d.humanize },
    { "through", d.through },
  };

  for (auto& [symbol, value] : melody_offer().controls) {
    const auto found = expected.find(symbol);
    EXPECT_FLOAT_EQ(value, found == expected.end() ? 0.0f : found->second)
      << symbol;
  }
}

INSTANTIATE_TEST_SUITE_P(Plugins,
                         Bundle,
                         testing::Values(mono_uri, stereo_uri, melody_uri));

} // namespace

#include "protocol/commands/scenes.h"

#include "protocol/command_table.h"
#include "protocol/commands/readers.h"
#include "protocol/commands/sound_rows.h"
#include "protocol/commands/state_rows.h"
#include "protocol/param_value.h"

namespace namrack::protocol {
namespace {

namespace json = boost::json;
using T = FieldType;

std::vector<std::string> names_in(const json::object& params, std::string_view key) {
  std::vector<std::string> names;
  for (const json::value& name : params.at(key).as_array())
    names.emplace_back(std::string_view(name.as_string()));
  return names;
}

template <int Step>
Request read_step(const json::object& params) {
  return SceneStepRequest{.step = Step,
                          .fade_ms = number_in(params, "fade_ms"),
                          .when = when_in(params),
                          .if_rev = if_rev_in(params)};
}
Request read_scene_recall(const json::object& params) {
  return SceneRecallRequest{.name = string_in(params, "name"),
                            .fade_ms = number_in(params, "fade_ms"),
                            .when = when_in(params),
                            .if_rev = if_rev_in(params)};
}
Request read_scene_rename(const json::object& params) {
  return SceneRenameRequest{
      .name = string_in(params, "name"), .to = string_in(params, "to"), .if_rev = if_rev_in(params)};
}
Request read_setlist_save(const json::object& params) {
  return SetlistSaveRequest{
      .name = string_in(params, "name"), .scenes = names_in(params, "scenes"), .if_rev = if_rev_in(params)};
}
Request read_setlist_use(const json::object& params) {
  return SetlistUseRequest{.name = optional_string_in(params, "name"), .if_rev = if_rev_in(params)};
}

constexpr auto kSceneDeleteParams = std::to_array<ParamSpec>({kIfRev, name_param("a scene")});
constexpr auto kSceneRecallParams = sorted(kWhen, std::to_array<ParamSpec>({kFadeMs, name_param("a scene")}));
constexpr auto kSceneStepParams = sorted(kWhen, std::to_array<ParamSpec>({kFadeMs}));
constexpr auto kSceneRenameParams = std::to_array<ParamSpec>(
    {kIfRev,
     name_param("a scene"),
     {.name = "to", .type = ParamType::name, .help = "its new name", .required = true}});
constexpr auto kSceneSaveParams = std::to_array<ParamSpec>(
    {kIfRev, name_param("the scene to save what is audible as; one of that name is replaced")});
constexpr auto kSetlistDeleteParams = std::to_array<ParamSpec>({kIfRev, name_param("a setlist")});
constexpr auto kSetlistSaveParams = std::to_array<ParamSpec>(
    {kIfRev,
     name_param("the setlist; one of that name is replaced"),
     {.name = "scenes", .type = ParamType::name_list, .help = "in their order", .required = true}});
constexpr auto kSetlistUseParams =
    std::to_array<ParamSpec>({kIfRev,
                              {.name = "name",
                               .type = ParamType::name,
                               .help = "a setlist, or null: all scenes, as saved",
                               .required = true,
                               .nullable = true}});

constexpr auto kSceneFields =
    std::to_array<FieldSpec>({{"name", T::text, "of the scene"},
                              or_null({"model", T::text, "its name; null for the dry signal"}),
                              or_null({"path", T::text, "of the model's file"}),
                              or_null({"quality", T::number, "of the model"}),
                              {"bypass", T::boolean, "whether it bypasses"},
                              settings_field("params", "its settings"),
                              {"current", T::boolean, "whether it was recalled or saved last"},
                              {"warm", T::boolean, "whether the model is loaded"}});
constexpr auto kSceneListResult = joined(std::to_array<FieldSpec>({{.name = "scenes",
                                                                    .type = T::list,
                                                                    .help = "in the order in which they were "
                                                                            "saved",
                                                                    .fields = kSceneFields}}),
                                         kPositionFields);
constexpr auto kSceneResult = std::to_array<FieldSpec>(
    {{"scene", T::text, "its name"},
     {"skipped", T::texts, "the scenes that were left out on the way, because they cannot be played"},
     or_null({"next", T::text, "the scene that comes after it; its model is loaded meanwhile"}),
     swap_field("when it plays another model, what `swap` returns; else null"),
     kBypass,
     kParams,
     kFrame,
     kApplied,
     kRev});
constexpr auto kSavedResult = std::to_array<FieldSpec>({kSaved, kRev});
constexpr auto kSceneSaveResult = std::to_array<FieldSpec>(
    {{.name = "scene", .type = T::object, .help = "as in `scene.list`", .base = kSceneFields},
     {"replaced", T::boolean, "whether there was one"},
     kSaved,
     kRev});
constexpr auto kSetlistFields = std::to_array<FieldSpec>(
    {{"name", T::text, "of the setlist"}, {"scenes", T::texts, "their names, in order"}});
constexpr auto kSetlistListResult = std::to_array<FieldSpec>(
    {{.name = "setlists", .type = T::list, .help = "in the order of their names", .fields = kSetlistFields},
     or_null({"current", T::text, "the one in use; null: all scenes, as saved"})});

constexpr auto kSceneCommands = std::to_array<CommandSpec>({
    {"scene.delete", "Deletes a scene; E_BUSY while a setlist names it.", kSceneDeleteParams, kSavedResult,
     read_named<SceneDeleteRequest>, Effect::structure},
    {"scene.list", "Lists the scenes.", {}, kSceneListResult, read_bare<SceneListRequest>},
    {"scene.next",
     "Recalls the scene that comes next in the setlist, after its last the first; leaves out what cannot be "
     "played.",
     kSceneStepParams, kSceneResult, read_step<1>, Effect::state},
    {"scene.prev", "Recalls the scene before it.", kSceneStepParams, kSceneResult, read_step<-1>,
     Effect::state},
    {"scene.recall", "Makes a scene audible, all of it at the same frame; loads its model if it has to.",
     kSceneRecallParams, kSceneResult, read_scene_recall, Effect::state},
    {"scene.rename", "Gives a scene another name, in setlists as well.", kSceneRenameParams, kSavedResult,
     read_scene_rename, Effect::structure},
    {"scene.save",
     "Saves what is audible: model, quality, bypass and settings, without fade_ms and on_missing.",
     kSceneSaveParams, kSceneSaveResult, read_named<SceneSaveRequest>, Effect::structure},
    {"setlist.delete", "Deletes a setlist, not its scenes.", kSetlistDeleteParams, kSavedResult,
     read_named<SetlistDeleteRequest>, Effect::structure},
    {"setlist.list", "Lists the setlists.", {}, kSetlistListResult, read_bare<SetlistListRequest>},
    {"setlist.save", "Names scenes in the order in which they are to be played.", kSetlistSaveParams,
     kSavedResult, read_setlist_save, Effect::structure},
    {"setlist.use", "Has scene.next and scene.prev follow a setlist.", kSetlistUseParams, kSavedResult,
     read_setlist_use, Effect::structure},
});

constexpr auto kSceneData = std::to_array<FieldSpec>(
    {{"change", T::text, "what happened to it: \"recalled\", \"saved\", \"deleted\" and so on"},
     {"name", T::text, "of the scene or setlist"}});
constexpr auto kSceneEvents = std::to_array<EventSpec>({{Topic::scene, kSceneData}});

}  // namespace

std::span<const CommandSpec> scene_commands() {
  return kSceneCommands;
}
std::span<const EventSpec> scene_events() {
  return kSceneEvents;
}

}  // namespace namrack::protocol

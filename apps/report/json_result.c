/*
 * Reads a result that `thidua evaluate --format=json` wrote.
 */
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "apps/report/json_read.h"

static const cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_at(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(member(object, key));
    return text == NULL ? "" : text;
}

static void read_name(const cJSON *object, const char *out[2])
{
    const cJSON *name = member(object, "name");
    out[TD_VI] = cJSON_GetStringValue(member(name, "vi"));
    out[TD_EN] = cJSON_GetStringValue(member(name, "en"));
}

static bool read_head(const cJSON *document, const char *path, td_result_model *out)
{
    const cJSON *evaluation = member(document, "evaluation"), *rules;
    out->source =
        (td_difference_source){.path = path,
                               .rules_hash = "",
                               .data_hash = text_at(evaluation, "data_hash"),
                               .generated = cJSON_IsObject(member(evaluation, "generated")),
                               .in_force = true};
    read_name(evaluation, out->source.title);
    cJSON_ArrayForEach(rules, member(document, "rules"))
    {
        const cJSON *decimals = member(rules, "decimals");
        if (cJSON_IsNumber(decimals) && decimals->valueint > out->decimals &&
            decimals->valueint <= 8)
            out->decimals = decimals->valueint;
        if (!td_result_model_rules(out, text_at(rules, "hash"), text_at(rules, "status")))
            return false;
    }
    return true;
}

static bool read_unit(const cJSON *unit, const char *cluster, td_result_model *out)
{
    const cJSON *rank = member(unit, "rank"), *points = member(unit, "points");
    const cJSON *class = member(unit, "class");
    td_result_unit read = {
        .id = text_at(unit, "id"),
        .name = text_at(unit, "name"),
        .side = {.present = true,
                 .rank = cJSON_IsNumber(rank) ? rank->valuedouble : 0,
                 .points = cJSON_IsNumber(points) ? points->valuedouble : (double)NAN,
                 .cluster = cluster,
                 .state = text_at(unit, "state"),
                 .class_code = text_at(class, "code")}};
    read_name(class, read.side.class_name);
    return td_result_model_add(out, &read);
}

td_status td_result_model_read(const cJSON *document, const char *path, td_result_model *out,
                               td_errors *errors)
{
    td_place place = {.file = path, .pointer = ""};
    const cJSON *version = member(document, "schema_version"), *cluster, *unit;
    if (!cJSON_IsNumber(version) || version->valuedouble != 1 ||
        strcmp(text_at(document, "kind"), "result") != 0) {
        td_errors_add(errors, TD_MSG_CLI_NOT_A_RESULT, &place, NULL);
        return TD_EDATA;
    }
    bool kept = read_head(document, path, out);
    cJSON_ArrayForEach(cluster, member(document, "clusters"))
    {
        cJSON_ArrayForEach(unit, member(cluster, "units"))
        {
            kept = kept && read_unit(unit, text_at(cluster, "id"), out);
        }
    }
    return kept ? TD_OK : TD_ENOMEM;
}

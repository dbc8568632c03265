#include <stdlib.h>
#include <string.h>

#include "datasets/dataset.h"
#include "datasets/names.h"

td_evaluation_view td_evaluation_get(const td_evaluation *evaluation)
{
    return evaluation->data.view;
}

const td_policy *td_evaluation_policy(const td_evaluation *evaluation)
{
    return evaluation->policy;
}

td_unit_view td_evaluation_unit(const td_evaluation *evaluation, size_t unit)
{
    const td_unit *u = &evaluation->data.units[unit];
    return (td_unit_view){u->id, u->name, u->category, u->cluster};
}

const char *td_evaluation_unit_id(const td_evaluation *evaluation, size_t unit, size_t *length)
{
    const td_unit *u = &evaluation->data.units[unit];
    *length = u->id_length > 0 ? u->id_length : strlen(u->id);
    return u->id;
}

td_cluster_view td_evaluation_cluster(const td_evaluation *evaluation, size_t cluster)
{
    const td_cluster *c = &evaluation->data.clusters[cluster];
    return (td_cluster_view){c->id, c->name, c->first_unit, c->n_units, c->rules};
}

const td_rules *td_evaluation_rules(const td_evaluation *evaluation, size_t rules)
{
    return evaluation->rules[rules];
}

/* ---- finding ---- */

/* Something that has a key and a name. */
typedef struct thing {
    const char *key, *name;
} thing;

static thing unit_at(const td_dataset *data, size_t i)
{
    return (thing){data->units[i].key, data->units[i].name};
}

static thing cluster_at(const td_dataset *data, size_t i)
{
    return (thing){data->clusters[i].key, data->clusters[i].name};
}

static size_t by_key(const td_dataset *data, size_t n, thing (*at)(const td_dataset *, size_t),
                     const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(at(data, i).key, key) == 0)
            return i;
    return TD_NONE;
}

/* The one thing with this name; TD_NONE when several have it. */
static size_t by_name(const td_dataset *data, size_t n, thing (*at)(const td_dataset *, size_t),
                      td_names *names, const char *key)
{
    size_t found = TD_NONE;
    for (size_t i = 0; i < n; i++) {
        size_t length;
        const char *name = at(data, i).name;
        const char *folded = td_name_key(names, name, strlen(name), &length);
        if (folded == NULL || strcmp(folded, key) != 0)
            continue;
        if (found != TD_NONE)
            return TD_NONE;
        found = i;
    }
    return found;
}

static size_t find(const td_dataset *data, size_t n, thing (*at)(const td_dataset *, size_t),
                   const char *id_or_name)
{
    td_names *names = td_names_new(), *others = td_names_new();
    size_t found = TD_NONE, length = 0;
    const char *key = names == NULL || others == NULL
                          ? NULL
                          : td_name_key(names, id_or_name, strlen(id_or_name), &length);
    if (key != NULL && length > 0) {
        found = by_key(data, n, at, key);
        if (found == TD_NONE)
            found = by_name(data, n, at, others, key);
    }
    td_names_free(names);
    td_names_free(others);
    return found;
}

size_t td_evaluation_find_unit(const td_evaluation *evaluation, const char *id_or_name)
{
    return find(&evaluation->data, evaluation->data.n_units, unit_at, id_or_name);
}

size_t td_evaluation_find_cluster(const td_evaluation *evaluation, const char *id_or_name)
{
    return find(&evaluation->data, evaluation->data.n_clusters, cluster_at, id_or_name);
}

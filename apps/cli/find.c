#include "apps/cli/find.h"

#include <stdlib.h>
#include <string.h>

/* What there is to find: ids and names alternate. */
typedef struct haystack {
    size_t n;
    const char **words;
    td_message unknown, unknown_near, several;
} haystack;

static td_status not_found(const haystack *h, const char *word, td_errors *errors)
{
    size_t same = 0;
    for (size_t i = 0; i < h->n; i++)
        same += strcmp(h->words[i], word) == 0;
    const char *nearest = same > 0 ? NULL : td_nearest(word, h->words, h->n);
    if (same > 0)
        td_errors_add(errors, h->several, NULL, word, NULL);
    else if (nearest != NULL)
        td_errors_add(errors, h->unknown_near, NULL, word, nearest, NULL);
    else
        td_errors_add(errors, h->unknown, NULL, word, NULL);
    return TD_EINVAL;
}

td_status td_find_unit(const td_evaluation *evaluation, const char *word, size_t *out,
                       td_errors *errors)
{
    size_t found = td_evaluation_find_unit(evaluation, word);
    if (found != TD_NONE) {
        *out = found;
        return TD_OK;
    }
    size_t n = td_evaluation_get(evaluation).n_units;
    haystack h = {2 * n, calloc(2 * n + 1, sizeof(char *)), TD_MSG_CLI_UNKNOWN_UNIT,
                  TD_MSG_CLI_UNKNOWN_UNIT_NEAR, TD_MSG_CLI_SEVERAL_UNITS};
    if (h.words == NULL)
        return TD_ENOMEM;
    for (size_t u = 0; u < n; u++) {
        td_unit_view unit = td_evaluation_unit(evaluation, u);
        h.words[2 * u] = unit.id;
        h.words[2 * u + 1] = unit.name;
    }
    td_status status = not_found(&h, word, errors);
    free(h.words);
    return status;
}

td_status td_find_cluster(const td_evaluation *evaluation, const char *word, size_t *out,
                          td_errors *errors)
{
    size_t found = td_evaluation_find_cluster(evaluation, word);
    if (found != TD_NONE) {
        *out = found;
        return TD_OK;
    }
    size_t n = td_evaluation_get(evaluation).n_clusters;
    haystack h = {2 * n, calloc(2 * n + 1, sizeof(char *)), TD_MSG_CLI_UNKNOWN_CLUSTER,
                  TD_MSG_CLI_UNKNOWN_CLUSTER_NEAR, TD_MSG_CLI_SEVERAL_CLUSTERS};
    if (h.words == NULL)
        return TD_ENOMEM;
    for (size_t c = 0; c < n; c++) {
        td_cluster_view cluster = td_evaluation_cluster(evaluation, c);
        h.words[2 * c] = cluster.id;
        h.words[2 * c + 1] = cluster.name;
    }
    td_status status = not_found(&h, word, errors);
    free(h.words);
    return status;
}

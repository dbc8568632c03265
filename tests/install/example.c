/*
 * The smallest program that uses an installed libthidua: load a folder, evaluate it, print
 * the leader of every cluster.
 */
#include <stdio.h>
#include <thidua.h>

static void print_faults(const td_errors *errors)
{
    char what[512];
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        td_fault fault = td_errors_view(errors, i);
        td_errors_what(errors, i, TD_EN, what, sizeof what);
        fprintf(stderr, "%s: %s: %s\n", fault.place.file ? fault.place.file : "-", fault.code, what);
    }
}

static void print_leaders(const td_evaluation *evaluation, const td_results *results)
{
    for (size_t u = 0; u < results->n_units; u++) {
        const td_standing *standing = &results->standing[u];
        td_unit_view unit = td_evaluation_unit(evaluation, u);
        td_cluster_view cluster = td_evaluation_cluster(evaluation, unit.cluster);
        td_rules_view rules = td_rules_get(td_evaluation_rules(evaluation, cluster.rules));
        char points[32];
        if (standing->state == TD_UNRANKED || standing->rank > 1)
            continue;
        td_points_text(standing->total_q, rules.decimals, '.', 0, points, sizeof points);
        printf("%s: %s %s\n", cluster.name, unit.name, points);
    }
}

int main(int argc, char **argv)
{
    td_errors *errors = td_errors_new();
    td_evaluation *evaluation = NULL;
    td_prepared *prepared = NULL;
    td_results results = {0};
    if (argc != 2 || !errors)
        return 2;
    td_status status = td_evaluation_load(argv[1], NULL, &evaluation, errors);
    if (status == TD_OK)
        status = td_prepare(evaluation, NULL, &prepared, errors);
    if (status == TD_OK)
        status = td_evaluate(prepared, 1, NULL, NULL, &results, errors);
    if (status == TD_OK)
        print_leaders(evaluation, &results);
    else
        print_faults(errors);
    td_results_release(&results);
    td_prepared_free(prepared);
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    return status == TD_OK ? 0 : 1;
}

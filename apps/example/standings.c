/*
 * The leaders of an evaluation folder, with nothing but the installed library:
 *   cc standings.c $(pkg-config --cflags --libs thidua) -o standings && ./standings FOLDER
 */
#include <stdio.h>
#include <thidua.h>

static void print_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char what[1024];
        td_fault fault = td_errors_view(errors, i);
        td_errors_what(errors, i, TD_EN, what, sizeof what);
        fprintf(stderr, "%s: %s\n", fault.place.file == NULL ? "-" : fault.place.file, what);
    }
}

static void print_leaders(const td_evaluation *evaluation, const td_results *results)
{
    for (size_t c = 0; c < td_evaluation_get(evaluation).n_clusters; c++) {
        td_cluster_view cluster = td_evaluation_cluster(evaluation, c);
        td_rules_view rules = td_rules_get(td_evaluation_rules(evaluation, cluster.rules));
        double best = 0; /* the first place of fractional ranks may be 1.5 */
        for (size_t u = cluster.first_unit; u < cluster.first_unit + cluster.n_units; u++) {
            double rank = results->standing[u].rank;
            if (rank > 0 && (best == 0 || rank < best))
                best = rank;
        }
        for (size_t u = cluster.first_unit; u < cluster.first_unit + cluster.n_units; u++) {
            const td_standing *standing = &results->standing[u];
            char points[64];
            if (standing->rank == 0 || standing->rank != best)
                continue;
            td_points_text(standing->total_q, rules.decimals, '.', 0, points, sizeof points);
            printf("%s: %s, %s%s\n", cluster.name, td_evaluation_unit(evaluation, u).name, points,
                   standing->n_tied > 1 ? " (tied)" : "");
        }
    }
}

int main(int argc, char *argv[])
{
    td_evaluation *evaluation = NULL;
    td_prepared *prepared = NULL;
    td_results results = {0};
    td_errors *errors = td_errors_new();
    if (argc != 2 || errors == NULL)
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

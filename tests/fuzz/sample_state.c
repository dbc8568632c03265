/*
 * Any bytes as the state of a sample: what is accepted is written back as the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/thidua.h"
#include "tests/lib/files.h"

#define SAMPLE "datasets/samples/two-clusters"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Loaded once, kept to the end. */
static const td_prepared *prepared(void)
{
    static td_evaluation *evaluation;
    static td_prepared *the;
    td_errors *errors = td_errors_new();
    if (the == NULL && (td_evaluation_load(SAMPLE, NULL, &evaluation, errors) != TD_OK ||
                        td_prepare(evaluation, NULL, &the, errors) != TD_OK))
        abort();
    td_errors_free(errors);
    return the;
}

/* Reading takes any blanks, so written text is compared from the second time on. */
static void check_written(const td_sample_options *options, const td_sampled *sampled)
{
    td_folder folder;
    td_folder_init(&folder);
    char *path = td_folder_path(&folder, "state");
    td_sampled again = {0};
    if (td_sampled_write(sampled, path, NULL) != TD_OK ||
        td_sampled_read(prepared(), options, path, &again, NULL) != TD_OK)
        abort();
    if (again.n != sampled->n ||
        memcmp(again.counts, sampled->counts, sampled->n_counts * sizeof *again.counts) != 0)
        abort();
    td_sampled_release(&again);
    free(path);
    td_folder_release(&folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    td_sample_options options = {.n = 10, .seed = 1, .pairwise = true};
    td_sampled sampled = {0};
    td_errors *errors = td_errors_new();
    td_status status =
        td_sampled_parse(prepared(), &options, (const char *)data, size, "fuzz", &sampled, errors);
    if ((status == TD_OK) != (sampled.counts != NULL) ||
        (status == TD_OK) != (td_errors_count(errors, TD_ERROR) == 0))
        abort();
    if (status == TD_OK)
        check_written(&options, &sampled);
    td_sampled_release(&sampled);
    td_errors_free(errors);
    return 0;
}

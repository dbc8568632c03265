/*
 * Any bytes as limits on weights, a line each: read, and the room that they leave explored; what
 * is accepted has room, what is refused is said.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/whatif/sample.h"

#define MOST_LINES 8
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

static void check_regions(const td_sampler *s)
{
    for (size_t r = 0; r < s->n_rules; r++) {
        const td_region *region = &s->regions[r];
        double sum = 0;
        for (size_t f = 0; f < region->n_free && region->n_rows > 0; f++)
            sum += region->centre[f];
        if (region->n_rows > 0 && !(sum > 0.999 && sum < 1.001))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    const char *limits[MOST_LINES];
    size_t n = 0;
    if (text == NULL)
        return 0;
    for (size_t i = 0; i < size; i++)
        text[i] = data[i] == '\0' ? ' ' : (char)data[i];
    text[size] = '\0';
    for (char *rest = text; rest != NULL && n < MOST_LINES;)
        limits[n++] = strsep(&rest, "\n");
    td_errors *errors = td_errors_new();
    td_sampler s;
    td_sample_options options = {.n = 1, .limits = limits, .n_limits = n};
    td_status status = td_sampler_init(&s, prepared(), &options, errors);
    if ((status == TD_OK) != (td_errors_count(errors, TD_ERROR) == 0))
        abort();
    if (status == TD_OK)
        check_regions(&s);
    td_sampler_release(&s);
    td_errors_free(errors);
    free(text);
    return 0;
}

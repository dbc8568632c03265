/*
 * What is to be sampled: options checked, one region per rule set, and the key by which a run
 * that is continued is known to be the same.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/files.h"
#include "engine/whatif/sample.h"

static td_status complain(const td_sampler *s, td_message id, const char *a, const char *b,
                          const char *c, const char *d)
{
    td_place place = {0};
    td_errors_add(s->errors, id, &place, a, b, c, d, NULL);
    return TD_EINVAL;
}

static const char *number(double x, char *text, size_t size)
{
    td_number_text(x, TD_MARK, text, size);
    return text;
}

static td_status check_options(td_sampler *s)
{
    const td_sample_options *o = s->options;
    char text[48], most[48];
    if (o->n == 0 || o->n > TD_MAX_SAMPLES) {
        snprintf(text, sizeof text, "%" PRIu64, o->n);
        snprintf(most, sizeof most, "%" PRIu64, TD_MAX_SAMPLES);
        return complain(s, TD_MSG_SAMPLE_COUNT, text, most, "", "");
    }
    if (!isfinite(o->spread) || o->spread < 0)
        return complain(s, TD_MSG_SAMPLE_SPREAD_NUMBER, number(100 * o->spread, text, sizeof text),
                        "", "", "");
    if (o->spread > 0 && o->n_limits > 0)
        return complain(s, TD_MSG_SAMPLE_SPREAD_LIMITS, "", "", "", "");
    if (o->noise != TD_NOISE_NONE && !(o->noise_percent > 0 && o->noise_percent <= 100))
        return complain(s, TD_MSG_SAMPLE_NOISE, number(o->noise_percent, text, sizeof text), "", "",
                        "");
    return td_noise_plan(s);
}

/* ---- regions ---- */

static double *numbers(const td_sampler *s, size_t n, td_status *status)
{
    double *memory = td_arena_alloc(s->arena, n + 1, sizeof *memory);
    if (memory == NULL)
        *status = TD_ENOMEM;
    return memory;
}

static td_status make_region(const td_sampler *s, size_t r, td_region *region)
{
    const td_block *b = &s->prepared->blocks[r];
    td_status status = TD_OK;
    *region = (td_region){.rules = r, .first_item = b->first_item, .n_items = b->n_items};
    region->item = td_arena_alloc(s->arena, b->n_items + 1, sizeof *region->item);
    region->share = numbers(s, b->n_items, &status);
    region->low = numbers(s, b->n_items, &status);
    region->centre = numbers(s, b->n_items, &status);
    region->most = numbers(s, b->n_items, &status);
    if (region->item == NULL || status != TD_OK)
        return TD_ENOMEM;
    for (size_t k = 0; k < b->n_items; k++) {
        double share = td_item_get(s->prepared, b->first_item + k).share;
        if (share <= 0)
            continue;
        region->item[region->n_free] = k;
        region->most[region->n_free] = 1;
        region->share[region->n_free++] = share;
    }
    region->room = region->acceptance = 1;
    region->how = region->n_free < 2 ? TD_SAMPLING_NONE : TD_SAMPLING_UNIFORM;
    return TD_OK;
}

/*
 * Parameters c * share: the heaviest share h has variance h (1 - h) / (c + 1), so its coefficient of
 * variation is the spread for c + 1 = (1 - h) / (h spread^2).
 */
static td_status concentrate(const td_sampler *s, td_region *region)
{
    double heaviest = 0, spread = s->options->spread;
    td_status status = TD_OK;
    for (size_t f = 0; f < region->n_free; f++)
        heaviest = fmax(heaviest, region->share[f]);
    double widest = sqrt((1 - heaviest) / heaviest);
    if (spread >= widest) {
        char text[48], most[48];
        return complain(s, TD_MSG_SAMPLE_SPREAD, number(100 * spread, text, sizeof text),
                        number(floor(widest * 100), most, sizeof most),
                        s->prepared->evaluation->rules[region->rules]->view.code, "");
    }
    double c = (1 - heaviest) / (heaviest * spread * spread) - 1;
    region->alpha = numbers(s, region->n_free, &status);
    for (size_t f = 0; f < region->n_free && status == TD_OK; f++)
        region->alpha[f] = c * region->share[f];
    region->how = TD_SAMPLING_DIRICHLET;
    return status;
}

/* Position among the free items; every item of a limit has a share. */
static size_t free_of(const td_region *region, size_t item)
{
    size_t f = 0;
    while (region->item[f] != item)
        f++;
    return f;
}

static bool is_lower(const td_limit *limit)
{
    return limit->other == TD_NONE && limit->near > 0;
}

/* Rows of one kind after those that are there. */
static void add_rows(td_region *region, const td_limits *limits, bool lower)
{
    for (size_t i = 0; i < limits->n; i++) {
        const td_limit *limit = &limits->limit[i];
        if (limit->rules != region->rules || is_lower(limit) != lower)
            continue;
        double *row = region->coefficient + region->n_rows * region->n_free;
        size_t f = free_of(region, limit->item);
        row[f] = limit->near;
        if (limit->other != TD_NONE)
            row[free_of(region, limit->other)] = -limit->far;
        region->least[region->n_rows] = limit->least;
        region->text[region->n_rows++] = limit->text;
        if (lower)
            region->low[f] = fmax(region->low[f], limit->least / limit->near);
    }
}

static td_status limit_region(const td_sampler *s, const td_limits *limits, td_region *region)
{
    td_status status = TD_OK;
    region->coefficient = numbers(s, limits->n * region->n_free, &status);
    region->least = numbers(s, limits->n, &status);
    region->text = td_arena_alloc(s->arena, limits->n + 1, sizeof *region->text);
    if (region->text == NULL || status != TD_OK)
        return TD_ENOMEM;
    add_rows(region, limits, false);
    region->n_looked = region->n_rows;
    add_rows(region, limits, true);
    if (region->n_rows == 0)
        return TD_OK;
    for (size_t f = 0; f < region->n_free; f++)
        region->room -= region->low[f];
    return td_region_explore(region, s->prepared->evaluation->rules[region->rules],
                             s->options->limits, s->errors);
}

static td_status check_multipliers(const td_sampler *s, const td_region *region,
                                   const double *largest)
{
    const td_block *b = &s->prepared->blocks[region->rules];
    const char *table = b->rules->view.code;
    double fixed = (double)b->n_items, widest = 0;
    for (size_t k = 0; k < b->n_items; k++)
        fixed += largest[b->first_item + k];
    for (size_t f = 0; f < region->n_free && region->how != TD_SAMPLING_NONE; f++) {
        double size = largest[b->first_item + region->item[f]];
        fixed -= size;
        widest = fmax(widest, size / region->share[f]);
        /* the solver's last digits are not to be trusted */
        if (region->most[f] * (1 + 1e-6) < region->share[f] * (TD_WEIGHT_LIMIT - 1))
            continue;
        char share[48], most[48];
        const td_criterion *item = &b->rules->criteria[b->items[region->item[f]]];
        number(round(1e5 * region->share[f]) / 1e3, share, sizeof share);
        number(floor(1e3 * region->share[f] * 512) / 10, most, sizeof most);
        return complain(s, TD_MSG_SAMPLE_MULTIPLIER, item->code, table, share, most);
    }
    /* Shares add up to 1: a total is a mean of its items, each as large as if it were alone. */
    if (fixed + widest < TD_MAX_QUANTA / TD_WEIGHT_GRID)
        return TD_OK;
    complain(s, TD_MSG_SAMPLE_RANGE, table, "", "", "");
    return TD_EDATA;
}

static td_status choose(td_region *region)
{
    td_random *random = td_random_new();
    double *scratch = calloc(TD_DRAW_SCRATCH * region->n_free + 1, sizeof *scratch);
    td_status status = random != NULL && scratch != NULL ? TD_OK : TD_ENOMEM;
    if (status == TD_OK)
        td_region_choose(region, random, scratch);
    free(scratch);
    td_random_free(random);
    return status;
}

static td_status make_regions(td_sampler *s)
{
    const td_sample_options *o = s->options;
    td_limits limits;
    td_status status =
        td_limits_read(s->prepared, o->n_limits, o->limits, s->arena, &limits, s->errors);
    double *largest = td_largest_items(s->prepared);
    if (largest == NULL)
        status = TD_ENOMEM;
    for (size_t r = 0; r < s->n_rules && status == TD_OK; r++) {
        td_region *region = &s->regions[r];
        status = make_region(s, r, region);
        if (status == TD_OK && region->how == TD_SAMPLING_UNIFORM && o->spread > 0)
            status = concentrate(s, region);
        if (status == TD_OK)
            status = limit_region(s, &limits, region);
        if (status == TD_OK)
            status = check_multipliers(s, region, largest);
        if (status == TD_OK && region->how == TD_SAMPLING_UNIFORM && region->n_looked > 0)
            status = choose(region);
        s->has_chains |= region->how == TD_SAMPLING_CHAIN;
        s->most_free = region->n_free > s->most_free ? region->n_free : s->most_free;
    }
    free(largest);
    return status;
}

/* ---- the key ---- */

/* One fingerprint of all that weighing sees, whatever changed the points after loading. */
static void hash_points(const td_prepared *prepared, char out[65])
{
    char all[5 * 65] = "";
    for (size_t r = 0; r < prepared->evaluation->n_rules; r++) {
        const td_block *b = &prepared->blocks[r];
        size_t cells = b->n_rows * b->n_items;
        const struct {
            const void *bytes;
            size_t size;
        } PARTS[] = {{b->points, cells * sizeof *b->points},
                     {b->assigned, cells * sizeof *b->assigned},
                     {b->bonus, cells * sizeof *b->bonus},
                     {b->items, b->n_items * sizeof *b->items}};
        for (size_t i = 0; i < 4; i++)
            td_hash_text(PARTS[i].bytes, PARTS[i].size, all + 65 * (i + 1));
        td_hash_text(all, sizeof all, out);
        memcpy(all, out, 65);
    }
}

static td_status write_key(td_sampler *s)
{
    const td_evaluation *e = s->prepared->evaluation;
    const td_sample_options *o = s->options;
    static const char *const NOISE[] = {"none", "normal", "uniform", "channel"};
    char *text = NULL, spread[48], noise[48], points[65] = "";
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return TD_ENOMEM;
    for (size_t r = 0; r < s->n_rules; r++)
        fprintf(out, "rules %s\n", e->rules[r]->view.hash);
    if (o->awards && e->policy != NULL)
        fprintf(out, "policy %s\n", e->policy->view.hash);
    hash_points(s->prepared, points);
    fprintf(out, "data %s\npoints %s\nseed %" PRIu64 "\n", e->data.view.data_hash, points, o->seed);
    td_number_text(o->spread, '.', spread, sizeof spread);
    td_number_text(o->noise == TD_NOISE_NONE ? 0 : o->noise_percent, '.', noise, sizeof noise);
    fprintf(out, "spread %s\nnoise %s %s\n", spread, NOISE[o->noise], noise);
    for (size_t i = 0; i < o->n_limits; i++)
        fprintf(out, "limit %s\n", o->limits[i]);
    fprintf(out, "parts%s%s%s\n", o->pairwise ? " pairwise" : "", o->central ? " central" : "",
            o->awards && e->policy != NULL ? " awards" : "");
    bool failed = ferror(out) != 0;
    failed |= fclose(out) != 0;
    failed |= text == NULL; /* memory that ran out at the last moment */
    s->key = failed ? NULL : td_arena_strdup(s->arena, text);
    free(text);
    return s->key == NULL ? TD_ENOMEM : TD_OK;
}

td_status td_keys_compare(const char *before, const char *now, const char *file, td_errors *errors)
{
    const char *a = before, *b = now, *line_a = a, *line_b = b;
    while (*a == *b && *a != '\0') {
        if (*a == '\n') {
            line_a = a + 1;
            line_b = b + 1;
        }
        a++;
        b++;
    }
    if (*a == *b)
        return TD_OK;
    char there[100], here[100];
    td_place place = {.file = file};
    snprintf(there, sizeof there, "%.*s", (int)strcspn(line_a, "\n"), line_a);
    snprintf(here, sizeof here, "%.*s", (int)strcspn(line_b, "\n"), line_b);
    td_errors_add(errors, TD_MSG_SAMPLE_OTHER_RUN, &place, there, here, NULL);
    return TD_EINVAL;
}

td_status td_sampler_init(td_sampler *s, const td_prepared *prepared,
                          const td_sample_options *options, td_errors *errors)
{
    *s = (td_sampler){.prepared = prepared,
                      .options = options,
                      .errors = errors,
                      .arena = td_arena_new(),
                      .n_rules = prepared->evaluation->n_rules,
                      .n_items = prepared->n_items};
    if (s->arena == NULL)
        return TD_ENOMEM;
    s->regions = td_arena_alloc(s->arena, s->n_rules, sizeof *s->regions);
    td_status status = s->regions == NULL ? TD_ENOMEM : check_options(s);
    if (status == TD_OK)
        status = make_regions(s);
    if (status == TD_OK)
        status = td_plain_make(s);
    return status == TD_OK ? write_key(s) : status;
}

void td_sampler_release(td_sampler *s)
{
    td_arena_free(s->arena);
    *s = (td_sampler){0};
}

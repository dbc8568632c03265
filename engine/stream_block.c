/*
 * One block of a stream: its results, and what in it came before.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/stream.h"

/* How many of n units share the best rank; 0: none is ranked. */
static size_t count_best(size_t n, const float *ranks)
{
    float best = INFINITY;
    size_t n_at_best = 0;
    for (size_t u = 0; u < n; u++) {
        float rank = ranks[u] > 0 ? ranks[u] : NAN;
        n_at_best = rank < best ? 1 : n_at_best + (rank == best);
        best = rank < best ? rank : best;
    }
    return n_at_best;
}

static void count_results(td_stream_work *w)
{
    const td_evaluation *evaluation = w->block.evaluation;
    const td_outline *o = &w->outline;
    td_stream_tally *tally = &w->tally;
    tally->n_units = o->n_units;
    tally->n_clusters = evaluation->data.n_clusters;
    size_t n_ranked = 0, n_proposed = 0;
#pragma omp simd reduction(+ : n_ranked)
    for (size_t u = 0; u < o->n_units; u++)
        n_ranked += o->rank[u] > 0;
#pragma omp simd reduction(+ : n_proposed)
    for (size_t i = 0; i < o->n_awards * o->n_units; i++)
        n_proposed += o->award_state[i] == TD_PROPOSED;
    tally->n_ranked = n_ranked;
    tally->n_unranked = o->n_units - n_ranked;
    tally->n_proposed = n_proposed;
    for (size_t c = 0; c < evaluation->data.n_clusters; c++) {
        const td_cluster *cluster = &evaluation->data.clusters[c];
        tally->n_ties += count_best(cluster->n_units, o->rank + cluster->first_unit) > 1;
    }
}

static td_status outline(td_office **office, const td_evaluation *evaluation, td_outline *out,
                         td_errors *errors)
{
    const td_options alone = {.threads = 1};
    return td_outline_run_in(office, evaluation, &alone, out, errors);
}

/* What can be scored in no cluster together fails where it fails alone. */
static void fail_unscored(td_stream_runner *r, td_stream_work *w)
{
    td_block *b = &w->block;
    for (size_t c = 0; c < b->n_clusters && b->status != TD_ENOMEM; c++) {
        td_errors *errors = td_errors_new();
        td_outline one = {0};
        if (errors == NULL) {
            b->status = TD_ENOMEM;
            return;
        }
        size_t row = b->clusters[c].row;
        td_evaluation *evaluation =
            b->clusters[c].failed ? NULL : td_block_load_one(&r->stream->head, b, c, errors);
        if (evaluation != NULL && outline(&w->office, evaluation, &one, errors) != TD_OK) {
            td_errors_append(b->errors, errors);
            w->tally.n_unscored += td_errors_size(errors);
            td_block_fail(&r->stream->head, b, row);
        }
        td_outline_release(&one);
        td_evaluation_free(evaluation);
        td_errors_free(errors);
    }
}

/* Handed over by an earlier run. */
bool td_stream_is_done(const td_stream_runner *r, const td_block *b)
{
    return b->end <= r->sink->done_bytes;
}

/* Scores what the block holds and puts it into words. */
void td_stream_evaluate(td_stream_runner *r, td_stream_work *w)
{
    td_block *b = &w->block;
    w->text.size = 0;
    w->tally = (td_stream_tally){0};
    if (b->evaluation == NULL || b->status == TD_ENOMEM || b->ended || td_stream_is_done(r, b))
        return;
    td_errors *errors = td_errors_new();
    td_status status =
        errors == NULL ? TD_ENOMEM : outline(&w->office, b->evaluation, &w->outline, errors);
    if (status == TD_EDATA) {
        td_block_fail(&r->stream->head, b, 0);
        fail_unscored(r, w);
        td_block_load_rest(&r->stream->head, b);
        td_errors_free(errors);
        errors = td_errors_new();
        status =
            b->evaluation == NULL ? TD_OK : outline(&w->office, b->evaluation, &w->outline, errors);
    }
    if (errors != NULL) {
        td_errors_append(b->errors, errors);
        w->tally.n_unscored += td_errors_size(errors);
    }
    td_errors_free(errors);
    if (status == TD_OK && b->evaluation != NULL) {
        count_results(w);
        status = r->sink->format(r->sink->context, b->evaluation, &w->outline, &w->text);
    }
    if (status != TD_OK)
        b->status = status;
}

/* ---- what came before ---- */

static void fault_of_twice(td_stream_runner *r, td_block *b, size_t row, size_t first)
{
    char address[TD_ADDRESS_BYTES], known[24], quoted[TD_QUOTE_BYTES];
    const td_stream_head *head = &r->stream->head;
    td_csv_address(row, head->unit + 1, address);
    snprintf(known, sizeof known, "%zu", first);
    td_block_quote(&r->stream->head, b, row, head->unit, quoted);
    td_place place = {.file = head->sheet.path,
                      .row = row,
                      .column = head->unit + 1,
                      .field = head->sheet.name[head->unit]};
    td_errors_add(b->errors, TD_MSG_DATA_UNIT_TWICE, &place, quoted, address, known, NULL);
}

/* Is this the row of a record of the block? */
static bool is_inside(const td_block *b, size_t row)
{
    bool found = b->rows == NULL && row > b->row;
    for (size_t i = 0; b->rows != NULL && i < b->n_rows && !found; i++)
        found = b->rows[i] == row;
    return found;
}

/* How many of what a block has n of all the stream has, if the rest is as the block is. */
static size_t expected(const td_stream_runner *r, const td_block *b, size_t n)
{
    const uint64_t total = r->stream->total_bytes;
    return b->size == 0 || total <= b->size
               ? 0
               : (size_t)(1.0625 * (double)total / (double)b->size * (double)n);
}

static bool reserve_seen(const td_stream_runner *r, const td_block *b, size_t n, td_seen *seen)
{
    const size_t wanted = expected(r, b, n);
    return (seen->capacity != 0 && !seen->is_list) || wanted == 0 || td_seen_reserve(seen, wanted);
}

/* The units of the stream up to and with this block: those whose keys ascend are all different. */
static bool units_ascend(td_stream_runner *r, const td_block *b)
{
    const td_unit *first = b->own.data.units, *last = first + b->n_units - 1;
    const char *before = r->last_unit;
    bool ascend =
        !r->is_unsorted && b->ascends &&
        (before == NULL || td_key_precedes(before, strlen(before), first->key, strlen(first->key)));
    char *copy = ascend ? strdup(last->key) : NULL;
    free(r->last_unit);
    r->last_unit = copy;
    r->is_unsorted = copy == NULL;
    return copy != NULL;
}

/* Units that came before, in this block or an earlier one: their clusters fail. */
void td_stream_check_units(td_stream_runner *r, td_stream_work *w)
{
    td_block *b = &w->block;
    bool seen_here = false, found = false;
    if (b->n_units == 0)
        return;
    if (units_ascend(r, b)) {
        if (!td_seen_append(&r->units, b->n_units, b->unit_hash, b->unit_row,
                            expected(r, b, b->n_units)))
            b->status = TD_ENOMEM;
        return;
    }
    if (b->n_units > w->n_first) {
        free(w->first);
        w->n_first = b->n_units + b->n_units / 4;
        w->first = calloc(w->n_first, sizeof *w->first);
    }
    if (w->first == NULL || !reserve_seen(r, b, b->n_units, &r->units) ||
        !td_seen_add(&r->units, b->n_units, b->unit_hash, b->unit_row, w->first)) {
        b->status = TD_ENOMEM;
        return;
    }
    for (size_t i = 0; i < b->n_units; i++)
        seen_here |= w->first[i] != 0;
    if (!seen_here)
        return;
    bool by_sight = b->evaluation == &b->own;
    size_t n = b->n_units;
    size_t *rows = malloc(n * sizeof *rows);
    if (rows == NULL) {
        b->status = TD_ENOMEM;
        return;
    }
    memcpy(rows, b->unit_row, n * sizeof *rows);
    for (size_t i = 0; i < n; i++) {
        bool inside = is_inside(b, w->first[i]);
        if (w->first[i] == 0 || (inside && !by_sight))
            continue; /* the loader has said so */
        fault_of_twice(r, b, rows[i], w->first[i]);
        found = true;
    }
    for (size_t i = 0; i < n && found; i++)
        if (w->first[i] != 0)
            td_block_fail(&r->stream->head, b, rows[i]);
    free(rows);
    if (found && b->status != TD_ENOMEM) {
        td_block_load_rest(&r->stream->head, b);
        td_stream_evaluate(r, w);
    }
}

/* A cluster that comes back was ranked without its other rows: nothing is right any more. */
void td_stream_check_clusters(td_stream_runner *r, td_stream_work *w)
{
    td_block *b = &w->block;
    if (!reserve_seen(r, b, b->n_clusters, &r->clusters))
        b->status = TD_ENOMEM;
    for (size_t c = 0; c < b->n_clusters && b->status != TD_ENOMEM; c++) {
        const td_cluster_run *cluster = &b->clusters[c];
        const td_stream_head *head = &r->stream->head;
        size_t first;
        if (!td_seen_add(&r->clusters, 1, &cluster->hash, &cluster->row, &first))
            b->status = TD_ENOMEM;
        else if (first != 0) {
            char id[TD_QUOTE_BYTES], address[TD_ADDRESS_BYTES], known[24];
            td_csv_address(cluster->row, head->cluster + 1, address);
            snprintf(known, sizeof known, "%zu", first);
            td_place place = {.file = head->sheet.path,
                              .row = cluster->row,
                              .column = head->cluster + 1,
                              .field = head->sheet.name[head->cluster]};
            td_errors_add(b->errors, TD_MSG_STREAM_SCATTERED, &place, td_csv_quote(cluster->id, id),
                          address, known, NULL);
            b->status = TD_EDATA;
            b->ended = true;
            return;
        }
    }
}

void td_stream_say_left_out(td_stream_runner *r, td_block *b)
{
    for (size_t c = 0; c < b->n_clusters; c++) {
        char id[TD_QUOTE_BYTES];
        const td_stream_head *head = &r->stream->head;
        td_place place = {.file = head->sheet.path,
                          .row = b->clusters[c].row,
                          .column = head->cluster + 1,
                          .field = head->sheet.name[head->cluster]};
        if (b->clusters[c].failed)
            td_errors_add(b->errors, TD_MSG_STREAM_CLUSTER_LEFT_OUT, &place,
                          td_csv_quote(b->clusters[c].id, id), NULL);
    }
}

#include <stdlib.h>
#include <string.h>

#include "datasets/load.h"
#include "engine/base/threads.h"

#define UNITS_PER_THREAD 64
#define STEPS_OF_UNIT 100 /* of td_threads_for(): some hundred cells, read or checked */

int td_load_threads(const td_load *load, size_t n_units)
{
    return td_threads_for(&(td_options){.threads = load->threads}, n_units / UNITS_PER_THREAD + 1,
                          n_units * STEPS_OF_UNIT);
}

/* What reads one part: copies with memory of their own for all that is written. */
typedef struct piece {
    td_load load;
    td_sheet sheet;
    bool finished;
} piece;

static bool piece_init(piece *p, const td_load *load, const td_sheet *sheet, size_t part,
                       bool faults)
{
    p->load = *load;
    p->load.arena = td_arena_new();
    p->load.errors = td_errors_new();
    p->load.names = td_names_new();
    p->load.reasons = NULL;
    p->load.n_reasons = p->load.reason_capacity = 0;
    p->sheet = *sheet;
    bool wanted = faults && sheet->csv.errors != NULL;
    td_csv_open_part(&p->sheet.csv, &sheet->csv, &sheet->parts[part],
                     wanted ? p->load.errors : NULL);
    p->sheet.csv.rows = sheet->rows; /* then there is one part */
    return p->load.arena != NULL && p->load.errors != NULL && p->load.names != NULL;
}

static void piece_release(piece *p)
{
    td_csv_release(&p->sheet.csv);
    td_errors_free(p->load.errors);
    td_names_free(p->load.names);
    td_arena_free(p->load.arena);
    free(p->load.reasons);
    *p = (piece){0};
}

static void join_reasons(td_load *load, const td_load *part)
{
    size_t n = load->n_reasons + part->n_reasons;
    if (part->n_reasons == 0)
        return;
    if (n > load->reason_capacity) {
        size_t capacity = 2 * n;
        td_reason *grown = realloc(load->reasons, capacity * sizeof *grown);
        load->no_memory |= grown == NULL;
        if (grown == NULL)
            return;
        load->reasons = grown;
        load->reason_capacity = capacity;
    }
    memcpy(load->reasons + load->n_reasons, part->reasons, part->n_reasons * sizeof *part->reasons);
    load->n_reasons = n;
}

static void join(td_load *load, td_sheet *sheet, piece *p)
{
    td_errors_append(load->errors, p->load.errors);
    join_reasons(load, &p->load);
    load->no_memory |= p->load.no_memory || p->sheet.csv.no_memory;
    sheet->csv.n_broken += p->sheet.csv.n_broken;
    sheet->csv.incomplete |= p->sheet.csv.incomplete;
    piece_release(p);
}

/* Joins what is finished and has nothing unfinished before it; nobody waits for the others. */
static void join_finished(td_load *load, td_sheet *sheet, piece *pieces, size_t *n_joined)
{
    for (; *n_joined < sheet->n_parts && pieces[*n_joined].finished; ++*n_joined)
        join(load, sheet, &pieces[*n_joined]);
}

static void run(td_load *load, td_sheet *sheet, piece *pieces, td_read_part *read, void *context)
{
    size_t n = sheet->n_parts, n_joined = 0;
    int n_threads = td_threads(&(td_options){.threads = load->threads}, n);
    bool full = false;
#pragma omp parallel num_threads(n_threads) if (n_threads > 1)
    {
#pragma omp single nowait
        td_sheet_hash(load, sheet);
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < n; i++) {
#pragma omp atomic read
            pieces[i].load.faults_full = full;
            read(&pieces[i].load, &pieces[i].sheet, context);
#pragma omp critical(td_join)
            {
                pieces[i].finished = true;
                join_finished(load, sheet, pieces, &n_joined);
                if (td_errors_size(load->errors) >= TD_MAX_FAULTS) {
#pragma omp atomic write
                    full = true;
                }
            }
        }
    }
}

static void read_parts(td_load *load, td_sheet *sheet, bool faults, td_read_part *read,
                       void *context)
{
    if (sheet->parts == NULL)
        sheet->parts = td_csv_cut(&sheet->csv, load->part_bytes, &sheet->n_parts);
    size_t n = sheet->parts == NULL ? 0 : sheet->n_parts;
    piece *pieces = calloc(n, sizeof *pieces);
    load->no_memory |= n == 0 || pieces == NULL;
    for (size_t i = 0; i < n && !load->no_memory; i++)
        load->no_memory |= !piece_init(&pieces[i], load, sheet, i, faults);
    if (!load->no_memory)
        run(load, sheet, pieces, read, context);
    for (size_t i = 0; pieces != NULL && i < n; i++)
        piece_release(&pieces[i]);
    free(pieces);
}

void td_sheet_peek(td_load *load, td_sheet *sheet, td_read_part *read, void *context)
{
    read_parts(load, sheet, false, read, context);
}

void td_sheet_read(td_load *load, td_sheet *sheet, td_read_part *read, void *context)
{
    read_parts(load, sheet, true, read, context);
}

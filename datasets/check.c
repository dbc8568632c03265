#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/load.h"
#include "engine/base/threads.h"

#define NO_SOURCE 255

/* One unit while its values are checked. */
typedef struct checking {
    td_load *load;
    const td_table *table;
    const td_rules *rules;
    size_t unit;
    const double *row; /* values of the unit */
    const uint8_t *source;
    size_t *reported;  /* [most indicators] the unit, from 1, whose blank was reported last */
    double *trial;     /* [most indicators] */
    void *peers;       /* zeroed: what a comparison with nobody leaves */
    bool has_rows;     /* some file has a row of the unit */
    bool sees_missing; /* no rows were lost that would have the values */
    bool quiet, found; /* faults are not said, only that there are some */
} checking;

/* Comes first where there is a fault: is it enough to know that? */
static bool noted(checking *the)
{
    the->found = true;
    return the->quiet;
}

/* ---- places ---- */

/* The indicator that a file has: what a computed one is computed from. */
static size_t measured(const td_rules *rules, size_t indicator)
{
    for (size_t i = 0; rules->indicators[indicator].computed && i < rules->n_indicators; i++)
        indicator = rules->indicators[indicator].of;
    return indicator;
}

static td_place place_in(const td_load *load, const td_values_file *file, size_t unit, size_t rules,
                         size_t indicator)
{
    return (td_place){.file = file->path,
                      .row = file->row == NULL ? 0 : file->row[unit],
                      .column = file->column == NULL ? 0 : file->column[rules][indicator],
                      .field = load->evaluation->rules[rules]->indicators[indicator].code};
}

/* 2: the file has the unit's row and the indicator's column; 1: the row; 0: neither. */
static int fitness(const td_values_file *file, size_t unit, size_t rules, size_t indicator)
{
    if (file->row == NULL || file->row[unit] == 0)
        return 0;
    return file->column[rules][indicator] != 0 ? 2 : 1;
}

/* The best file of one channel (TD_NONE: of all, the channels in their order). */
static const td_values_file *file_of(const td_load *load, size_t unit, size_t rules,
                                     size_t indicator, size_t channel)
{
    const td_values_file *best = NULL;
    int best_fitness = -1;
    size_t first = channel == TD_NONE ? 0 : channel;
    size_t end = channel == TD_NONE ? load->evaluation->rules[rules]->n_channels : channel + 1;
    for (size_t c = first; c < end; c++)
        for (size_t f = 0; f < load->n_files; f++) {
            const td_values_file *file = &load->files[f];
            if (file->channel[rules] == c && fitness(file, unit, rules, indicator) > best_fitness) {
                best = file;
                best_fitness = fitness(file, unit, rules, indicator);
            }
        }
    return best;
}

td_place td_place_of_value(const td_load *load, size_t unit, size_t indicator, size_t channel)
{
    size_t rules = load->data->clusters[load->data->units[unit].cluster].rules;
    size_t base = measured(load->evaluation->rules[rules], indicator);
    const td_values_file *file = file_of(load, unit, rules, base, channel);
    if (file == NULL)
        return load->folder == NULL ? load->elsewhere : (td_place){.file = load->folder};
    return place_in(load, file, unit, rules, base);
}

static td_place place_of(const checking *the, size_t indicator)
{
    uint8_t source = the->source[measured(the->rules, indicator)];
    return td_place_of_value(the->load, the->unit, indicator,
                             source == NO_SOURCE ? TD_NONE : source);
}

/* ---- missing values ---- */

static bool is_blank(double x)
{
    return isnan(x) && !td_is_refused(x);
}

/* The outcome of a part for one row of values, compared with nobody. */
static td_outcome outcome_of(const checking *the, const td_part *part, const double *values)
{
    const td_scene scene = {.rules = the->rules,
                            .part = part,
                            .leaf_decimals = the->rules->view.leaf_decimals,
                            .n_units = 1,
                            .values = values,
                            .stride = the->table->n_indicators};
    td_part_result result = {.outcome = TD_SCORED};
    part->function->score(&scene, the->peers, false, &result);
    return result.outcome;
}

/* Is the blank input the reason why the part is missing, were all its other inputs given? */
static bool is_needed(const checking *the, const td_part *part, size_t input)
{
    memcpy(the->trial, the->row, the->table->n_indicators * sizeof *the->trial);
    for (size_t i = 0; i < part->n_own; i++)
        if (i != input && isnan(the->trial[part->inputs[i]]))
            the->trial[part->inputs[i]] = 1;
    return outcome_of(the, part, the->trial) == TD_BLANK;
}

static bool has_column(const td_load *load, size_t indicator)
{
    for (size_t f = 0; f < load->n_files; f++)
        if (load->files[f].column != NULL && load->files[f].column[0][indicator] != 0)
            return true;
    return false;
}

/* A rule set that replaces another asks for what nobody collected: said once, not per unit. */
static bool fault_of_lacking(checking *the, const td_part *part, size_t indicator)
{
    td_load *load = the->load;
    if (load->instead == NULL || has_column(load, indicator))
        return false;
    if (load->lacking == NULL)
        load->lacking = td_load_alloc(load, the->rules->n_indicators, sizeof *load->lacking);
    if (load->lacking == NULL || load->lacking[indicator])
        return true;
    load->lacking[indicator] = true;
    td_place place = {.file = load->instead, .pointer = the->rules->indicators[indicator].pointer};
    td_errors_add(load->errors, TD_MSG_SCENARIO_RULES_LACK, &place,
                  the->rules->indicators[indicator].code, the->rules->view.code,
                  the->rules->criteria[part->criterion].code, NULL);
    return true;
}

static void fault_of_missing(checking *the, const td_part *part, size_t indicator)
{
    td_load *load = the->load;
    size_t base = measured(the->rules, indicator);
    if (noted(the))
        return;
    if (fault_of_lacking(the, part, base))
        return;
    if (the->reported[base] == the->unit + 1)
        return;
    the->reported[base] = the->unit + 1;
    char id[TD_QUOTE_BYTES], code[TD_QUOTE_BYTES], leaf[TD_QUOTE_BYTES];
    td_place place = place_of(the, base);
    td_errors_add(load->errors, TD_MSG_DATA_VALUE_MISSING, &place,
                  td_text_quote(the->rules->indicators[base].code, code),
                  td_text_quote(load->data->units[the->unit].id, id),
                  td_text_quote(the->rules->criteria[part->criterion].code, leaf), NULL);
}

/* A unit that no file names lacks everything: one fault says so. */
static void fault_of_no_rows(checking *the)
{
    const td_load *load = the->load;
    const td_unit *unit = &load->data->units[the->unit];
    td_place place = {
        .file = td_load_path(the->load, "units.csv"), .row = unit->row, .field = "id"};
    char id[TD_QUOTE_BYTES];
    td_errors_add(load->errors, TD_MSG_DATA_UNIT_WITHOUT_VALUES, &place,
                  td_text_quote(unit->id, id), NULL);
    the->sees_missing = false;
}

static void check_missing(checking *the, const td_part *part)
{
    size_t first = TD_NONE, n_needed = 0;
    for (size_t i = 0; i < part->n_own; i++) {
        double x = the->row[part->inputs[i]];
        if (td_is_refused(x))
            return;
        if (isnan(x) && first == TD_NONE)
            first = i;
    }
    if (first == TD_NONE || outcome_of(the, part, the->row) != TD_BLANK)
        return;
    if (!the->has_rows) {
        if (!noted(the))
            fault_of_no_rows(the);
        return;
    }
    for (size_t i = first; i < part->n_own; i++)
        if (is_blank(the->row[part->inputs[i]]) && is_needed(the, part, i)) {
            fault_of_missing(the, part, part->inputs[i]);
            n_needed++;
        }
    if (n_needed == 0)
        fault_of_missing(the, part, part->inputs[first]);
}

/* ---- domains ---- */

static bool applies(const td_part *part, const double *row)
{
    return (part->when == NULL || td_condition_on_row(part->when, row)) &&
           (part->exempt == NULL || !td_condition_on_row(part->exempt, row));
}

static void check_domain(checking *the, const td_part *part)
{
    td_domain_fault fault; /* cleared only for those that need it */
    if (part->function->check == NULL || part->function->check(the->rules, part, the->row, &fault))
        return;
    if (noted(the))
        return;
    memset(&fault, 0, sizeof fault);
    part->function->check(the->rules, part, the->row, &fault);
    td_place place = place_of(the, part->inputs[fault.input]);
    td_errors_add(the->load->errors, fault.message, &place, fault.args[0], fault.args[1],
                  fault.args[2], NULL);
}

static void check_leaf(checking *the, const td_criterion *leaf)
{
    bool needed = leaf->missing == TD_MISSING_ERROR;
    for (size_t p = leaf->first_part; p < leaf->first_part + leaf->n_parts; p++) {
        const td_part *part = &the->rules->parts[p];
        if (!applies(part, the->row))
            continue;
        check_domain(the, part);
        if (needed && the->sees_missing)
            check_missing(the, part);
    }
}

/* Bounds of what is computed: those of measured values were looked at cell by cell. */
static void check_computed(checking *the)
{
    for (size_t i = 0; i < the->rules->n_indicators; i++) {
        const td_indicator *indicator = &the->rules->indicators[i];
        double x = the->row[i];
        if (!indicator->computed || !(x < indicator->min || x > indicator->max))
            continue;
        if (noted(the))
            return;
        char value[32], bound[32], code[TD_QUOTE_BYTES];
        bool below = x < indicator->min;
        td_number_text(x, TD_MARK, value, sizeof value);
        td_number_text(below ? indicator->min : indicator->max, TD_MARK, bound, sizeof bound);
        td_place place = place_of(the, i);
        td_errors_add(the->load->errors,
                      below ? TD_MSG_DATA_COMPUTED_BELOW : TD_MSG_DATA_COMPUTED_ABOVE, &place,
                      value, td_text_quote(indicator->code, code), bound, NULL);
    }
}

static void check_unit(checking *the, size_t unit)
{
    td_load *load = the->load;
    the->unit = unit;
    the->table = td_load_table_of(load, unit);
    the->rules = the->table->rules;
    size_t row = load->data->row_of_unit[unit];
    the->row = the->table->value + row * the->table->n_indicators;
    the->source = the->table->source + row * the->table->n_indicators;
    the->sees_missing = !load->values_incomplete;
    the->has_rows = load->n_files == 0;
    size_t rules = load->data->clusters[load->data->units[unit].cluster].rules;
    for (size_t f = 0; f < load->n_files; f++) {
        the->has_rows |= load->files[f].row != NULL && load->files[f].row[unit] != 0;
        the->sees_missing &= !load->files[f].incomplete || load->files[f].channel[rules] == TD_NONE;
    }
    const uint8_t *exempt = the->table->not_applicable;
    check_computed(the);
    for (size_t j = 1; j < the->rules->n_criteria; j++) {
        const td_criterion *criterion = &the->rules->criteria[j];
        if (criterion->n_children == 0 &&
            (exempt == NULL || exempt[row * the->rules->n_criteria + j] == 0))
            check_leaf(the, criterion);
    }
}

static bool checking_init(checking *the, td_load *load, bool quiet)
{
    size_t most = 1, peers_size = 1;
    for (size_t r = 0; r < load->evaluation->n_rules; r++) {
        const td_rules *rules = load->evaluation->rules[r];
        most = rules->n_indicators > most ? rules->n_indicators : most;
        for (size_t p = 0; p < rules->n_parts; p++)
            if (rules->parts[p].function->peers_size > peers_size)
                peers_size = rules->parts[p].function->peers_size;
    }
    *the = (checking){.load = load, .quiet = quiet};
    the->reported = calloc(most, sizeof *the->reported);
    the->trial = calloc(most, sizeof *the->trial);
    the->peers = calloc(1, peers_size);
    return the->reported != NULL && the->trial != NULL && the->peers != NULL;
}

static void checking_release(checking *the)
{
    free(the->reported);
    free(the->trial);
    free(the->peers);
}

void td_check_unit(td_load *load, size_t unit)
{
    checking the;
    load->no_memory |= !checking_init(&the, load, false);
    if (!load->no_memory)
        check_unit(&the, unit);
    checking_release(&the);
}

/* Sets faulty[u] for the units that have faults, side by side. */
static void find_faulty(td_load *load, bool *faulty)
{
    size_t n = load->data->n_units;
    int n_threads = td_load_threads(load, n);
    checking *all = calloc((size_t)n_threads, sizeof *all);
    load->no_memory |= all == NULL;
    for (int t = 0; t < n_threads && !load->no_memory; t++)
        load->no_memory |= !checking_init(&all[t], load, true);
    if (!load->no_memory) {
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1) schedule(dynamic, 64)
        for (size_t u = 0; u < n; u++) {
            checking *the = &all[td_thread()];
            the->found = false;
            check_unit(the, u);
            faulty[u] = the->found;
        }
    }
    for (int t = 0; all != NULL && t < n_threads; t++)
        checking_release(&all[t]);
    free(all);
}

bool td_check_is_fine(td_load *load)
{
    checking the;
    load->no_memory |= !checking_init(&the, load, true);
    for (size_t u = 0; u < load->data->n_units && !load->no_memory && !the.found; u++)
        check_unit(&the, u);
    checking_release(&the);
    return !the.found && !load->no_memory;
}

/* The few units with faults are checked once more, in order, to say what was found. */
void td_check_values(td_load *load)
{
    checking the;
    bool *faulty = calloc(load->data->n_units + 1, sizeof *faulty);
    load->no_memory |= faulty == NULL || !checking_init(&the, load, false);
    if (!load->no_memory)
        find_faulty(load, faulty);
    for (size_t u = 0; u < load->data->n_units && !load->no_memory; u++)
        if (faulty[u])
            check_unit(&the, u);
    if (faulty != NULL)
        checking_release(&the);
    free(faulty);
}

/* ---- the year ---- */

static void check_year(td_load *load, td_message outside, double first_day, double last_day,
                       const char *path, const char *const words[3])
{
    char year[16], text[32];
    double first, last;
    snprintf(year, sizeof year, "%04d", load->data->view.year);
    snprintf(text, sizeof text, "%s-01-01", year);
    bool known = td_day_of_iso(text, &first);
    snprintf(text, sizeof text, "%s-12-31", year);
    known = td_day_of_iso(text, &last) && known;
    if (!known || (first_day <= last && last_day >= first))
        return;
    td_place place = {.file = path, .pointer = "/valid"};
    td_errors_add(load->errors, outside, &place, year, words[0], words[1],
                  words[2] == NULL ? "\u2026" : words[2], NULL);
}

/* A school year lies in two calendar years: it is enough that the validity touches the year. */
void td_check_years(td_load *load)
{
    for (size_t r = 0; r < load->evaluation->n_rules; r++) {
        const td_rules *rules = load->evaluation->rules[r];
        const char *words[] = {rules->view.code, rules->view.valid_from, rules->view.valid_to};
        check_year(load, TD_MSG_DATA_YEAR_OUTSIDE, rules->first_day, rules->last_day,
                   rules->view.path, words);
    }
    const td_policy *policy = load->evaluation->policy;
    if (policy == NULL)
        return;
    const char *words[] = {policy->view.code, policy->view.valid_from, policy->view.valid_to};
    check_year(load, TD_MSG_DATA_POLICY_YEAR, policy->first_day, policy->last_day,
               policy->view.path, words);
}

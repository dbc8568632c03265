/* Generated evaluations: the folder and what goes into it. */
#include "datasets/generate.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/files.h"

#define CHANGE_STREAM 0x80000000u /* the streams of near ties: above those of units */

/* Everything at hand while a folder is written. */
typedef struct generation {
    const char *folder;
    const td_generate_options *options;
    td_errors *errors;
    td_arena *arena;
    td_random *random;
    td_rules *rules;
    const char *rules_path; /* as evaluation.json says it */
    td_plan plan;
    td_roster roster;
    td_draw draw;
    int year;
    size_t n_channels;
    size_t channels[TD_MAX_CHANNELS]; /* into the rule set's, the lowest first */
    td_writer values[TD_MAX_CHANNELS];
    td_writer not_applicable, reasons, votes, history;
} generation;

/* ---- the folder ---- */

static td_status make_folder(const char *folder, td_errors *errors)
{
    td_place place = {.file = folder};
    if (mkdir(folder, 0777) == 0)
        return TD_OK;
    DIR *dir = errno == EEXIST ? opendir(folder) : NULL;
    if (dir == NULL) {
        td_errors_add(errors, TD_MSG_GEN_FOLDER, &place, strerror(errno), NULL);
        return TD_EIO;
    }
    bool empty = true;
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        empty = empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    closedir(dir);
    if (empty)
        return TD_OK;
    td_errors_add(errors, TD_MSG_GEN_FOLDER_NOT_EMPTY, &place, NULL);
    return TD_EINVAL;
}

static td_status write_rules(generation *g)
{
    td_writer sheet = {0};
    td_status status = td_writer_open(&sheet, g->folder, "rules.json", g->errors);
    if (status == TD_OK)
        td_generate_rules(&sheet, g->options->n_criteria,
                          g->options->year > 0 ? g->options->year : 2025);
    td_status closed = td_writer_close(&sheet, g->errors);
    return status != TD_OK ? status : closed;
}

/* The rule set that is given, before anything is written. */
static td_status load_given(generation *g)
{
    return g->options->rules == NULL ? TD_OK
                                     : td_rules_load(g->options->rules, &g->rules, g->errors);
}

/* Or one that is written into the folder. */
static td_status load_own(generation *g)
{
    td_status status = write_rules(g);
    char *own = td_path_join(g->folder, true, "rules.json");
    if (own == NULL)
        status = TD_ENOMEM;
    if (status == TD_OK)
        status = td_rules_load(own, &g->rules, g->errors);
    free(own);
    return status;
}

static td_status settle_rules(generation *g)
{
    if (g->rules == NULL) {
        g->rules_path = "rules.json";
        td_status status = load_own(g);
        if (status != TD_OK)
            return status;
    } else {
        g->rules_path = td_relative_path(g->folder, g->options->rules, g->arena);
    }
    g->year = g->options->year;
    if (g->year == 0)
        g->year = (int)strtol(g->rules->view.valid_from, NULL, 10);
    return g->rules_path != NULL ? TD_OK : TD_ENOMEM;
}

/* ---- channels ---- */

static size_t find_channel(const td_rules *rules, const char *name, size_t length)
{
    for (size_t c = 0; c < rules->n_channels; c++)
        if (strlen(rules->channels[c]) == length && memcmp(rules->channels[c], name, length) == 0)
            return c;
    return TD_NONE;
}

/* self and appraised where the table has both, else the channel that prevails. */
static void default_channels(generation *g)
{
    size_t self = find_channel(g->rules, "self", 4);
    size_t appraised = find_channel(g->rules, "appraised", 9);
    if (appraised == TD_NONE)
        appraised = 0;
    if (self != TD_NONE && self > appraised)
        g->channels[g->n_channels++] = self;
    g->channels[g->n_channels++] = appraised;
}

static td_status channel_fault(generation *g, td_message message, const char *name, size_t length)
{
    char all[256] = "", one[64];
    for (size_t c = 0; c < g->rules->n_channels; c++) {
        strncat(all, c > 0 ? " > " : "", sizeof all - strlen(all) - 1);
        strncat(all, g->rules->channels[c], sizeof all - strlen(all) - 1);
    }
    snprintf(one, sizeof one, "%.*s", (int)length, name);
    td_errors_add(g->errors, message, NULL, one, all, NULL);
    return TD_EINVAL;
}

static td_status read_channels(generation *g)
{
    const char *at = g->options->channels;
    if (at == NULL || *at == '\0') {
        default_channels(g);
        return TD_OK;
    }
    for (size_t above = g->rules->n_channels;;) {
        size_t length = strcspn(at, ",");
        size_t c = find_channel(g->rules, at, length);
        if (c == TD_NONE)
            return channel_fault(g, TD_MSG_GEN_CHANNEL_UNKNOWN, at, length);
        if (c >= above)
            return channel_fault(g, TD_MSG_GEN_CHANNEL_ORDER, at, length);
        g->channels[g->n_channels++] = above = c;
        if (at[length] == '\0')
            return TD_OK;
        at += length + 1;
    }
}

/* ---- small files ---- */

static const char *folder_name(generation *g)
{
    char *real = realpath(g->folder, NULL);
    const char *slash = real != NULL ? strrchr(real, '/') : NULL;
    const char *name = slash != NULL && slash[1] != '\0' ? slash + 1 : "generated";
    const char *copy = td_arena_strdup(g->arena, name);
    free(real);
    return copy;
}

static void write_both(td_writer *sheet, const char *vi, const char *en)
{
    fputs("{\"vi\": ", sheet->file);
    td_writer_json(sheet, vi);
    fputs(", \"en\": ", sheet->file);
    td_writer_json(sheet, en);
    fputs("}", sheet->file);
}

static void write_head(generation *g, td_writer *sheet, const char *code)
{
    fputs("{\n  \"thidua\": \"evaluation/1\",\n  \"code\": ", sheet->file);
    td_writer_json(sheet, code);
    fputs(",\n  \"name\": ", sheet->file);
    write_both(sheet, g->rules->view.name[TD_VI], g->rules->view.name[TD_EN]);
    fprintf(sheet->file, ",\n  \"year\": %d,\n  \"rules\": ", g->year);
    td_writer_json(sheet, g->rules_path);
    fprintf(sheet->file,
            ",\n  \"decimal_mark\": \".\",\n"
            "  \"generated\": {\"by\": \"thidua generate\", \"seed\": %llu,\n    \"note\": ",
            (unsigned long long)g->options->seed);
    write_both(sheet, td_message_text(TD_MSG_GEN_NOTE, TD_VI),
               td_message_text(TD_MSG_GEN_NOTE, TD_EN));
    fputs("}\n}\n", sheet->file);
}

static void write_clusters(const td_roster *roster, td_writer *sheet)
{
    fputs("id,name\n", sheet->file);
    for (size_t c = 0; c < roster->n_clusters; c++) {
        td_writer_text(sheet, roster->cluster_id[c]);
        putc(',', sheet->file);
        td_writer_text(sheet, roster->cluster_name[c]);
        putc('\n', sheet->file);
    }
}

static void write_units(const td_roster *roster, td_writer *sheet)
{
    fputs(roster->has_categories ? "id,name,cluster,category\n" : "id,name,cluster\n", sheet->file);
    for (size_t u = 0; u < roster->n_units; u++) {
        const td_roster_unit *unit = &roster->units[u];
        td_writer_text(sheet, unit->id);
        putc(',', sheet->file);
        td_writer_text(sheet, unit->name);
        putc(',', sheet->file);
        td_writer_text(sheet, roster->cluster_id[unit->cluster]);
        if (roster->has_categories) {
            putc(',', sheet->file);
            td_writer_text(sheet, unit->category != NULL ? unit->category : "");
        }
        putc('\n', sheet->file);
    }
}

static td_status write_small(generation *g)
{
    const char *code = g->options->code != NULL ? g->options->code : folder_name(g);
    if (code == NULL)
        return TD_ENOMEM;
    for (int k = 0; k < 3; k++) {
        static const char *const NAMES[] = {"evaluation.json", "clusters.csv", "units.csv"};
        td_writer sheet = {0};
        td_status status = td_writer_open(&sheet, g->folder, NAMES[k], g->errors);
        if (status == TD_OK) {
            if (k == 0)
                write_head(g, &sheet, code);
            else if (k == 1)
                write_clusters(&g->roster, &sheet);
            else
                write_units(&g->roster, &sheet);
        }
        td_status closed = td_writer_close(&sheet, g->errors);
        if (status != TD_OK || closed != TD_OK)
            return status != TD_OK ? status : closed;
    }
    return TD_OK;
}

/* ---- large files ---- */

static bool is_written(const td_plan *plan, size_t i)
{
    return plan->columns[i].shape != TD_SHAPE_NONE;
}

static td_status open_values(generation *g, size_t k)
{
    char name[96];
    snprintf(name, sizeof name, "values-%s.csv", g->rules->channels[g->channels[k]]);
    td_status status = td_writer_open(&g->values[k], g->folder, name, g->errors);
    if (status != TD_OK)
        return status;
    fputs("unit", g->values[k].file);
    for (size_t i = 0; i < g->plan.n; i++) {
        if (!is_written(&g->plan, i))
            continue;
        putc(',', g->values[k].file);
        td_writer_text(&g->values[k], g->rules->indicators[i].code);
    }
    putc('\n', g->values[k].file);
    return TD_OK;
}

static td_status open_list(generation *g, td_writer *sheet, const char *name, const char *header)
{
    td_status status = td_writer_open(sheet, g->folder, name, g->errors);
    if (status == TD_OK)
        fprintf(sheet->file, "%s\n", header);
    return status;
}

static td_status open_all(generation *g)
{
    td_status status = TD_OK;
    for (size_t k = 0; k < g->n_channels && status == TD_OK; k++)
        status = open_values(g, k);
    if (status == TD_OK && g->options->na_share > 0)
        status =
            open_list(g, &g->not_applicable, "not-applicable.csv", "unit,criterion,approved_by");
    if (status == TD_OK && g->n_channels > 1 && g->options->inflation > 0)
        status = open_list(g, &g->reasons, "reasons.csv", "unit,indicator,channel,reason,document");
    if (status == TD_OK && g->plan.has_votes)
        status = open_list(g, &g->votes, "votes.csv", "unit,votes,base");
    if (status == TD_OK && g->plan.n_awards > 0)
        status = open_list(g, &g->history, "history.csv", "unit,year,award");
    return status;
}

static void close_one(generation *g, td_writer *sheet, td_status *status)
{
    td_status closed = td_writer_close(sheet, g->errors);
    if (*status == TD_OK)
        *status = closed;
}

static td_status close_all(generation *g, td_status status)
{
    for (size_t k = 0; k < TD_MAX_CHANNELS; k++)
        close_one(g, &g->values[k], &status);
    close_one(g, &g->not_applicable, &status);
    close_one(g, &g->reasons, &status);
    close_one(g, &g->votes, &status);
    close_one(g, &g->history, &status);
    return status;
}

/* ---- one unit ---- */

static void write_row(generation *g, size_t k, const char *unit, const double *row)
{
    td_writer *sheet = &g->values[k];
    td_writer_text(sheet, unit);
    for (size_t i = 0; i < g->plan.n; i++)
        if (is_written(&g->plan, i))
            td_writer_value(sheet, g->rules->indicators[i].kind, g->plan.columns[i].places, row[i]);
    putc('\n', sheet->file);
}

/* Why channel k differs from the one below. */
static void write_reasons(generation *g, size_t k, const td_roster_unit *unit)
{
    static const td_message REASONS[] = {TD_MSG_GEN_REASON_1, TD_MSG_GEN_REASON_2,
                                         TD_MSG_GEN_REASON_3, TD_MSG_GEN_REASON_4};
    for (size_t i = 0; i < g->plan.n; i++) {
        double own = g->draw.row[i], below = g->draw.lower[i];
        if (!is_written(&g->plan, i) || isnan(own) || own == below)
            continue;
        td_writer_text(&g->reasons, unit->id);
        putc(',', g->reasons.file);
        td_writer_text(&g->reasons, g->rules->indicators[i].code);
        fprintf(g->reasons.file, ",%s,%s,%zu/BB-%d\n", g->rules->channels[g->channels[k]],
                td_message_text(REASONS[(unit->cluster + i) % 4], TD_VI), unit->cluster + 1,
                g->year);
    }
}

/* From the highest channel down: each lower one claims somewhat more. */
static void write_channels(generation *g, const td_roster_unit *unit)
{
    for (size_t k = g->n_channels; k-- > 0;) {
        write_row(g, k, unit->id, g->draw.row);
        if (k == 0)
            break;
        td_draw_claim(&g->draw);
        if (g->reasons.file != NULL)
            write_reasons(g, k, unit);
        double *swap = g->draw.row;
        g->draw.row = g->draw.lower;
        g->draw.lower = swap;
    }
}

static void write_lists(generation *g, const td_roster_unit *unit)
{
    td_random *random = g->random;
    for (size_t k = 0; k < g->plan.n_leaves && g->not_applicable.file != NULL; k++) {
        if (!g->draw.not_applicable[k])
            continue;
        td_writer_text(&g->not_applicable, unit->id);
        putc(',', g->not_applicable.file);
        td_writer_text(&g->not_applicable, g->rules->criteria[g->plan.leaves[k]].code);
        fprintf(g->not_applicable.file, ",%s\n", td_message_text(TD_MSG_GEN_APPROVED_BY, TD_VI));
    }
    if (g->votes.file != NULL) {
        double base = (double)g->roster.size[unit->cluster];
        double votes = base * (g->draw.skill * 1.4 - 0.4 + td_random_gauss(random, 0.1));
        td_writer_text(&g->votes, unit->id);
        fprintf(g->votes.file, ",%.0f,%.0f\n", fmin(base, fmax(0, round(votes))), base);
    }
    for (size_t a = 0; a < g->plan.n_awards; a++) {
        for (int back = 2; back >= 1; back--) {
            if (td_random_uniform(random) >= g->draw.skill * (0.04 + 0.05 * (double)a))
                continue; /* the awards of the ladder are the rarer the higher */
            td_writer_text(&g->history, unit->id);
            fprintf(g->history.file, ",%d,%s\n", g->year - back, g->plan.awards[a]);
        }
    }
}

/* A near tie is the unit before it, in the same cluster, with one cell drawn anew. */
static bool draw_unit(generation *g, size_t u, size_t *stuck)
{
    const td_roster *roster = &g->roster;
    bool first = roster->first[roster->units[u].cluster] == u;
    td_random_start(g->random, g->options->seed, CHANGE_STREAM + u);
    bool near = !first && td_random_uniform(g->random) < g->options->near_ties;
    if (!td_draw_unit(&g->draw, near ? u - 1 : u, stuck))
        return false;
    return !near || td_draw_change(&g->draw, CHANGE_STREAM + u, stuck);
}

static td_status write_all(generation *g)
{
    size_t n = g->plan.n;
    g->draw = (td_draw){.plan = &g->plan, .options = g->options, .random = g->random};
    g->draw.row = td_arena_alloc(g->arena, n + 1, sizeof *g->draw.row);
    g->draw.lower = td_arena_alloc(g->arena, n + 1, sizeof *g->draw.lower);
    g->draw.not_applicable = td_arena_alloc(g->arena, g->plan.n_leaves + 1, sizeof(bool));
    if (g->draw.row == NULL || g->draw.lower == NULL || g->draw.not_applicable == NULL)
        return TD_ENOMEM;
    for (size_t u = 0; u < g->roster.n_units; u++) {
        size_t stuck = 0;
        if (!draw_unit(g, u, &stuck)) {
            td_errors_add(g->errors, TD_MSG_GEN_NO_VALUE,
                          &(td_place){.file = g->rules->view.path,
                                      .pointer = g->rules->indicators[stuck].pointer},
                          g->rules->indicators[stuck].code, NULL);
            return TD_EINVAL;
        }
        write_lists(g, &g->roster.units[u]);
        write_channels(g, &g->roster.units[u]);
    }
    return TD_OK;
}

static td_status generate(generation *g)
{
    td_status status = td_generate_check(g->options, g->errors);
    if (status == TD_OK)
        status = load_given(g);
    if (status == TD_OK && g->options->clusters_from != NULL)
        status = td_roster_read(g->options->clusters_from, g->arena, &g->roster, g->errors);
    else if (status == TD_OK)
        status = td_roster_invent(g->options, g->random, g->arena, &g->roster, g->errors);
    if (status == TD_OK)
        status = make_folder(g->folder, g->errors);
    if (status == TD_OK)
        status = settle_rules(g);
    if (status == TD_OK)
        status = read_channels(g);
    if (status == TD_OK)
        status = td_plan_make(g->rules, g->year, g->arena, &g->plan);
    if (status == TD_OK)
        status = write_small(g);
    if (status == TD_OK)
        status = open_all(g);
    if (status == TD_OK)
        status = write_all(g);
    return close_all(g, status);
}

td_status td_generate(const char *folder, const td_generate_options *options, td_errors *errors)
{
    td_generate_options defaults = td_generate_defaults();
    generation g = {
        .folder = folder, .options = options != NULL ? options : &defaults, .errors = errors};
    g.arena = td_arena_new();
    g.random = td_random_new();
    td_status status = g.arena != NULL && g.random != NULL ? generate(&g) : TD_ENOMEM;
    td_rules_free(g.rules);
    td_random_free(g.random);
    td_arena_free(g.arena);
    return status;
}

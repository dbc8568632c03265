/*
 * Do the intervals of a table (or of its strata) cover what the indicator can be, once?
 */
#include <math.h>
#include <stdio.h>

#include "criteria/functions/bands.h"
#include "criteria/functions/common.h"

typedef struct linter {
    const td_rules *rules;
    const td_part *part;
    td_errors *errors;
    const char *file;
    bool gaps; /* gaps are faults: a score without `otherwise` */
} linter;

/* What an indicator can be. */
typedef struct domain {
    double lo, hi; /* both included where finite */
    bool whole;    /* whole numbers only */
} domain;

/* How far the line of numbers is covered: below x, and x itself when `included`. */
typedef struct reach {
    double x;
    bool included;
} reach;

/* declared: without the default lower bound of 0. */
static domain domain_of(const td_rules *rules, size_t indicator, bool declared)
{
    const td_indicator *i = &rules->indicators[indicator];
    domain d = {i->min, i->max, i->computed};
    if (i->kind == TD_COUNT || i->kind == TD_FLAG) {
        d.whole = true;
        d.lo = fmax(d.lo, 0);
        d.hi = i->kind == TD_FLAG ? fmin(d.hi, 1) : d.hi;
    }
    if (i->kind == TD_DATE)
        d.whole = true;
    if (!declared && !i->computed && isinf(d.lo))
        d.lo = 0;
    return d;
}

static bool holds_whole(const td_interval *gap)
{
    double first = gap->lo_closed ? ceil(gap->lo) : floor(gap->lo) + 1;
    double last = gap->hi_closed ? floor(gap->hi) : ceil(gap->hi) - 1;
    return first <= last;
}

/* As a rule file would write it. */
static void interval_text(const td_interval *interval, char *text, size_t size)
{
    char lo[TD_ARG_SIZE], hi[TD_ARG_SIZE];
    td_arg_number(lo, interval->lo);
    td_arg_number(hi, interval->hi);
    if (interval->lo == interval->hi)
        snprintf(text, size, "%s", lo);
    else if (isinf(interval->lo))
        snprintf(text, size, "<%s%s", interval->hi_closed ? "=" : "", hi);
    else if (isinf(interval->hi))
        snprintf(text, size, ">%s%s", interval->lo_closed ? "=" : "", lo);
    else
        snprintf(text, size, "%c%s, %s%c", interval->lo_closed ? '[' : '(', lo, hi,
                 interval->hi_closed ? ']' : ')');
}

/* Nothing is told of an empty gap. */
static void tell_gap(const linter *l, const td_interval *gap, const domain *d, size_t indicator,
                     const char *pointer)
{
    char text[2 * TD_ARG_SIZE + 8];
    if (td_interval_empty(gap) || (d->whole && !holds_whole(gap)))
        return;
    if (isinf(gap->lo) && isinf(gap->hi))
        snprintf(text, sizeof text, "(-∞, ∞)");
    else
        interval_text(gap, text, sizeof text);
    td_part_fault(l->errors, TD_MSG_RULES_BANDS_GAP, l->file, l->part, pointer, text,
                  l->rules->indicators[indicator].code, NULL);
}

static void lint_gaps(const linter *l, const td_band_table *table, size_t indicator,
                      const char *pointer)
{
    domain d = domain_of(l->rules, indicator, false);
    reach covered = {d.lo, isinf(d.lo)};
    for (size_t i = 0; i < table->n; i++) {
        const td_interval *band = &table->bands[i].interval;
        if (td_interval_empty(band))
            continue;
        bool beyond = band->lo > d.hi;
        td_interval gap = {covered.x, beyond ? d.hi : band->lo, !covered.included,
                           beyond || !band->lo_closed};
        tell_gap(l, &gap, &d, indicator, pointer);
        if (band->hi > covered.x || (band->hi == covered.x && band->hi_closed))
            covered = (reach){band->hi, band->hi_closed || isinf(band->hi)};
        if (beyond)
            return;
    }
    td_interval rest = {covered.x, d.hi, !covered.included, true};
    tell_gap(l, &rest, &d, indicator, pointer);
}

static void lint_overlaps(const linter *l, const td_band_table *table)
{
    const td_band *widest = NULL; /* the band that reaches farthest so far */
    for (size_t i = 0; i < table->n; i++) {
        const td_band *band = &table->bands[i];
        const td_interval *x = &band->interval;
        if (td_interval_empty(x)) {
            td_part_fault(l->errors, TD_MSG_RULES_BAND_EMPTY, l->file, l->part, band->pointer,
                          band->text, NULL);
            continue;
        }
        if (widest != NULL &&
            (x->lo < widest->interval.hi ||
             (x->lo == widest->interval.hi && x->lo_closed && widest->interval.hi_closed)))
            td_part_fault(l->errors, TD_MSG_RULES_BANDS_OVERLAP, l->file, l->part, band->pointer,
                          widest->text, band->text, NULL);
        if (widest == NULL || x->hi > widest->interval.hi ||
            (x->hi == widest->interval.hi && x->hi_closed))
            widest = band;
    }
}

static void lint_unreachable(const linter *l, const td_band_table *table, size_t indicator)
{
    domain d = domain_of(l->rules, indicator, true);
    for (size_t i = 0; i < table->n; i++) {
        const td_band *band = &table->bands[i];
        const td_interval *x = &band->interval;
        bool below = x->hi < d.lo || (x->hi == d.lo && !x->hi_closed);
        bool above = x->lo > d.hi || (x->lo == d.hi && !x->lo_closed);
        bool between = d.whole && !holds_whole(x);
        if (!td_interval_empty(x) && (below || above || between))
            td_part_fault(l->errors, TD_MSG_RULES_BAND_UNREACHABLE, l->file, l->part, band->pointer,
                          band->text, l->rules->indicators[indicator].code, NULL);
    }
}

static void lint_intervals(const linter *l, const td_band_table *table, size_t indicator,
                           const char *pointer)
{
    lint_overlaps(l, table);
    lint_unreachable(l, table, indicator);
    if (l->gaps)
        lint_gaps(l, table, indicator, pointer);
}

static void lint_negative(const linter *l, int64_t points_q, const char *pointer)
{
    if (l->part->effect == TD_SCORE || points_q >= 0)
        return;
    char points[TD_ARG_SIZE];
    td_arg_points(points, td_fraction_of(points_q), l->rules->view.leaf_decimals);
    td_part_fault(l->errors, TD_MSG_RULES_NEGATIVE_POINTS, l->file, l->part, pointer, points, NULL);
}

static void lint_table(const linter *l, const td_band_table *table, size_t indicator,
                       const char *pointer)
{
    lint_intervals(l, table, indicator, pointer);
    for (size_t i = 0; i < table->n; i++)
        lint_negative(l, table->bands[i].points_q, table->bands[i].pointer);
}

void td_bands_lint(const td_rules *rules, const td_part *part, td_errors *errors, const char *file)
{
    const struct bands *bands = part->params;
    linter l = {rules, part, errors, file, part->effect == TD_SCORE && !bands->has_otherwise};
    lint_negative(&l, bands->otherwise_q, NULL);
    if (!bands->stratified) {
        lint_table(&l, &bands->top, bands->of, NULL);
        return;
    }
    lint_intervals(&l, &bands->top, bands->by, NULL);
    for (size_t i = 0; i < bands->top.n; i++)
        lint_table(&l, &bands->top.bands[i].table, bands->of, bands->top.bands[i].pointer);
}

/*
 * Settling one unit under one weight vector: gates, then the class.
 */
#include <math.h>

#include "engine/prepared.h"

static void unrank(td_standing *standing, td_why_unranked why)
{
    standing->state = TD_UNRANKED;
    standing->why = why;
}

static void bar(const td_gate *gate, uint64_t *barred)
{
    for (size_t i = 0; i < gate->n_classes; i++)
        *barred |= (uint64_t)1 << gate->classes[i];
}

/* Returns the classes that gates bar, as bits. */
static uint64_t pass_gates(const td_case *the, td_standing *standing)
{
    const td_rules *rules = the->block->rules;
    double fine = (double)td_pow10(rules->view.leaf_decimals - rules->view.decimals);
    uint64_t barred = 0;
    for (size_t g = 0; g < rules->n_gates; g++) {
        const td_gate *gate = &rules->gates[g];
        if (!td_case_holds(the, gate->when))
            continue;
        if (gate->effect == TD_GATE_DEDUCT) {
            standing->total_q -= (double)gate->points_q;
            standing->deduction_q += (double)gate->points_q * fine;
        } else if (gate->effect == TD_GATE_BAR) {
            bar(gate, &barred);
        } else if (standing->state == TD_RANKED ||
                   (standing->state == TD_DEFERRED && gate->effect == TD_GATE_UNRANKED)) {
            bool unranks = gate->effect == TD_GATE_UNRANKED;
            standing->state = unranks ? TD_UNRANKED : TD_DEFERRED;
            standing->why = unranks ? TD_WHY_GATE : TD_WHY_NONE;
            standing->gate = g;
        }
    }
    return barred;
}

/* The figure that class bounds are compared with, in points or percent. */
static td_fraction figure_of(const td_rules *rules, const td_standing *standing)
{
    double total = standing->total_q, scale = rules->view.scale;
    double cap = scale * (double)td_pow10(rules->view.decimals);
    if (rules->class_cap && total > cap)
        total = cap;
    if (!rules->class_by_share)
        return td_points_ratio(total, rules->view.decimals);
    td_fraction share = td_share_ratio(total, standing->assigned_q);
    share.num *= 100; /* of 73 bits */
    return share;
}

static size_t class_of(const td_case *the, const td_standing *standing, uint64_t barred)
{
    const td_rules *rules = the->block->rules;
    if (rules->n_classes == 0)
        return TD_NONE;
    const td_fraction figure = figure_of(rules, standing);
    for (size_t c = 0; c < rules->n_classes; c++) {
        const td_class *class = &rules->classes[c];
        if ((barred >> c & 1) != 0)
            continue;
        int sign = 1;
        if (class->has_bound)
            sign = td_fraction_ok(figure) ? td_fraction_cmp(figure, class->exact_bound) : -1;
        if (sign < 0 || (sign == 0 && class->open_bound))
            continue;
        if (class->when == NULL || td_case_holds(the, class->when))
            return c;
    }
    return TD_NONE;
}

void td_settle(const td_case *the, td_standing *standing)
{
    const td_block *b = the->block;
    *standing = (td_standing){.total_q = the->before_q,
                              .before_q = the->before_q,
                              .assigned_q = the->assigned_q,
                              .deduction_q = the->deduction_q,
                              .bonus_q = the->bonus_q,
                              .score_q = NAN,
                              .key = TD_NONE,
                              .class_index = TD_NONE,
                              .gate = TD_NONE,
                              .criterion = TD_NONE};
    if (b->missing_leaf[the->row] != TD_NONE) {
        unrank(standing, TD_WHY_MISSING);
        standing->criterion = b->missing_leaf[the->row] - 1;
    } else if (isnan(the->before_q)) {
        size_t leaf = b->absent_leaf[the->row];
        unrank(standing, leaf == TD_NONE ? TD_WHY_NOTHING_ASSIGNED : TD_WHY_MISSING);
        standing->criterion = leaf == TD_NONE ? TD_NONE : leaf - 1;
    }
    uint64_t barred = pass_gates(the, standing);
    if (standing->state != TD_UNRANKED)
        standing->class_index = class_of(the, standing, barred);
}

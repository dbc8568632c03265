/*
 * Methods that only ask which of two units is better in an item, not by how much.
 *
 * PROMETHEE II with the usual criterion: J. P. Brans, Ph. Vincke, A preference ranking
 * organisation method, Management Science 31 (1985). Copeland: A. H. Copeland, A reasonable
 * social welfare function (1951). Borda: J. C. de Borda, Mémoire sur les élections au scrutin
 * (1781); equals share their places.
 *
 * Weights are whole numbers and stay so as long as units have the same items; two units that are
 * equal by definition are then equal to the last bit.
 */
#include <math.h>

#include "engine/methods/method.h"

/* Weight of the items in which a is better less that of those in which b is, and of all that
   both have. */
typedef struct duel {
    td_int128 lead, common;
} duel;

static int better(const td_matrix *t, size_t k, double a, double b)
{
    int sign = (a > b) - (a < b);
    return t->lower[k] ? -sign : sign;
}

static duel meet(const td_matrix *t, size_t a, size_t b)
{
    duel d = {0, 0};
    for (size_t k = 0; k < t->m; k++) {
        double x = td_matrix_at(t, a, k), y = td_matrix_at(t, b, k);
        if (isnan(x) || isnan(y))
            continue;
        d.common += t->weight[k];
        d.lead += better(t, k, x, y) * t->weight[k];
    }
    return d;
}

/* Net flow phi of unit a, -1 to 1: the mean lead over the others. */
static double net_flow(td_matrix *t, size_t a)
{
    td_int128 whole = 0; /* leads over units that share all items with it */
    size_t n = 0;
    for (size_t b = 0; b < t->n; b++) {
        duel d = meet(t, a, b);
        if (d.common == t->total)
            whole += d.lead;
        else if (d.common > 0)
            t->terms[n++] = (double)d.lead / (double)d.common;
    }
    double leads = (double)whole / (double)t->total + td_matrix_sum(t->terms, n);
    return leads / (double)(t->n - 1);
}

void td_method_promethee(td_matrix *t)
{
    for (size_t u = 0; u < t->n; u++)
        t->merit[u] = t->n < 2 ? 0.5 : (net_flow(t, u) + 1) / 2;
}

void td_method_copeland(td_matrix *t)
{
    for (size_t a = 0; a < t->n; a++) {
        double halves = 0; /* 2 for a unit that it beats, 1 for a draw */
        for (size_t b = 0; b < t->n; b++) {
            td_int128 lead = meet(t, a, b).lead;
            halves += b == a ? 0 : (lead > 0) - (lead < 0) + 1;
        }
        t->merit[a] = t->n < 2 ? 0.5 : halves / (2 * (double)(t->n - 1));
    }
}

/* Twice the units below x in item k, and once the other ones equal to it. */
static size_t places(const td_matrix *t, size_t u, size_t k, size_t *n_others)
{
    size_t halves = 0;
    double x = td_matrix_at(t, u, k);
    *n_others = 0;
    for (size_t v = 0; v < t->n; v++) {
        double y = td_matrix_at(t, v, k);
        if (v == u || isnan(y))
            continue;
        ++*n_others;
        halves += (size_t)(better(t, k, x, y) + 1);
    }
    return halves;
}

void td_method_borda(td_matrix *t)
{
    for (size_t u = 0; u < t->n; u++) {
        td_int128 whole = 0; /* from items that all units have */
        size_t n = 0;
        for (size_t k = 0; k < t->m; k++) {
            if (isnan(td_matrix_at(t, u, k)))
                continue;
            size_t others, halves = places(t, u, k, &others);
            if (others == t->n - 1 && others > 0)
                whole += (td_int128)halves * t->weight[k];
            else
                t->terms[n++] = td_matrix_share(t, u, k) *
                                (others > 0 ? (double)halves / (2 * (double)others) : 0.5);
        }
        double of_all = t->n > 1 ? (double)whole / (2 * (double)(t->n - 1)) : 0;
        t->merit[u] = of_all / (double)t->held[u] + td_matrix_sum(t->terms, n);
    }
}

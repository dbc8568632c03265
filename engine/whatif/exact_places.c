/*
 * From "who stands before whom" to ranks, as rank.c gives them: units with equal totals under all
 * shares are told apart by tie keys or share a rank.
 */
#include "engine/whatif/exact.h"

/* Do a and b share every rank? */
static bool always_equal(const td_exact_model *model, size_t a, size_t b)
{
    return model->tie_rank[a] == model->tie_rank[b] && td_exact_coincide(model, a, b);
}

size_t td_exact_count_of(const td_exact_model *model, size_t v)
{
    if (model->ranks != TD_DENSE)
        return 1;
    for (size_t a = 0; a < v; a++)
        if (always_equal(model, a, v))
            return 0;
    return 1;
}

td_exact_fixed td_exact_fixed_of(const td_exact_model *model, size_t u)
{
    td_exact_fixed fixed = {0, 0};
    for (size_t v = 0; v < model->n_units; v++) {
        if (always_equal(model, u, v))
            fixed.equal++;
        else if (model->tie_rank[v] < model->tie_rank[u] && td_exact_coincide(model, u, v))
            fixed.ahead += td_exact_count_of(model, v);
    }
    return fixed;
}

size_t td_exact_place(const td_exact_model *model, size_t ahead, size_t equal)
{
    return model->ranks == TD_FRACTIONAL ? 2 * ahead + equal - 1 : ahead;
}

double td_exact_rank_of_place(const td_exact_model *model, size_t place)
{
    return 1 + (double)place / (model->ranks == TD_FRACTIONAL ? 2 : 1);
}

/*
 * Cutting and measuring convex cells exactly. Between corners p and q on two sides of a line
 * with values f(p) > 0 > f(q), the line passes through f(p) q - f(q) p: no division is needed,
 * and taking out the common factor keeps numbers as small as the two lines that meet there.
 */
#include <stdlib.h>

#include "engine/whatif/exact_cell.h"

void td_corners_init(td_corners *stack)
{
    *stack = (td_corners){0};
    mpz_inits(stack->here, stack->there, stack->product, NULL);
}

void td_corners_release(td_corners *stack)
{
    for (size_t i = 0; i < stack->n_ready; i++) {
        for (size_t k = 0; k < TD_EXACT_ITEMS; k++)
            mpz_clear(stack->corner[i].x[k]);
        mpz_clear(stack->corner[i].sum);
    }
    free(stack->corner);
    mpz_clears(stack->here, stack->there, stack->product, NULL);
    *stack = (td_corners){0};
}

/* One more corner, its value undefined; false when out of memory. */
static bool push(td_corners *stack)
{
    if (stack->n == stack->capacity) {
        size_t capacity = stack->capacity == 0 ? 64 : 2 * stack->capacity;
        td_corner *more = realloc(stack->corner, capacity * sizeof *more);
        if (more == NULL) {
            stack->out_of_memory = true;
            return false;
        }
        stack->corner = more;
        stack->capacity = capacity;
    }
    if (stack->n == stack->n_ready) {
        td_corner *fresh = &stack->corner[stack->n_ready++];
        for (size_t k = 0; k < TD_EXACT_ITEMS; k++)
            mpz_init(fresh->x[k]);
        mpz_init(fresh->sum);
    }
    stack->n++;
    return true;
}

static void push_copy(td_corners *stack, const td_corners *from, size_t corner)
{
    if (!push(stack))
        return;
    td_corner *to = &stack->corner[stack->n - 1];
    for (size_t k = 0; k < TD_EXACT_ITEMS; k++)
        mpz_set(to->x[k], from->corner[corner].x[k]);
    mpz_set(to->sum, from->corner[corner].sum);
}

td_cell_of_shares td_cell_simplex(td_corners *stack, size_t n_items)
{
    td_cell_of_shares cell = {.first = stack->n};
    for (size_t i = 0; i < n_items && push(stack); i++) {
        td_corner *corner = &stack->corner[stack->n - 1];
        for (size_t k = 0; k < TD_EXACT_ITEMS; k++)
            mpz_set_ui(corner->x[k], k == i);
        mpz_set_ui(corner->sum, 1);
    }
    cell.n = stack->n - cell.first;
    return cell;
}

td_cell_of_shares td_cell_copy(td_corners *stack, const td_corners *from, td_cell_of_shares cell)
{
    td_cell_of_shares copy = {.first = stack->n};
    for (size_t i = 0; i < cell.n; i++)
        push_copy(stack, from, cell.first + i);
    copy.n = stack->n - copy.first;
    return copy;
}

void td_cell_pop(td_corners *stack, td_cell_of_shares cell)
{
    stack->n = cell.first;
}

static void value_at(mpz_t value, const td_corner *corner, mpz_t *line)
{
    mpz_mul(value, line[0], corner->x[0]);
    for (size_t k = 1; k < TD_EXACT_ITEMS; k++)
        mpz_addmul(value, line[k], corner->x[k]);
}

td_sides td_cell_sides(td_corners *stack, td_cell_of_shares cell, mpz_t *line)
{
    td_sides sides = {false, false};
    for (size_t i = 0; i < cell.n && !(sides.plus && sides.minus); i++) {
        value_at(stack->here, &stack->corner[cell.first + i], line);
        int sign = mpz_sgn(stack->here);
        sides.plus |= sign > 0;
        sides.minus |= sign < 0;
    }
    return sides;
}

/* Where the line passes between corners p and q, whose values are here and there. */
static void push_crossing(td_corners *stack, size_t p, size_t q)
{
    if (!push(stack))
        return;
    td_corner *to = &stack->corner[stack->n - 1];
    const td_corner *a = &stack->corner[p], *b = &stack->corner[q];
    mpz_set_ui(stack->product, 0);
    for (size_t k = 0; k < TD_EXACT_ITEMS; k++) {
        mpz_mul(to->x[k], stack->here, b->x[k]);
        mpz_submul(to->x[k], stack->there, a->x[k]);
        mpz_gcd(stack->product, stack->product, to->x[k]);
    }
    /* here and there have opposite signs: all shares have the sign of here. */
    if (mpz_sgn(stack->here) < 0)
        mpz_neg(stack->product, stack->product);
    mpz_set_ui(to->sum, 0);
    for (size_t k = 0; k < TD_EXACT_ITEMS; k++) {
        mpz_divexact(to->x[k], to->x[k], stack->product);
        mpz_add(to->sum, to->sum, to->x[k]);
    }
}

td_cell_of_shares td_cell_cut(td_corners *stack, td_cell_of_shares cell, mpz_t *line, int sign)
{
    td_cell_of_shares part = {.first = stack->n};
    size_t n_edges = cell.n > 2 ? cell.n : cell.n - 1;
    for (size_t i = 0; i < cell.n; i++) {
        size_t p = cell.first + i, q = cell.first + (i + 1) % cell.n;
        value_at(stack->here, &stack->corner[p], line);
        if (sign * mpz_sgn(stack->here) >= 0)
            push_copy(stack, stack, p);
        if (i >= n_edges)
            continue;
        value_at(stack->there, &stack->corner[q], line);
        if (mpz_sgn(stack->here) * mpz_sgn(stack->there) < 0)
            push_crossing(stack, p, q);
    }
    part.n = stack->n - part.first;
    return part;
}

size_t td_cell_dimension(td_cell_of_shares cell)
{
    return cell.n > 2 ? 2 : cell.n - 1;
}

/* a's share of item k less b's, over sum a * sum b. */
static void share_difference(td_corners *stack, const td_corner *a, const td_corner *b, size_t k,
                             mpz_t out)
{
    mpz_mul(out, a->x[k], b->sum);
    mpz_mul(stack->product, b->x[k], a->sum);
    mpz_sub(out, out, stack->product);
}

size_t td_cell_axis(td_corners *stack, td_cell_of_shares cell)
{
    size_t axis = 0;
    for (size_t k = TD_EXACT_ITEMS; k-- > 0 && cell.n == 2;) {
        const td_corner *a = &stack->corner[cell.first];
        share_difference(stack, a, a + 1, k, stack->here);
        if (mpz_sgn(stack->here) != 0)
            axis = k;
    }
    return axis;
}

/* |det (a, b, c)|; over the three sums it is the triangle's part of the simplex. */
static void determinant(td_corners *stack, const td_corner *a, const td_corner *b,
                        const td_corner *c, mpz_t out)
{
    mpz_set_ui(out, 0);
    for (size_t k = 0; k < 3; k++) {
        size_t i = (k + 1) % 3, j = (k + 2) % 3;
        mpz_mul(stack->product, b->x[i], c->x[j]);
        mpz_submul(stack->product, b->x[j], c->x[i]);
        mpz_addmul(out, a->x[k], stack->product);
    }
    mpz_abs(out, out);
}

/* The extent of a simplex with 1 to 3 corners. */
static void extent(td_corners *stack, const td_corner *const *corner, size_t n, size_t axis,
                   mpq_t out)
{
    mpz_set_ui(mpq_numref(out), 1);
    mpz_set_ui(mpq_denref(out), 1);
    if (n == 1)
        return;
    if (n == 2)
        share_difference(stack, corner[0], corner[1], axis, mpq_numref(out));
    else
        determinant(stack, corner[0], corner[1], corner[2], mpq_numref(out));
    mpz_abs(mpq_numref(out), mpq_numref(out));
    for (size_t i = 0; i < n; i++)
        mpz_mul(mpq_denref(out), mpq_denref(out), corner[i]->sum);
    mpq_canonicalize(out);
}

/* moment += size * the mean of the corners, item by item. */
static void add_moment(const td_corner *const *corner, size_t n, const mpq_t size, mpq_t *moment)
{
    mpq_t mean, share;
    mpq_inits(mean, share, NULL);
    for (size_t k = 0; k < TD_EXACT_ITEMS; k++) {
        mpq_set_ui(mean, 0, 1);
        for (size_t i = 0; i < n; i++) {
            mpz_set(mpq_numref(share), corner[i]->x[k]);
            mpz_mul_ui(mpq_denref(share), corner[i]->sum, n);
            mpq_canonicalize(share);
            mpq_add(mean, mean, share);
        }
        mpq_mul(mean, mean, size);
        mpq_add(moment[k], moment[k], mean);
    }
    mpq_clears(mean, share, NULL);
}

void td_cell_measure(td_corners *stack, td_cell_of_shares cell, size_t axis, mpq_t volume,
                     mpq_t *moment)
{
    const td_corner *corner = &stack->corner[cell.first];
    size_t n = td_cell_dimension(cell) + 1;
    mpq_t size;
    mpq_init(size);
    for (size_t i = 0; i + n <= cell.n; i++) { /* a fan of triangles at the first corner */
        const td_corner *const fan[3] = {corner, n > 1 ? corner + i + 1 : NULL,
                                         n > 2 ? corner + i + 2 : NULL};
        extent(stack, fan, n, axis, size);
        mpq_add(volume, volume, size);
        if (moment != NULL)
            add_moment(fan, n, size, moment);
    }
    mpq_clear(size);
}

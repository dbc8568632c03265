/*
 * The kernel for rows of straight lines against its plain twin and against whole numbers, on every
 * instruction set that the machine has: halves, and products just below the limit.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/base/decimal.h"
#include "engine/kernels/rows.h"

#define MOST_UNITS 70
#define MOST_WIDTH 48
#define N_TRIALS 4000

static uint64_t seed = 88172645463325252u;

static uint64_t draw(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed >> 8;
}

static size_t pick(size_t n)
{
    return (size_t)(draw() % n);
}

/* A whole number of up to so many bits, all lengths alike. */
static int64_t some_bits(size_t most)
{
    return (int64_t)(draw() & (((uint64_t)1 << (1 + pick(most))) - 1));
}

typedef struct line {
    int64_t a, b, d, scale; /* (a + b w) / d, x = w / scale */
} line;

typedef struct trial {
    td_rows plan;
    double numbers[7][MOST_WIDTH] __attribute__((aligned(64)));
    int64_t masks[2][MOST_WIDTH] __attribute__((aligned(64)));
    line lines[MOST_WIDTH];
    size_t n_units, n_clusters;
    size_t sizes[MOST_UNITS]; /* [n_clusters] */
    int64_t whole[MOST_UNITS][MOST_WIDTH];
    double rows[MOST_UNITS][MOST_WIDTH];
    double scratch[TD_ROWS_SCRATCH(MOST_UNITS)] __attribute__((aligned(64)));
    double totals[MOST_UNITS], exact[MOST_UNITS];
} trial;

/* |a| + |b w| below the limit, and mostly not far below it. */
static void draw_line(trial *t, size_t j)
{
    static const int64_t SCALES[] = {1, 10, 100, 1000, 1000000};
    line *l = &t->lines[j];
    int64_t most = 0;
    l->scale = SCALES[pick(5)];
    l->d = l->scale * (1 + some_bits(25));
    for (size_t u = 0; u < t->n_units; u++) {
        t->whole[u][j] = some_bits(24);
        t->rows[u][j] = (double)t->whole[u][j] / (double)l->scale;
        most = t->whole[u][j] > most ? t->whole[u][j] : most;
    }
    l->b = pick(4) == 0 ? some_bits(20) : (int64_t)(TD_ROWS_LIMIT / 2 - 1) / (most + 1);
    l->a = some_bits(46);
    /* Units on a border. */
    size_t u = pick(t->n_units);
    int64_t rest = (l->a + l->b * t->whole[u][j]) % l->d;
    if (!t->plan.is_shifted) {
        l->a = some_bits(46) / l->d * l->d;
        if (l->d % 2 == 0 && l->d / 2 <= l->b && pick(2) == 0)
            l->b = l->b / (l->d / 2) * (l->d / 2);
    } else if (l->d % 2 == 0 && pick(2) == 0) {
        l->a += (l->d + l->d / 2 - rest) % l->d;
    }
    assert_true((double)l->a + (double)l->b * (double)most < TD_ROWS_LIMIT);
}

static void draw_scale(trial *t, size_t j)
{
    td_rows *r = &t->plan;
    int64_t range = (int64_t)(r->most[j] - r->least[j]);
    r->scaled[j] = -(int64_t)pick(2);
    r->turned[j] = r->scaled[j] & -(int64_t)pick(2);
    int64_t most = (int64_t)(TD_ROWS_LIMIT - 1) / (range + 1);
    r->span[j] = (double)(pick(2) == 0 ? most / 2 : some_bits(40) % (most / 2 + 1));
    r->base[j] = (double)(pick(2) == 0 ? 0 : some_bits(40) % (most / 2 + 1));
    r->span[j] = r->turned[j] != 0 ? -r->span[j] : r->span[j];
    r->even[j] = (double)some_bits(40);
}

static int64_t on_line(const trial *t, size_t j, size_t u)
{
    const line *l = &t->lines[j];
    bool exact;
    int64_t num = l->a + l->b * t->whole[u][j], q = num / l->d;
    exact = 2 * (num - q * l->d) >= l->d;
    q += exact;
    q = q < (int64_t)t->plan.least[j] ? (int64_t)t->plan.least[j] : q;
    return q > (int64_t)t->plan.most[j] ? (int64_t)t->plan.most[j] : q;
}

static void draw_trial(trial *t)
{
    td_rows *r = &t->plan;
    memset(t, 0, sizeof *t);
    double **numbers[] = {&r->slope, &r->start, &r->least, &r->most, &r->base, &r->span, &r->even};
    for (size_t i = 0; i < 7; i++)
        *numbers[i] = t->numbers[i];
    r->scaled = t->masks[0];
    r->turned = t->masks[1];
    r->n = 1 + pick(MOST_WIDTH);
    r->width = (r->n + TD_ROWS_STEP - 1) / TD_ROWS_STEP * TD_ROWS_STEP;
    r->is_shifted = pick(2) == 0;
    r->may_be_blank = r->is_shifted && pick(2) == 0;
    t->n_units = 1 + pick(MOST_UNITS);
    for (size_t left = t->n_units; left > 0; left -= t->sizes[t->n_clusters++])
        t->sizes[t->n_clusters] = 1 + pick(left);
    for (size_t j = 0; j < r->n; j++) {
        draw_line(t, j);
        const line *l = &t->lines[j];
        r->slope[j] = (double)l->b / (double)(l->d / l->scale);
        r->start[j] = (double)(4 * l->a + 1) / (double)(4 * l->d);
        if (!r->is_shifted) {
            r->slope[j] *= 1 + TD_ROWS_STRETCH;
            r->start[j] = (double)(l->a / l->d);
        }
        r->least[j] = 0;
        r->most[j] = TD_ROWS_LIMIT;
        int64_t lo = INT64_MAX, hi = 0;
        for (size_t u = 0; u < t->n_units; u++) {
            int64_t q = on_line(t, j, u);
            lo = q < lo ? q : lo;
            hi = q > hi ? q : hi;
        }
        r->least[j] = (double)(pick(2) == 0 ? lo : lo + (hi - lo) / 4);
        r->most[j] = (double)(pick(2) == 0 ? hi : hi - (hi - lo) / 4);
        draw_scale(t, j);
    }
}

/* round((base range + span along) / range), halves up */
static int64_t on_scale(const trial *t, size_t j, int64_t q, int64_t lo, int64_t hi)
{
    const td_rows *r = &t->plan;
    if (r->scaled[j] == 0)
        return q;
    if (lo == hi)
        return (int64_t)r->even[j];
    td_int128 along = r->turned[j] != 0 ? hi - q : q - lo, range = hi - lo;
    td_int128 num = (td_int128)r->base[j] * range + (td_int128)fabs(r->span[j]) * along;
    return (int64_t)((2 * num + range) / (2 * range));
}

/* Criterion j in the units of a cluster, from `first` on. */
static void add_points(trial *t, size_t j, size_t first, size_t end)
{
    int64_t lo = INT64_MAX, hi = 0;
    for (size_t u = first; u < end; u++) {
        int64_t q = on_line(t, j, u);
        lo = q < lo ? q : lo;
        hi = q > hi ? q : hi;
    }
    for (size_t u = first; u < end; u++)
        t->exact[u] += (double)on_scale(t, j, on_line(t, j, u), lo, hi);
}

static void add_up_exactly(trial *t)
{
    for (size_t c = 0, first = 0; c < t->n_clusters; first += t->sizes[c], c++)
        for (size_t j = 0; j < t->plan.n; j++)
            add_points(t, j, first, first + t->sizes[c]);
}

static bool add_up(const td_rows_kernel *kernel, trial *t)
{
    const td_rows_table table = {t->n_clusters, MOST_WIDTH, t->sizes, t->rows[0]};
    return kernel->add_up(&t->plan, &table, t->scratch, t->totals);
}

static void totals_are_exact(void **state)
{
    (void)state;
    static trial t;
    for (size_t i = 0; i < N_TRIALS; i++) {
        draw_trial(&t);
        add_up_exactly(&t);
        const td_rows_kernel *kernel;
        for (size_t k = 0; (kernel = td_rows_kernel_get(k)) != NULL; k++) {
            memset(t.totals, 255, sizeof t.totals);
            assert_true(add_up(kernel, &t));
            assert_memory_equal(t.totals, t.exact, t.n_units * sizeof(double));
        }
    }
}

static void blanks_are_seen(void **state)
{
    (void)state;
    static trial t;
    for (size_t i = 0; i < 500; i++) {
        draw_trial(&t);
        t.plan.may_be_blank = t.plan.is_shifted = true;
        t.rows[pick(t.n_units)][pick(t.plan.n)] = NAN;
        const td_rows_kernel *kernel;
        for (size_t k = 0; (kernel = td_rows_kernel_get(k)) != NULL; k++)
            assert_false(add_up(kernel, &t));
    }
}

static void rivals_are_counted(void **state)
{
    (void)state;
    double totals[MOST_UNITS + TD_ROWS_RANKS] = {0};
    float counts[MOST_UNITS + TD_ROWS_RANKS];
    for (size_t i = 0; i < 2000; i++) {
        size_t n = 1 + pick(MOST_UNITS);
        for (size_t u = 0; u < n; u++)
            totals[u] = pick(20) == 0 ? -INFINITY : (double)pick(30) - 5;
        const td_rows_kernel *kernel;
        for (size_t k = 0; (kernel = td_rows_kernel_get(k)) != NULL; k++)
            for (int or_equal = 0; or_equal < 2; or_equal++) {
                kernel->count(n, totals, totals, or_equal, counts);
                for (size_t u = 0; u < n; u++) {
                    size_t above = 0;
                    for (size_t r = 0; r < n; r++)
                        above += totals[r] > totals[u] || (or_equal && totals[r] == totals[u]);
                    assert_true(counts[u] == (float)above);
                }
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_exact),
        cmocka_unit_test(blanks_are_seen),
        cmocka_unit_test(rivals_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

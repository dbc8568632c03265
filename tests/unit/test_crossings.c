/*
 * Sweeps of all items at once: the kernels against their plain twin, by hand, and against the
 * events of td_sweep_item().
 */
#include "tests/unit/line_year.h"

#include "engine/kernels/crossings.h"
#include "engine/whatif/crossings.h"

/* ---- kernels ---- */

#define WIDTH 16

typedef struct bundle {
    size_t n;
    _Alignas(64) double a[TD_CROSSING_MOST * WIDTH], e[TD_CROSSING_MOST * WIDTH], end[WIDTH];
} bundle;

/* kind 0: large numbers; 1: few values, so that equal places and equal lines abound; 2: places so
   near that doubles cannot tell them apart. The last lane is not used. */
static void random_lines(dice *d, bundle *x, size_t n, unsigned kind)
{
    x->n = n;
    for (size_t l = 0; l < WIDTH; l++)
        x->end[l] = kind == 0 ? 1000 : kind == 1 ? 12.5 : 2;
    for (size_t i = 0; i < n * WIDTH; i++) {
        double big = (double)roll(d, 1u << 30) * 1000003, at_0 = kind == 0 ? big : roll(d, 7);
        double down = kind == 0 ? (double)roll(d, 1u << 30) * 1009 : roll(d, 5);
        if (kind == 2) {
            at_0 = 0x1p48 + roll(d, 64);
            down = 0x1p48 + roll(d, 64);
            if (i / WIDTH % 2 == 0)
                at_0 = down = roll(d, 64);
        }
        x->a[i] = i % WIDTH == WIDTH - 1 ? 0 : at_0;
        x->e[i] = i % WIDTH == WIDTH - 1 ? 0 : kind == 2 ? down : at_0 / x->end[0] - down;
        x->e[i] = floor(x->e[i]);
    }
}

static void write_all(const td_crossing_kernel *kernel, const bundle *x, td_crossing_work *work,
                      size_t counts[WIDTH], double *at, uint32_t *who)
{
    td_crossing_begin(work, x->n);
    for (size_t g = 0, n = 0; g < WIDTH; g += TD_CROSSING_LANES) {
        kernel->find(WIDTH, x->a + g, x->e + g, x->end + g, work);
        kernel->sort(work);
        for (size_t l = 0; l < TD_CROSSING_LANES; l++) {
            counts[g + l] = work->counts[l];
            td_crossing_write(work, l, WIDTH, x->a + g, x->e + g, at + n, who + n);
            n += work->counts[l];
        }
    }
}

/* Ascending as fractions, equal ones by pair; who is ahead at 0 goes down. Returns how many equal
   doubles are different fractions. */
static size_t check_order(const bundle *x, size_t l, size_t n, const double *at,
                          const uint32_t *who)
{
    size_t near = 0;
    td_fraction last = {0, 1};
    uint32_t last_pair = 0;
    for (size_t k = 0; k < n; k++) {
        size_t up = td_crossing_up(who[k]), down = td_crossing_down(who[k]);
        td_fraction place = {(td_int128)(x->a[down * WIDTH + l] - x->a[up * WIDTH + l]),
                             (td_int128)(x->e[down * WIDTH + l] - x->e[up * WIDTH + l])};
        assert_true(place.num > 0 && place.den > 0 && at[k] == td_fraction_value(place));
        int order = td_fraction_cmp(last, place);
        uint32_t pair = (uint32_t)(up < down ? up << 16 | down : down << 16 | up);
        assert_true(order < 0 || (order == 0 && last_pair < pair));
        near += k > 0 && order < 0 && at[k - 1] == at[k];
        last = place;
        last_pair = pair;
    }
    return near;
}

static void kernels_equal_their_twin(void **state)
{
    (void)state;
    static const size_t SIZES[] = {0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 16, 17, 23, 25, 33, 46, 64};
    static bundle x;
    td_crossing_work *work = aligned_alloc(64, sizeof *work);
    size_t most = WIDTH * TD_CROSSING_PAIRS, n_near = 0, n_all = 0;
    double *at = calloc(2 * most, sizeof *at);
    uint32_t *who = calloc(2 * most, sizeof *who);
    dice d = {7};
    const td_crossing_kernel *plain = NULL, *kernel;
    for (size_t i = 0; (kernel = td_crossing_kernel_get(i)) != NULL; i++)
        plain = kernel;
    assert_string_equal(plain->name, "plain");
    for (size_t s = 0; s < sizeof SIZES / sizeof SIZES[0]; s++)
        for (unsigned kind = 0; kind < 3; kind++) {
            size_t counts[WIDTH], own[WIDTH], n = 0;
            random_lines(&d, &x, SIZES[s], kind);
            write_all(plain, &x, work, counts, at, who);
            for (size_t l = 0; l < WIDTH; n += counts[l++])
                n_near += check_order(&x, l, counts[l], at + n, who + n);
            n_all += n;
            assert_int_equal(counts[WIDTH - 1], 0);
            for (size_t i = 0; (kernel = td_crossing_kernel_get(i)) != plain; i++) {
                write_all(kernel, &x, work, own, at + most, who + most);
                assert_memory_equal(own, counts, sizeof counts);
                assert_memory_equal(at + most, at, n * sizeof *at);
                assert_memory_equal(who + most, who, n * sizeof *who);
            }
        }
    print_message("%zu crossings, %zu told apart as fractions\n", n_all, n_near);
    assert_true(n_all > 10000 && n_near > 100);
    free(who);
    free(at);
    free(work);
}

/* ---- by hand ---- */

static const char *const TWO_GROUPS =
    WHATIF_HEAD "\"scale\": 10, \"criteria\": [{\"code\": \"A\", \"max\": 6, \"direct\": true},"
                "{\"code\": \"B\", \"max\": 4, \"direct\": true}]}";

static void expect_text(const year *y, const td_crossings *all, size_t i, size_t k,
                        const char *wanted)
{
    char value[80];
    td_crossing_text(y->prepared, all, i, k, value, sizeof value);
    assert_string_equal(value, wanted);
}

/* p: 0.75 m + 0.5 (10 - m); q: 0.5 m + 0.9 (10 - m). Equal at 0.65 m = 4. */
static void two_units_change_places(void **state)
{
    (void)state;
    year y;
    year_write(&y, TWO_GROUPS, NULL, "id,name\nc,C\nd,D\n",
               "id,name,cluster\np,P,c\nq,Q,c\nr,R,d\n", "unit,A,B\np,4.5,2\nq,3,3.6\nr,1,1\n",
               NULL);
    td_crossings all = {0};
    assert_int_equal(td_sweep_all(y.prepared, NULL, &all, y.errors), TD_OK);
    assert_true(all.n_clusters == 2 && all.n_items == 2 && all.n == 2);
    const td_crossing_list *a = &all.lists[0], *b = &all.lists[1];
    assert_true(a->is_swept && a->n == 1 && a->at[0] == 80.0 / 13);
    assert_true(td_crossing_up(a->who[0]) == 0 && td_crossing_down(a->who[0]) == 1);
    assert_true(b->n == 1 && b->at[0] == 50.0 / 13);
    assert_true(td_crossing_up(b->who[0]) == 1 && td_crossing_down(b->who[0]) == 0);
    expect_text(&y, &all, 0, 0, "80/13");
    expect_text(&y, &all, 1, 0, "50/13");
    assert_true(all.lists[2].is_swept && all.lists[2].n == 0);
    td_sweep_hold hold[4];
    assert_int_equal(td_sweep_holds(y.prepared, &all, NULL, hold), TD_OK);
    assert_true(hold[0].ranking.from == 0 && hold[0].ranking.from_crossing == TD_NONE);
    assert_true(hold[0].leader.to == 80.0 / 13 && hold[0].leader.to_crossing == 0);
    td_crossings_release(&all);
    year_close(&y);
}

/* ---- against td_sweep_item() ---- */

/* Ranks of the units of a cluster between the events of a sweep. */
typedef struct stand {
    double below[1000], above[1000];
} stand;

static void before_first(const year *y, const td_sweep *s, const td_sweep_cluster *c, stand *r)
{
    td_cluster_view view = td_evaluation_cluster(y->evaluation, c->cluster);
    for (size_t u = 0; u < view.n_units; u++)
        r->above[u] = y->results.standing[view.first_unit + u].rank;
    for (size_t e = c->first_event + c->n_events; e-- > c->first_event;)
        for (size_t i = 0; i < s->events[e].n_changes; i++) {
            const td_sweep_change *change = &s->changes[s->events[e].first_change + i];
            r->above[change->unit - view.first_unit] = change->rank[s->events[e].at == 0 ? 2 : 0];
        }
}

static bool change_places(const stand *r, size_t u, size_t v)
{
    return r->below[u] > 0 && r->below[v] > 0 && r->above[u] > 0 && r->above[v] > 0 &&
           r->below[u] < r->below[v] && r->above[u] > r->above[v];
}

/* All pairs that change places at an event, which must be next in the list. */
static size_t check_event(const year *y, const td_sweep *s, size_t e, const stand *r,
                          size_t n_units, const td_crossings *all, size_t i, size_t k)
{
    char wanted[80];
    const td_crossing_list *list = &all->lists[i];
    td_sweep_value_text(s, e, wanted, sizeof wanted);
    for (size_t u = 0; u < n_units; u++)
        for (size_t v = u + 1; v < n_units; v++) {
            bool falls = change_places(r, u, v), rises = change_places(r, v, u);
            if (!falls && !rises)
                continue;
            assert_true(k < list->n && list->at[k] == s->events[e].at);
            assert_int_equal(td_crossing_up(list->who[k]), falls ? v : u);
            assert_int_equal(td_crossing_down(list->who[k]), falls ? u : v);
            if (n_units < 10)
                expect_text(y, all, i, k, wanted);
            k++;
        }
    return k;
}

static void check_cluster(const year *y, const td_sweep *s, const td_sweep_cluster *c,
                          const td_crossings *all, size_t i)
{
    static stand r;
    td_cluster_view view = td_evaluation_cluster(y->evaluation, c->cluster);
    size_t k = 0;
    assert_true(all->lists[i].is_swept == c->is_swept);
    before_first(y, s, c, &r);
    for (size_t e = c->first_event; e < c->first_event + c->n_events; e++) {
        const td_sweep_event *event = &s->events[e];
        if (event->is_exact && (event->at == 0 || event->at == s->scale))
            continue;
        r.below[0] = 0;
        memcpy(r.below, r.above, sizeof r.above);
        for (size_t x = 0; x < event->n_changes; x++) {
            const td_sweep_change *change = &s->changes[event->first_change + x];
            r.above[change->unit - view.first_unit] = change->rank[2];
        }
        k = check_event(y, s, e, &r, view.n_units, all, i, k);
    }
    assert_int_equal(k, all->lists[i].n);
}

static void check_range(const td_sweep_stretch *is, const td_sweep_range *wanted,
                        const td_crossing_list *list)
{
    assert_true(is->from == wanted->from && is->to == wanted->to);
    assert_true(is->from_crossing == TD_NONE || list->at[is->from_crossing] == is->from);
    assert_true(is->to_crossing == TD_NONE || list->at[is->to_crossing] == is->to);
}

static void check_year(const year *y, const td_crossings *all)
{
    td_sweep_hold *hold = calloc(all->n_clusters * all->n_items, sizeof *hold);
    assert_int_equal(td_sweep_holds(y->prepared, all, NULL, hold), TD_OK);
    for (size_t item = 0; item < all->n_items; item++) {
        td_sweep s = {0};
        td_errors *errors = td_errors_new();
        if (td_sweep_item(y->prepared, item, NULL, &s, errors) != TD_OK) {
            for (size_t c = 0; c < all->n_clusters; c++)
                assert_false(all->lists[c * all->n_items + item].is_swept);
        }
        for (size_t c = 0; c < s.n_clusters; c++) {
            size_t i = s.clusters[c].cluster * all->n_items + item;
            check_cluster(y, &s, &s.clusters[c], all, i);
            if (s.clusters[c].is_swept) {
                check_range(&hold[i].ranking, &s.clusters[c].ranking, &all->lists[i]);
                check_range(&hold[i].leader, &s.clusters[c].leader, &all->lists[i]);
            }
        }
        td_errors_free(errors);
        td_sweep_release(&s);
    }
    free(hold);
}

static void random_years_agree_with_single_sweeps(void **state)
{
    (void)state;
    size_t n = 0, n_walked = 0, n_lists = 0;
    td_crossings all = {0}; /* used again and again */
    for (uint64_t seed = 0; seed < 400; seed++) {
        year y;
        year_random(&y, seed, NULL);
        td_sweep_options options = {.threads = 1 + (int)(seed % 2)};
        assert_int_equal(td_sweep_all(y.prepared, &options, &all, y.errors), TD_OK);
        check_year(&y, &all);
        n += all.n;
        for (size_t i = 0; i < all.n_clusters * all.n_items; i++) {
            n_lists += all.lists[i].is_swept;
            n_walked += all.lists[i].places != NULL;
        }
        year_close(&y);
    }
    td_crossings_release(&all);
    print_message("%zu crossings in %zu lists, %zu of them walked\n", n, n_lists, n_walked);
    assert_true(n > 1000 && n_walked > 500 && n_lists > n_walked + 500);
}

/* Clusters of every size up to beyond the kernel's, some units without points of B. */
static void year_of_sums(year *y, uint64_t seed, size_t n_units, bool coarse)
{
    static const char *const RULES =
        WHATIF_HEAD "\"scale\": 40, \"missing\": \"unranked\", \"criteria\": ["
                    "{\"code\": \"A\", \"max\": 12.5, \"direct\": true},"
                    "{\"code\": \"B\", \"max\": 10, \"direct\": true},"
                    "{\"code\": \"C\", \"max\": 17.5, \"direct\": true}]}";
    static char units[40000], values[40000];
    dice d = {seed * 31 + 5};
    size_t a = (size_t)sprintf(units, "id,name,cluster\n"),
           b = (size_t)sprintf(values, "unit,A,B,C\n");
    for (size_t u = 0; u < n_units; u++) {
        a += (size_t)sprintf(units + a, "u%zu,U%zu,c\n", u, u);
        b += (size_t)sprintf(values + b, "u%zu", u);
        for (int j = 0; j < 3; j++) {
            double most = j == 0 ? 12.5 : j == 1 ? 10 : 17.5;
            double x = coarse ? 0.5 * roll(&d, (unsigned)(2 * most) + 1)
                              : 0.01 * roll(&d, (unsigned)(100 * most) + 1);
            b += (size_t)(j == 1 && roll(&d, 20) == 0 ? sprintf(values + b, ",")
                                                      : sprintf(values + b, ",%.2f", x));
        }
        b += (size_t)sprintf(values + b, "\n");
    }
    year_write(y, RULES, NULL, "id,name\nc,C\n", units, values, NULL);
}

static void sums_of_every_size_agree(void **state)
{
    (void)state;
    static const size_t SIZES[] = {1, 2, 3, 5, 8, 13, 25, 26, 40, 64, 66, 90};
    td_crossings all = {0};
    for (size_t i = 0; i < 2 * sizeof SIZES / sizeof SIZES[0]; i++) {
        year y;
        year_of_sums(&y, i, SIZES[i / 2], i % 2 != 0);
        assert_int_equal(td_sweep_all(y.prepared, NULL, &all, y.errors), TD_OK);
        check_year(&y, &all);
        for (size_t l = 0; l < 3; l++)
            assert_true(all.lists[l].is_swept && all.lists[l].places == NULL);
        year_close(&y);
    }
    td_crossings_release(&all);
}

/* The kernel's lists equal those by fractions, bit for bit. */
static void the_kernel_equals_fractions(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        year y;
        year_of_sums(&y, seed, 5 + seed * 3, seed % 2 != 0);
        td_crossings all = {0};
        td_lane_plan *plans = td_lane_plans(y.prepared);
        td_lines lines;
        td_crossing_rows rows = {0};
        assert_int_equal(td_sweep_all(y.prepared, NULL, &all, y.errors), TD_OK);
        assert_int_equal(td_lines_init(&lines, y.prepared, plans), TD_OK);
        td_lines_enter(&lines, plans, 0);
        assert_true(lines.is_sum && (lines.fits || lines.n > TD_CROSSING_MOST));
        for (size_t l = 0; l < plans->n; l++) {
            const td_crossing_list *list = &all.lists[plans->lanes[l].item];
            assert_int_equal(td_crossing_pairs(&lines, &plans->lanes[l], &rows), TD_OK);
            assert_int_equal(rows.n, list->n);
            for (size_t k = 0; k < rows.n; k++)
                assert_true(rows.rows[k].at == list->at[k] && rows.rows[k].who == list->who[k]);
        }
        td_crossing_rows_release(&rows);
        td_lines_release(&lines);
        td_lane_plans_free(plans, 1);
        td_crossings_release(&all);
        year_close(&y);
    }
}

/* ---- what is left out ---- */

static bool has_fault(const td_errors *errors, const char *code)
{
    for (size_t i = 0; i < td_errors_size(errors); i++)
        if (strcmp(td_errors_view(errors, i).code, code) == 0)
            return true;
    return false;
}

static void what_is_not_linear_is_left_out(void **state)
{
    (void)state;
    static const char *const MEAN =
        WHATIF_HEAD "\"scale\": 10, \"combine\": \"arithmetic\", \"criteria\": "
                    "[{\"code\": \"A\", \"max\": 6, \"direct\": true},"
                    "{\"code\": \"B\", \"max\": 4, \"direct\": true}]}";
    static const char *const CLAMPED =
        WHATIF_HEAD "\"scale\": 10, \"clamp\": {\"max\": 6}, \"criteria\": "
                    "[{\"code\": \"A\", \"max\": 6, \"direct\": true},"
                    "{\"code\": \"B\", \"max\": 4, \"direct\": true}]}";
    static const struct {
        const char *rules, *code;
        bool second; /* is the second cluster swept all the same? */
    } CASES[] = {{MEAN, "sweep-rules-left-out", false}, {CLAMPED, "sweep-clamped", true}};
    for (size_t i = 0; i < 2; i++) {
        year y;
        year_write(&y, CASES[i].rules, NULL, "id,name\nc,C\nd,D\n",
                   "id,name,cluster\np,P,c\nq,Q,c\nr,R,d\ns,S,d\n",
                   "unit,A,B\np,4.5,2\nq,3,3.6\nr,1,1\ns,0.5,1.5\n", NULL);
        td_crossings all = {0};
        assert_int_equal(td_sweep_all(y.prepared, NULL, &all, y.errors), TD_OK);
        assert_true(has_fault(y.errors, CASES[i].code));
        assert_true(!all.lists[0].is_swept && !all.lists[1].is_swept);
        assert_true(all.lists[2].is_swept == CASES[i].second && all.n == (CASES[i].second ? 2 : 0));
        td_crossings_release(&all);
        year_close(&y);
    }
}

static void bad_options_and_interrupts(void **state)
{
    (void)state;
    year y;
    year_write(&y, TWO_GROUPS, NULL, "id,name\nc,C\nd,D\n",
               "id,name,cluster\np,P,c\nq,Q,c\nr,R,d\n", "unit,A,B\np,4.5,2\nq,3,3.6\nr,1,1\n",
               NULL);
    td_crossings all = {0};
    const size_t wrong = 2, second = 1;
    const volatile int yes = 1;
    td_sweep_options options = {.clusters = &wrong, .n_clusters = 1};
    assert_int_equal(td_sweep_all(y.prepared, &options, &all, y.errors), TD_EINVAL);
    options = (td_sweep_options){.cancelled = &yes};
    assert_int_equal(td_sweep_all(y.prepared, &options, &all, y.errors), TD_EINTERRUPTED);
    options = (td_sweep_options){.clusters = &second, .n_clusters = 1};
    assert_int_equal(td_sweep_all(y.prepared, &options, &all, y.errors), TD_OK);
    assert_true(all.n_clusters == 1 && all.clusters[0] == 1 && all.lists[0].n == 0);
    td_crossings_release(&all);
    year_close(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_equal_their_twin),
        cmocka_unit_test(two_units_change_places),
        cmocka_unit_test(random_years_agree_with_single_sweeps),
        cmocka_unit_test(sums_of_every_size_agree),
        cmocka_unit_test(the_kernel_equals_fractions),
        cmocka_unit_test(what_is_not_linear_is_left_out),
        cmocka_unit_test(bad_options_and_interrupts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

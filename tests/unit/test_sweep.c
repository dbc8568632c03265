/*
 * Sweeps: by hand, and against td_evaluate() at weights that lie exactly on the line.
 */
#include "tests/unit/line_year.h"

#include "engine/whatif/track.h"

static const td_options ALONE = {.threads = 1};

/* ---- by hand ---- */

static const char *const TWO_GROUPS =
    WHATIF_HEAD "\"scale\": 10, \"criteria\": [{\"code\": \"A\", \"max\": 6, \"direct\": true},"
                "{\"code\": \"B\", \"max\": 4, \"direct\": true}]}";

static void expect_text(const td_sweep *s, size_t event, const char *wanted)
{
    char value[80];
    td_sweep_value_text(s, event, value, sizeof value);
    assert_string_equal(value, wanted);
}

/* p: 0.75 m + 0.5 (10 - m); q: 0.5 m + 0.9 (10 - m). Equal at 0.65 m = 4. */
static void two_units_change_places(void **state)
{
    (void)state;
    year y;
    year_write(&y, TWO_GROUPS, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\n",
               "unit,A,B\np,4.5,2\nq,3,3.6\n", NULL);
    td_sweep s = {0};
    assert_int_equal(td_sweep_item(y.prepared, 0, NULL, &s, y.errors), TD_OK);
    assert_true(s.today == 6 && s.scale == 10);
    assert_int_equal(s.n_events, 1);
    expect_text(&s, 0, "80/13");
    assert_true(s.events[0].is_exact && s.events[0].moves_leader);
    assert_true(s.events[0].at == 80.0 / 13);
    const td_sweep_change *p = &s.changes[0];
    assert_true(p->rank[0] == 2 && p->rank[1] == 1 && p->rank[2] == 1);
    const td_sweep_cluster *c = &s.clusters[0];
    assert_true(c->ranking.from == 0 && c->ranking.has_from && c->ranking.from_event == TD_NONE);
    assert_true(c->ranking.to == 80.0 / 13 && !c->ranking.has_to && c->ranking.to_event == 0);
    assert_int_equal(c->n_reigns, 3);
    assert_int_equal(s.reigns[0].n_leaders, 1);
    assert_int_equal(s.leaders[s.reigns[0].first_leader], 1);
    assert_int_equal(s.reigns[1].n_leaders, 2);
    assert_true(s.reigns[1].range.has_from && s.reigns[1].range.has_to);
    assert_int_equal(s.leaders[s.reigns[2].first_leader], 0);
    td_sweep_release(&s);
    year_close(&y);
}

/* Equal today: 4.5 + 2.5 = 3.6 + 3.4. The ranking of today holds at 6 only. */
static void a_tie_today_is_a_range_of_one_value(void **state)
{
    (void)state;
    year y;
    year_write(&y, TWO_GROUPS, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\nr,R,c\n",
               "unit,A,B\np,4.5,2.5\nq,3.6,3.4\nr,1.01,1.01\n", NULL);
    td_sweep s = {0};
    assert_int_equal(td_sweep_item(y.prepared, 1, NULL, &s, y.errors), TD_OK);
    assert_true(s.today == 4);
    assert_int_equal(s.n_events, 1);
    expect_text(&s, 0, "4");
    const td_sweep_range *range = &s.clusters[0].ranking;
    assert_true(range->from == 4 && range->to == 4 && range->has_from && range->has_to);
    assert_int_equal(s.events[0].n_changes, 2);
    td_sweep_release(&s);
    year_close(&y);
}

/* The same points everywhere: tied all along, or apart all along by a key. */
static void equal_units_never_change(void **state)
{
    (void)state;
    const char *rules = WHATIF_HEAD
        "\"scale\": 10, \"ties\": [{\"indicator\": \"x\"}], \"indicators\": {\"x\": {\"kind\": "
        "\"number\"}}, \"criteria\": [{\"code\": \"A\", \"max\": 6, \"direct\": true},"
        "{\"code\": \"B\", \"max\": 4, \"direct\": true}]}";
    year y;
    year_write(&y, rules, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\nr,R,c\n",
               "unit,A,B,x\np,4.5,2.385,1\nq,4.5,2.385,1\nr,4.5,2.385,7\n", NULL);
    td_sweep s = {0};
    assert_int_equal(td_sweep_item(y.prepared, 0, NULL, &s, y.errors), TD_OK);
    assert_int_equal(s.n_events, 0);
    assert_int_equal(s.n_reigns, 1);
    assert_int_equal(s.leaders[0], 2);
    assert_true(s.clusters[0].ranking.to == 10 && s.clusters[0].ranking.has_to);
    td_sweep_release(&s);
    year_close(&y);
}

/*
 * Shares with different assigned maxima. p lacks C: p(t) = (6 t + ...) over what is assigned; the
 * sample's Cụm 1, where the place is a root of a quadratic.
 */
static void shares_may_meet_at_irrational_weights(void **state)
{
    (void)state;
    const char *rules = WHATIF_HEAD
        "\"scale\": 3, \"rank_by\": \"share\", \"criteria\": ["
        "{\"code\": \"A\", \"max\": 1, \"direct\": true}, {\"code\": \"B\", \"max\": 1, "
        "\"direct\": true}, {\"code\": \"C\", \"max\": 1, \"direct\": true}]}";
    year y;
    year_write(&y, rules, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\n",
               "unit,A,B,C\np,0.9,0.2,\nq,0.8,0.6,0.3\n", "unit,criterion,approved_by\np,C,x\n");
    td_sweep s = {0};
    assert_int_equal(td_sweep_item(y.prepared, 0, NULL, &s, y.errors), TD_OK);
    /* p: (0.9 t + 0.1 (1 - t)) / (t + (1 - t)/2), q: 0.8 t + 0.45 (1 - t):
       0.2 + 1.6 t = (0.45 + 0.35 t)(1 + t): 0.35 t^2 - 0.8 t + 0.25 = 0, t = (8 - sqrt 29) / 7 */
    assert_int_equal(s.n_events, 1);
    assert_false(s.events[0].is_exact);
    assert_true(fabs(s.events[0].at - 3 * (8 - sqrt(29)) / 7) < 1e-14);
    expect_text(&s, 0, "1.120643654085...");
    td_sweep_release(&s);
    year_close(&y);
}

/* ---- against td_evaluate() ---- */

/* Multipliers of a place on the line that lies on the grid: 1 + k r / 2^20, 1 - k m / 2^20. */
static void weights_at(const td_track *track, const year *y, int64_t k, double *weights)
{
    const double grid = 1048576;
    const td_block *b = track->block;
    for (size_t i = 0; i < td_items(y->prepared); i++)
        weights[i] = 1;
    for (size_t i = 0; i < b->n_items; i++)
        if (i == track->item)
            weights[i] = 1 + (double)k * (double)track->r / grid;
        else if (b->rules->criteria[b->items[i]].max_q > 0)
            weights[i] = 1 - (double)k * (double)track->m / grid;
}

static td_fraction place_of(const td_track *track, int64_t k)
{
    return (td_fraction){track->m * ((td_int128)1048576 + k * track->r), track->s * 1048576};
}

/* What a sweep says of a unit at t: the last event up to t decides, else the next, else today. */
static td_spot said(const td_sweep *s, const year *y, const td_sweep_cluster *c, size_t unit,
                    td_fraction t)
{
    const td_standing *today = &y->results.standing[unit];
    td_spot spot = {.rank = today->rank, .class_index = today->class_index, .state = today->state};
    td_root at = td_root_of(t);
    bool undecided = false, passed = false;
    for (size_t e = c->first_event; e < c->first_event + c->n_events; e++) {
        int order = td_root_order((const td_root *)s->places + e, &at, &undecided);
        for (size_t i = 0; i < s->events[e].n_changes; i++) {
            const td_sweep_change *change = &s->changes[s->events[e].first_change + i];
            size_t side = order < 0 ? 2 : order == 0 ? 1 : 0;
            if (change->unit != unit || (order > 0 && passed))
                continue;
            spot = (td_spot){.rank = change->rank[side],
                             .class_index = change->class_index[side],
                             .state = change->state[side]};
            passed = true;
        }
    }
    assert_false(undecided);
    return spot;
}

static size_t n_checked;

static void check_at(const td_sweep *s, const year *y, const td_track *track, int64_t k)
{
    double weights[16];
    int64_t lowest = -(int64_t)(1048576 / track->r), highest = (int64_t)(1048576 / track->m);
    if (k < lowest || k > highest)
        return;
    td_results there = {0};
    weights_at(track, y, k, weights);
    assert_int_equal(td_evaluate(y->prepared, 1, weights, &ALONE, &there, y->errors), TD_OK);
    td_fraction t = place_of(track, k);
    for (size_t i = 0; i < s->n_clusters; i++) {
        const td_sweep_cluster *c = &s->clusters[i];
        td_cluster_view view = td_evaluation_cluster(y->evaluation, c->cluster);
        for (size_t u = view.first_unit; u < view.first_unit + view.n_units && c->is_swept; u++) {
            td_spot spot = said(s, y, c, u, t);
            const td_standing *is = &there.standing[u];
            if (spot.rank != is->rank || spot.class_index != is->class_index ||
                spot.state != is->state)
                fail_msg("unit %zu at %.9f: %g %zu %d, is %g %zu %d in %s", u,
                         td_fraction_value(t) * s->scale, spot.rank, spot.class_index,
                         (int)spot.state, is->rank, is->class_index, (int)is->state,
                         y->folder.path);
            n_checked++;
        }
    }
    td_results_release(&there);
}

/* The grid number nearest below a place. */
static int64_t grid_below(const td_track *track, const td_root *place)
{
    double t = td_fraction_value(place->lo);
    return (int64_t)floor((t * (double)track->s / (double)track->m - 1) * 1048576 /
                          (double)track->r);
}

static void check_everywhere(const td_sweep *s, const year *y, const td_track *track)
{
    for (int i = 0; i <= 64; i++) {
        td_root at = td_root_of((td_fraction){i, 64});
        check_at(s, y, track, grid_below(track, &at));
    }
    for (size_t e = 0; e < s->n_events; e++) {
        const td_root *place = (const td_root *)s->places + e;
        int64_t k = grid_below(track, place);
        for (int64_t near = -1; near <= 2; near++)
            check_at(s, y, track, k + near);
        if (e + 1 < s->n_events)
            check_at(s, y, track, (k + grid_below(track, place + 1)) / 2);
    }
}

/* Each event must change something, in ascending order. */
static void check_events(const td_sweep *s)
{
    for (size_t i = 0; i < s->n_clusters; i++) {
        const td_sweep_cluster *c = &s->clusters[i];
        for (size_t e = c->first_event; e < c->first_event + c->n_events; e++) {
            const td_sweep_event *event = &s->events[e];
            assert_true(event->moves_rank || event->moves_leader || event->moves_class ||
                        event->moves_state);
            assert_true(event->n_changes > 0);
            assert_true(e == c->first_event || event->at >= event[-1].at);
        }
    }
}

static void random_sweeps_agree_with_evaluate(void **state)
{
    (void)state;
    size_t n_events = 0, n_irrational = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        year y;
        year_random(&y, seed, NULL);
        for (size_t item = 0; item < 3; item++) {
            td_sweep s = {0};
            td_track track;
            td_obstacle obstacle;
            assert_int_equal(
                td_sweep_item(y.prepared, item, &(td_sweep_options){.threads = 1}, &s, y.errors),
                TD_OK);
            assert_int_equal(td_track_init(&track, y.prepared, item, &obstacle), TD_OK);
            check_events(&s);
            check_everywhere(&s, &y, &track);
            n_events += s.n_events;
            for (size_t e = 0; e < s.n_events; e++)
                n_irrational += !s.events[e].is_exact;
            td_track_release(&track);
            td_sweep_release(&s);
        }
        year_close(&y);
    }
    print_message("%zu standings, %zu events, %zu irrational\n", n_checked, n_events, n_irrational);
    assert_true(n_events > 1000 && n_irrational > 50);
}

/* ---- awards ---- */

static const char *const POLICIES[] = {
    "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\", \"valid\": {\"from\": "
    "\"2025-01-01\"}, \"awards\": [{\"code\": \"flag\", \"name\": \"flag\", \"conditions\": "
    "[{\"leader\": true}], \"limits\": [{\"within\": \"all\", \"count\": 1}], \"merit\": "
    "[\"share\"], \"scope\": \"all\", \"reserve\": \"all\"}, {\"code\": \"bk\", \"name\": "
    "\"bk\", \"conditions\": [{\"class_at_least\": \"y\"}, {\"share_at_least\": 0.55}], "
    "\"limits\": [{\"within\": \"all\", \"count\": 3}], \"merit\": [\"share\", \"points\"], "
    "\"exclusive_with\": [\"flag\"]}]}",
    "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\", \"valid\": {\"from\": "
    "\"2025-01-01\"}, \"awards\": [{\"code\": \"bk\", \"name\": \"bk\", \"conditions\": "
    "[{\"points_at_least\": 7.25}], \"limits\": [{\"within\": \"cluster\", \"count\": 2}], "
    "\"merit\": [\"points\"]}, {\"code\": \"two\", \"name\": \"two\", \"limits\": "
    "[{\"within\": \"cluster\", \"share\": 0.5, \"of\": \"units\"}], \"merit\": [\"rank\"], "
    "\"exclusive_with\": [\"bk\"]}]}"};

static bool is_in(td_award_state state)
{
    return state == TD_PROPOSED || state == TD_TIED_AT_CUT;
}

static bool same(td_award_state a, td_award_state b)
{
    return a == b || (!is_in(a) && !is_in(b));
}

/* From one grid point to the next, a cell must go where its changes between say. */
static void check_step(const td_sweep_awards *found, const td_awards *a, const td_awards *b,
                       double from, double to, const year *y)
{
    for (size_t cell = 0; cell < a->n_awards * a->n_units; cell++) {
        td_award_state now = a->decision[cell].state;
        for (size_t i = 0; i < found->n_changes; i++) {
            const td_sweep_award_change *c = &found->changes[i];
            if (c->award * a->n_units + c->unit != cell || c->from < from || c->to > to)
                continue;
            assert_true(same(now, c->below));
            now = c->above;
        }
        if (!same(now, b->decision[cell].state))
            fail_msg("cell %zu between %.9f and %.9f in %s", cell, from, to, y->folder.path);
    }
}

static size_t check_awards(const year *y, size_t item)
{
    td_sweep s = {0};
    td_sweep_awards found = {0};
    td_awards last = {0};
    td_track track;
    td_obstacle obstacle;
    assert_int_equal(
        td_sweep_item(y->prepared, item, &(td_sweep_options){.threads = 1}, &s, y->errors), TD_OK);
    assert_int_equal(td_sweep_awards_find(y->prepared, &s, NULL, &found, y->errors), TD_OK);
    assert_int_equal(td_track_init(&track, y->prepared, item, &obstacle), TD_OK);
    int64_t lowest = -(int64_t)(1048576 / track.r), highest = (int64_t)(1048576 / track.m);
    int64_t step = (highest - lowest) / 60 | 1;
    double from = 0;
    for (int64_t k = (lowest + 5) | 1; k < highest; k += 2 * step) { /* odd: seldom a place */
        double weights[16];
        td_results there = {0};
        td_awards awards = {0};
        double at = td_fraction_value(place_of(&track, k)) * s.scale;
        weights_at(&track, y, k, weights);
        assert_int_equal(td_evaluate(y->prepared, 1, weights, &ALONE, &there, y->errors), TD_OK);
        assert_int_equal(td_award(y->prepared, &there, NULL, &awards, y->errors), TD_OK);
        if (last.n_units > 0)
            check_step(&found, &last, &awards, from, at, y);
        td_awards_release(&last);
        td_results_release(&there);
        last = awards;
        from = at;
    }
    size_t n = found.n_changes;
    assert_true(found.from <= s.today && found.to >= s.today);
    td_awards_release(&last);
    td_track_release(&track);
    td_sweep_awards_release(&found);
    td_sweep_release(&s);
    return n;
}

static void random_awards_change_where_said(void **state)
{
    (void)state;
    size_t n = 0;
    for (uint64_t seed = 1000; seed < 1120; seed++) {
        year y;
        year_random(&y, seed, POLICIES[seed % 2]);
        for (size_t item = 0; item < 3; item++)
            n += check_awards(&y, item);
        year_close(&y);
    }
    print_message("%zu changes of proposals\n", n);
    assert_true(n > 1000);
}

/* By hand: p leads from 80/13 on, and the flag goes with it. */
static void the_flag_goes_with_the_leader(void **state)
{
    (void)state;
    const char *policy =
        "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\", \"valid\": {\"from\": "
        "\"2025-01-01\"}, \"awards\": [{\"code\": \"flag\", \"name\": \"flag\", "
        "\"conditions\": [{\"leader\": true}], \"limits\": [{\"within\": \"cluster\", "
        "\"count\": 1}]}]}";
    year y;
    year_write(&y, TWO_GROUPS, policy, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\n",
               "unit,A,B\np,4.5,2\nq,3,3.6\n", NULL);
    td_sweep s = {0};
    td_sweep_awards found = {0};
    char value[80];
    assert_int_equal(td_sweep_item(y.prepared, 0, NULL, &s, y.errors), TD_OK);
    assert_int_equal(td_sweep_awards_find(y.prepared, &s, NULL, &found, y.errors), TD_OK);
    assert_int_equal(found.n_changes, 2);
    assert_int_equal(found.n_intervals, 2);
    assert_int_equal(found.n_hidden, 0);
    td_sweep_award_text(&s, &found, 0, 0, value, sizeof value);
    assert_string_equal(value, "80/13");
    assert_int_equal(found.changes[0].unit, 0);
    assert_int_equal(found.changes[0].above, TD_PROPOSED);
    assert_int_equal(found.changes[1].below, TD_PROPOSED);
    assert_true(found.from == 0 && found.to == 80.0 / 13);
    td_sweep_awards_release(&found);
    td_sweep_release(&s);
    year_close(&y);
}

/* ---- refusals ---- */

static void expect_refusal(const char *rules, const char *values, const char *na, size_t item,
                           td_status wanted, const char *code)
{
    year y;
    year_write(&y, rules, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\n", values, na);
    td_sweep s = {.n_events = 77};
    size_t before = td_errors_size(y.errors);
    assert_int_equal(
        td_sweep_item(y.prepared, item, &(td_sweep_options){.threads = 1}, &s, y.errors), wanted);
    assert_true(td_errors_size(y.errors) > before);
    assert_string_equal(td_errors_view(y.errors, before).code, code);
    if (wanted != TD_OK) {
        assert_int_equal(s.n_events, 77);
    } else {
        assert_false(s.clusters[0].is_swept);
        assert_int_equal(s.n_events, 0);
        td_sweep_release(&s);
    }
    year_close(&y);
}

#define A6 "{\"code\": \"A\", \"max\": 6, \"direct\": true}"
#define B4 "{\"code\": \"B\", \"max\": 4, \"direct\": true}"

static void what_is_not_linear_is_named(void **state)
{
    (void)state;
    const char *values = "unit,A,B\np,4.5,2.385\nq,3,3.6\n";
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"combine\": \"arithmetic\", \"criteria\": [" A6
                               ", " B4 "]}",
                   values, NULL, 0, TD_EINVAL, "sweep-mean");
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"rounding\": \"total\", \"decimals\": 1, "
                               "\"carried_decimals\": 3, \"criteria\": [" A6 ", " B4 "]}",
                   values, NULL, 0, TD_EINVAL, "sweep-rounded-total");
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"rank_by\": \"rounded-share\", \"criteria\": [" A6
                               ", " B4 "]}",
                   values, NULL, 0, TD_EINVAL, "sweep-rounded-share");
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"criteria\": [{\"code\": \"A\", \"max\": 10, "
                               "\"direct\": true}, {\"code\": \"B\", \"max\": 0, \"parts\": "
                               "[{\"effect\": \"bonus\", \"function\": \"direct\", \"of\": "
                               "\"k\", \"cap\": 5}]}], \"indicators\": {\"k\": {\"kind\": "
                               "\"points\", \"min\": 0}}}",
                   "unit,A,k\np,4.5,2.385\nq,3,3.6\n", NULL, 0, TD_EINVAL, "sweep-only-item");
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"criteria\": [" A6 ", " B4
                               ", {\"code\": \"K\", \"max\": 0, \"parts\": "
                               "[{\"effect\": \"bonus\", \"function\": \"direct\", \"of\": "
                               "\"k\", \"cap\": 5}]}], \"indicators\": {\"k\": {\"kind\": "
                               "\"points\", \"min\": 0}}}",
                   "unit,A,B,k\np,4.5,2,1\nq,3,3.6,1\n", NULL, 2, TD_EINVAL, "sweep-no-maximum");
}

/* Findings: the cluster is left out, the others are swept. */
static void clusters_that_are_not_linear_are_left_out(void **state)
{
    (void)state;
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"not_applicable\": \"redistribute\", "
                               "\"criteria\": [" A6 ", " B4 "]}",
                   "unit,A,B\np,4.5,\nq,3,3.6\n", "unit,criterion,approved_by\np,B,x\n", 0, TD_OK,
                   "sweep-redistributed");
    /* 9.5 of 10 for A alone */
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"clamp\": {\"max\": 9.25}, \"criteria\": [" A6
                               ", " B4 "]}",
                   "unit,A,B\np,5.7,1\nq,3,3.6\n", NULL, 0, TD_OK, "sweep-clamped");
}

static void arguments_are_checked(void **state)
{
    (void)state;
    year y;
    year_write(&y, TWO_GROUPS, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\n",
               "unit,A,B\np,4.5,2\nq,3,3.6\n", NULL);
    td_sweep s = {.n_events = 77};
    const size_t nowhere = 5;
    volatile int stop = 1;
    td_sweep_options options = {.clusters = &nowhere, .n_clusters = 1};
    assert_int_equal(td_sweep_item(y.prepared, 2, NULL, &s, y.errors), TD_EINVAL);
    assert_int_equal(td_sweep_item(y.prepared, 0, &options, &s, y.errors), TD_EINVAL);
    options = (td_sweep_options){.cancelled = &stop};
    assert_int_equal(td_sweep_item(y.prepared, 0, &options, &s, y.errors), TD_EINTERRUPTED);
    assert_int_equal(s.n_events, 77);
    options = (td_sweep_options){.clusters = &nowhere, .n_clusters = 0};
    assert_int_equal(td_sweep_item(y.prepared, 0, &options, &s, y.errors), TD_OK);
    assert_int_equal(s.n_clusters, 0);
    td_sweep_release(&s);
    year_close(&y);
}

/* ---- the sample ---- */

static void same_for_any_number_of_threads(void **state)
{
    (void)state;
    year y = {0};
    year_load(&y, "datasets/samples/two-clusters", 1);
    td_sweep one = {0}, four = {0};
    assert_int_equal(
        td_sweep_item(y.prepared, 1, &(td_sweep_options){.threads = 1}, &one, y.errors), TD_OK);
    assert_int_equal(
        td_sweep_item(y.prepared, 1, &(td_sweep_options){.threads = 4}, &four, y.errors), TD_OK);
    assert_int_equal(one.n_events, four.n_events);
    assert_int_equal(one.n_changes, four.n_changes);
    for (size_t e = 0; e < one.n_events; e++)
        assert_true(one.events[e].at == four.events[e].at);
    for (size_t c = 0; c < one.n_clusters; c++)
        assert_true(one.clusters[c].ranking.to == four.clusters[c].ranking.to);
    td_sweep_release(&one);
    td_sweep_release(&four);
    year_close(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_units_change_places),
        cmocka_unit_test(a_tie_today_is_a_range_of_one_value),
        cmocka_unit_test(equal_units_never_change),
        cmocka_unit_test(shares_may_meet_at_irrational_weights),
        cmocka_unit_test(what_is_not_linear_is_named),
        cmocka_unit_test(clusters_that_are_not_linear_are_left_out),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(same_for_any_number_of_threads),
        cmocka_unit_test(the_flag_goes_with_the_leader),
        cmocka_unit_test(random_awards_change_where_said),
        cmocka_unit_test(random_sweeps_agree_with_evaluate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

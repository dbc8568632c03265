/* What a good and a bad unit would report: found by moving each indicator and watching points. */
#include <math.h>
#include <string.h>

#include "datasets/generate.h"

#define N_PROBES 400
#define LUCK 0.12        /* of one thing that a unit does */
#define JUDGES_LUCK 0.04 /* judges of one thing see much the same */
#define DAYS_AROUND 60   /* a date is looked for this many days around its due day */

/* Points of one part with its sign, 0 where a condition leaves it out, NaN when refused. */
static double part_points(const td_rules *rules, const td_part *part, const double *row)
{
    const td_function *function = part->function;
    if (function->peers_size > 0)
        return 0;
    if ((part->when != NULL && !td_condition_on_row(part->when, row)) ||
        (part->exempt != NULL && td_condition_on_row(part->exempt, row)))
        return 0;
    td_domain_fault fault;
    if (function->check != NULL && !function->check(rules, part, row, &fault))
        return NAN;
    td_scene scene = {.rules = rules,
                      .part = part,
                      .leaf_decimals = rules->view.leaf_decimals,
                      .n_units = 1,
                      .values = row,
                      .stride = rules->n_indicators};
    td_part_result result = {.outcome = TD_BLANK};
    function->score(&scene, NULL, false, &result);
    if (result.outcome == TD_BLANK)
        return 0;
    if (result.outcome != TD_SCORED || !td_fraction_ok(result.points))
        return NAN;
    double points = td_fraction_value(result.points);
    if (part->cap_q != TD_NO_CAP)
        points = fmin(points, (double)part->cap_q);
    bool down = part->effect == TD_DEDUCT || part->lower_is_better;
    return down ? -points : points;
}

/* The parts that read each indicator: users[first_user[i]] .. users[first_user[i + 1] - 1]. */
static bool index_users(const td_rules *rules, td_arena *arena, td_plan *plan)
{
    size_t n = plan->n, total = 0;
    for (size_t p = 0; p < rules->n_parts; p++)
        total += rules->parts[p].n_inputs;
    plan->first_user = td_arena_alloc(arena, n + 1, sizeof *plan->first_user);
    plan->users = td_arena_alloc(arena, total + 1, sizeof *plan->users);
    size_t *at = td_arena_alloc(arena, n + 1, sizeof *at);
    if (plan->first_user == NULL || plan->users == NULL || at == NULL)
        return false;
    for (size_t p = 0; p < rules->n_parts; p++)
        for (size_t k = 0; k < rules->parts[p].n_inputs; k++)
            plan->first_user[rules->parts[p].inputs[k] + 1]++;
    for (size_t i = 0; i < n; i++)
        at[i + 1] = plan->first_user[i + 1] += plan->first_user[i];
    for (size_t p = 0; p < rules->n_parts; p++)
        for (size_t k = 0; k < rules->parts[p].n_inputs; k++)
            plan->users[at[rules->parts[p].inputs[k]]++] = p;
    return true;
}

void td_plan_compute(const td_rules *rules, double *row)
{
    for (size_t i = 0; i < rules->n_indicators; i++)
        if (rules->indicators[i].computed)
            row[i] = row[rules->indicators[i].of] - rules->indicators[i].due_day;
}

/* Points that all parts give together when indicator i is x, in quanta; NaN: refused. */
static double points_at(const td_plan *plan, size_t i, double x, double *row)
{
    const td_rules *rules = plan->rules;
    double sum = 0;
    row[i] = x;
    for (size_t k = plan->first_user[i]; k < plan->first_user[i + 1]; k++)
        sum += part_points(rules, &rules->parts[plan->users[k]], row);
    return sum;
}

/* A row in which conditions mostly let parts through. */
static void default_row(const td_rules *rules, double *row)
{
    for (size_t i = 0; i < rules->n_indicators; i++) {
        const td_indicator *indicator = &rules->indicators[i];
        if (!isnan(indicator->blank))
            row[i] = indicator->blank;
        else if (indicator->kind == TD_FLAG)
            row[i] = 1;
        else
            row[i] = isinf(indicator->min) ? 0 : indicator->min;
    }
    td_plan_compute(rules, row);
}

/* ---- ranges ---- */

static double quanta(const td_plan *plan, int64_t q)
{
    return (double)q / (double)td_pow10(plan->rules->view.leaf_decimals);
}

/* Largest value of points that people enter. */
static double most_points(const td_plan *plan, const td_part *part)
{
    const td_criterion *leaf = &plan->rules->criteria[part->criterion];
    if (part->effect == TD_SCORE)
        return leaf->has_max && leaf->max_q > 0 ? quanta(plan, leaf->max_q) : 10;
    int64_t cap = part->effect == TD_BONUS ? leaf->bonus_cap_q : leaf->deduction_cap_q;
    if (part->cap_q < cap)
        cap = part->cap_q;
    if (cap != TD_NO_CAP && cap > 0)
        return quanta(plan, cap);
    return leaf->max_q > 0 ? quanta(plan, leaf->max_q) / 10 : 2;
}

static bool is_function(const td_part *part, const char *name)
{
    return strcmp(part->function->name, name) == 0;
}

/* The range that the function implies where the rule file says none. */
static void implied_range(const td_plan *plan, const td_part *part, size_t i, double *lo,
                          double *hi)
{
    bool percent = plan->rules->indicators[i].unit != NULL &&
                   strcmp(plan->rules->indicators[i].unit, "%") == 0;
    *lo = 0;
    *hi = percent ? 120 : 100;
    if (part == NULL)
        return;
    if (is_function(part, "direct"))
        *hi = most_points(plan, part);
    else if (is_function(part, "external"))
        *hi = quanta(plan, part->points_q);
    else if (is_function(part, "ratio") || is_function(part, "relative"))
        *hi = 1000;
    else if (is_function(part, "bands") && part->n_own > 1 && part->inputs[1] == i)
        *hi = 5000;
    else if (plan->rules->indicators[i].kind == TD_COUNT)
        *hi = 60;
}

static void set_range(const td_plan *plan, const td_part *part, size_t i)
{
    td_column *column = &plan->columns[i];
    const td_indicator *indicator = &plan->rules->indicators[i];
    implied_range(plan, part, i, &column->lo, &column->hi);
    double width = column->hi - column->lo;
    if (!isinf(indicator->min))
        column->lo = indicator->min;
    column->hi = !isinf(indicator->max) ? indicator->max : fmax(column->hi, column->lo + width);
    if (isinf(indicator->min) && column->lo > column->hi)
        column->lo = column->hi - width;
}

/* People enter points in quarters, or in twentieths where a leaf is small. */
static void set_grid(const td_plan *plan, const td_part *part, size_t i)
{
    td_column *column = &plan->columns[i];
    double width = column->hi - column->lo;
    int decimals = plan->rules->view.decimals;
    td_decimal decimal;
    column->step = 1;
    column->places = 1;
    while (width > 0 && column->places < 8 && width * (double)td_pow10(column->places) < 100)
        column->places++;
    if (width == 0 && td_decimal_of(column->lo, &decimal))
        column->places = decimal.places;
    double largest = fmax(fabs(column->lo), fabs(column->hi));
    while (column->places > 0 && largest * (double)td_pow10(column->places) >= TD_MAX_MAGNITUDE)
        column->places--;
    if (plan->rules->indicators[i].kind == TD_COUNT)
        column->places = 0;
    if (part == NULL || !is_function(part, "direct"))
        return;
    column->places = decimals < 2 ? decimals : 2;
    if (column->places == 2)
        column->step = column->hi >= 5 ? 25 : 5;
}

double td_column_snap(const td_column *column, double x)
{
    double scale = (double)td_pow10(column->places), step = column->step;
    double inside = fmin(fmax(x, column->lo), column->hi);
    double whole = round(inside * scale / step) * step;
    if (whole < column->lo * scale)
        whole = ceil(column->lo * scale / step) * step;
    if (whole > column->hi * scale)
        whole = floor(column->hi * scale / step) * step;
    return td_decimal_value((td_decimal){(int64_t)whole, column->places});
}

/* ---- shapes ---- */

/* Where points stop changing: `worst` and `best` of a graded column, or neutral. */
static void grade(const td_plan *plan, size_t i, double *row)
{
    td_column *column = &plan->columns[i];
    double width = column->hi - column->lo;
    double low = INFINITY, high = -INFINITY, first_high = NAN, last_high = NAN, first_low = NAN,
           last_low = NAN;
    for (int k = 0; k <= N_PROBES; k++) {
        double x = td_column_snap(column, column->lo + width * k / N_PROBES);
        double points = points_at(plan, i, x, row);
        if (isnan(points))
            continue;
        if (points > high)
            first_high = x;
        if (points >= high) {
            high = points;
            last_high = x;
        }
        if (points < low)
            first_low = x;
        if (points <= low) {
            low = points;
            last_low = x;
        }
    }
    if (!(high > low)) {
        column->shape = TD_SHAPE_NEUTRAL;
        return;
    }
    column->shape = TD_SHAPE_GRADED;
    bool up = first_high + last_high > first_low + last_low;
    column->best = up ? first_high : last_high;
    column->worst = up ? last_low : first_low;
}

static void shape_number(const td_plan *plan, const td_part *part, size_t i, double *row)
{
    td_column *column = &plan->columns[i];
    grade(plan, i, row);
    if (part != NULL && is_function(part, "value") && column->shape == TD_SHAPE_GRADED) {
        double inset = (column->best - column->worst) / 4;
        column->worst += inset;
        column->best -= inset / 2;
    }
    /* Cases without a limit: nobody reports dozens of violations. */
    double few = column->lo + 8;
    if (column->places == 0 && column->best < column->worst && column->worst > few)
        column->worst = fmax(few, column->best + 1);
}

/* Is half of the range refused where the whole is taken? Then it is all or nothing. */
static bool is_either(const td_plan *plan, const td_part *part, size_t i, double *row)
{
    const td_column *column = &plan->columns[i];
    if (part == NULL || !is_function(part, "direct"))
        return false;
    return isnan(points_at(plan, i, column->hi / 2, row)) &&
           !isnan(points_at(plan, i, column->hi, row));
}

/* The value of a flag at which a gate holds; NaN: no gate looks at it. */
static double gate_value(const td_condition *condition, size_t i)
{
    if (condition == NULL)
        return NAN;
    for (size_t k = 0; k < condition->n_children; k++) {
        double x = gate_value(&condition->children[k], i);
        if (!isnan(x))
            return x;
    }
    bool ours = condition->logic == TD_TEST && condition->subject == TD_SUBJ_INDICATOR &&
                condition->index == i && condition->comparison == TD_EQ;
    return ours ? condition->number : NAN;
}

static void shape_flag(const td_plan *plan, const td_part *part, size_t i, double *row)
{
    td_column *column = &plan->columns[i];
    column->shape = TD_SHAPE_FLAG;
    column->lo = 0;
    column->hi = 1;
    column->higher_is_better = points_at(plan, i, 1, row) >= points_at(plan, i, 0, row);
    for (size_t g = 0; g < plan->rules->n_gates; g++) {
        double held = gate_value(plan->rules->gates[g].when, i);
        if (part == NULL && !isnan(held)) {
            column->only_gates = true;
            column->higher_is_better = held == 0;
        }
    }
}

static void shape_pair(const td_plan *plan, const td_part *part, size_t i, double *row)
{
    td_column *column = &plan->columns[i];
    bool is_target = part->inputs[0] != i;
    column->shape = is_target ? TD_SHAPE_TARGET : TD_SHAPE_ACTUAL;
    if (is_target) {
        column->may_be_none = is_function(part, "relative") && column->lo <= 0;
        return;
    }
    column->target = part->inputs[1];
    column->higher_is_better = true;
    if (is_function(part, "ratio")) {
        double target = row[column->target], own = row[i];
        row[column->target] = 100;
        column->higher_is_better = !(points_at(plan, i, 50, row) > points_at(plan, i, 200, row));
        row[column->target] = target;
        row[i] = own;
    }
}

/* ---- one column ---- */

/* The part that reads the indicator as its own input, NULL: none does. */
static const td_part *first_reader(const td_rules *rules, size_t i)
{
    for (size_t p = 0; p < rules->n_parts; p++)
        for (size_t k = 0; k < rules->parts[p].n_own; k++)
            if (rules->parts[p].inputs[k] == i)
                return &rules->parts[p];
    return NULL;
}

static bool is_pair(const td_part *part, size_t i)
{
    return part != NULL && (is_function(part, "ratio") || is_function(part, "relative")) &&
           part->n_own >= 2 && (part->inputs[0] == i || part->inputs[1] == i);
}

/* One judge alone may move nothing (a median), so the range is taken as it is. */
static void shape_judge(td_column *column)
{
    column->shape = TD_SHAPE_GRADED;
    column->luck = JUDGES_LUCK;
    column->worst = column->lo + (column->hi - column->lo) / 4;
    column->best = column->hi;
}

static void plan_column(const td_plan *plan, size_t i, double *row)
{
    const td_rules *rules = plan->rules;
    td_column *column = &plan->columns[i];
    const td_part *part = first_reader(rules, i);
    double before = row[i];
    if (rules->indicators[i].computed || rules->indicators[i].kind == TD_DATE)
        return;
    column->luck = LUCK;
    set_range(plan, part, i);
    set_grid(plan, part, i);
    if (rules->indicators[i].kind == TD_FLAG)
        shape_flag(plan, part, i, row);
    else if (is_pair(part, i))
        shape_pair(plan, part, i, row);
    else if (part != NULL && is_function(part, "bands") && part->inputs[0] != i)
        column->shape = TD_SHAPE_NEUTRAL;
    else if (part != NULL && is_function(part, "external"))
        shape_judge(column);
    else if (is_either(plan, part, i, row))
        column->shape = TD_SHAPE_EITHER;
    else
        shape_number(plan, part, i, row);
    row[i] = before;
}

/* A computed indicator says what its date is graded by. */
static void plan_date(const td_plan *plan, size_t i, int year, double *row)
{
    const td_rules *rules = plan->rules;
    td_column *column = &plan->columns[i];
    double new_year = 0;
    char iso[16];
    snprintf(iso, sizeof iso, "%04d-01-01", year);
    (void)td_day_of_iso(iso, &new_year);
    *column = (td_column){.shape = TD_SHAPE_DAY,
                          .lo = new_year,
                          .hi = new_year + 364,
                          .due = new_year + 180,
                          .worst = DAYS_AROUND,
                          .luck = LUCK,
                          .computed = TD_NONE,
                          .target = TD_NONE,
                          .owner = TD_NONE};
    for (size_t k = 0; k < rules->n_indicators; k++) {
        if (!rules->indicators[k].computed || rules->indicators[k].of != i)
            continue;
        double before = row[k];
        plan->columns[k].lo = -DAYS_AROUND;
        plan->columns[k].hi = DAYS_AROUND;
        plan->columns[k].step = 1;
        grade(plan, k, row);
        row[k] = before;
        column->due = rules->indicators[k].due_day;
        column->computed = k;
        if (plan->columns[k].shape == TD_SHAPE_GRADED) {
            column->best = plan->columns[k].best;
            column->worst = plan->columns[k].worst;
        }
        plan->columns[k].shape = TD_SHAPE_NONE;
    }
}

/* ---- who may be blank ---- */

static size_t leaf_number(const td_plan *plan, size_t criterion)
{
    size_t k = 0;
    while (k + 1 < plan->n_leaves && plan->leaves[k] != criterion)
        k++;
    return k;
}

static void plan_blanks(const td_plan *plan, size_t i)
{
    const td_rules *rules = plan->rules;
    td_column *column = &plan->columns[i];
    size_t seen =
        column->shape == TD_SHAPE_DAY && column->computed != TD_NONE ? column->computed : i;
    bool fine = true, used = false, several = false;
    for (size_t k = plan->first_user[seen]; k < plan->first_user[seen + 1]; k++) {
        size_t leaf = rules->parts[plan->users[k]].criterion;
        several = several || (used && plan->leaves[column->owner] != leaf);
        column->owner = leaf_number(plan, leaf);
        fine = fine && rules->criteria[leaf].missing != TD_MISSING_ERROR;
        used = true;
    }
    if (several)
        column->owner = TD_NONE;
    column->blank_is_fine = used && (fine || !isnan(rules->indicators[i].blank));
    column->blank_is_refused = used && !column->blank_is_fine;
}

/* ---- awards that the rule set knows of ---- */

/* The usual codes: parts say by points whether they know one. */
static const char *const LADDER[] = {"co-cp", "co-tp",   "co-tinh", "co-bo", "bk-ttg",
                                     "bk-tp", "bk-tinh", "ttldxs",  "ttldtt"};
#define N_LADDER (sizeof LADDER / sizeof *LADDER)

static bool part_knows(const td_rules *rules, const char *award)
{
    for (size_t p = 0; p < rules->n_parts; p++) {
        td_held held = {1, award};
        double none = 0;
        td_scene scene = {.rules = rules,
                          .part = &rules->parts[p],
                          .n_units = 1,
                          .values = &none,
                          .leaf_decimals = rules->view.leaf_decimals,
                          .held = &held,
                          .n_held = 1};
        td_part_result result = {.outcome = TD_BLANK};
        if (!is_function(&rules->parts[p], "award-held"))
            continue;
        rules->parts[p].function->score(&scene, NULL, false, &result);
        if (result.outcome == TD_SCORED && td_fraction_value(result.points) != 0)
            return true;
    }
    return false;
}

static bool tie_knows(const td_rules *rules, const char *award)
{
    for (size_t t = 0; t < rules->n_ties; t++)
        if (rules->ties[t].kind == TD_TIE_NOT_AWARDED && strcmp(rules->ties[t].award, award) == 0)
            return true;
    return false;
}

static void plan_awards(const td_rules *rules, td_plan *plan)
{
    for (size_t a = 0; a < N_LADDER; a++)
        if (part_knows(rules, LADDER[a]) || tie_knows(rules, LADDER[a]))
            plan->awards[plan->n_awards++] = LADDER[a];
    for (size_t t = 0; t < rules->n_ties; t++)
        plan->has_votes |= rules->ties[t].kind == TD_TIE_VOTES;
}

td_status td_plan_make(const td_rules *rules, int year, td_arena *arena, td_plan *out)
{
    td_plan plan = {.rules = rules, .n = rules->n_indicators};
    plan.columns = td_arena_alloc(arena, plan.n + 1, sizeof *plan.columns);
    plan.leaves = td_arena_alloc(arena, rules->n_criteria, sizeof *plan.leaves);
    plan.awards = td_arena_alloc(arena, N_LADDER, sizeof *plan.awards);
    double *row = td_arena_alloc(arena, plan.n + 1, sizeof *row);
    if (plan.columns == NULL || plan.leaves == NULL || plan.awards == NULL || row == NULL ||
        !index_users(rules, arena, &plan))
        return TD_ENOMEM;
    for (size_t j = 0; j < rules->n_criteria; j++)
        if (rules->criteria[j].n_parts > 0)
            plan.leaves[plan.n_leaves++] = j;
    default_row(rules, row);
    for (size_t i = 0; i < plan.n; i++) {
        plan.columns[i].target = plan.columns[i].computed = plan.columns[i].owner = TD_NONE;
        plan_column(&plan, i, row);
    }
    for (size_t i = 0; i < plan.n; i++)
        if (rules->indicators[i].kind == TD_DATE)
            plan_date(&plan, i, year, row);
    for (size_t i = 0; i < plan.n; i++)
        plan_blanks(&plan, i);
    plan_awards(rules, &plan);
    *out = plan;
    return TD_OK;
}

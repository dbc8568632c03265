/*
 * The award policies that an evaluation names: the one in force is kept, and what it names
 * must exist in the rule sets and in the data.
 */
#include <stdio.h>
#include <string.h>

#include "datasets/load.h"

/* Awards of a year are decided after its end: the policy in force on 31 December counts. */
static bool in_force(const td_policy *policy, int year)
{
    char iso[32];
    double day;
    snprintf(iso, sizeof iso, "%04d-12-31", year);
    return td_day_of_iso(iso, &day) && policy->first_day <= day && day <= policy->last_day;
}

/* Keeps one of several: exactly one must be in force. */
static bool keep_policy(td_load *load, td_reader *reader, td_policy *policy, size_t n)
{
    td_policy **kept = &load->evaluation->policy;
    if (n > 1 && !in_force(policy, load->data->view.year)) {
        td_policy_free(policy);
        return true;
    }
    if (*kept != NULL) {
        td_reader_fault(reader, TD_MSG_DATA_POLICIES_OVERLAP, "policy", (*kept)->view.code,
                        policy->view.code, NULL);
        td_policy_free(policy);
        return false;
    }
    *kept = policy;
    return true;
}

bool td_load_policies(td_load *load, td_reader *reader, const td_json *json)
{
    const char *const *paths = NULL;
    size_t n = 0;
    if (td_json_member(json, "policy") == NULL)
        return true;
    if (!td_read_strings(reader, json, "policy", &paths, &n))
        return false;
    bool fine = true;
    for (size_t i = 0; i < n; i++) {
        td_policy *policy = NULL;
        td_status status = td_policy_load(td_load_path(load, paths[i]), &policy, load->errors);
        load->no_memory |= status == TD_ENOMEM;
        fine = status == TD_OK && keep_policy(load, reader, policy, n) && fine;
    }
    if (fine && load->evaluation->policy == NULL) {
        char year[16];
        snprintf(year, sizeof year, "%d", load->data->view.year);
        td_reader_fault(reader, TD_MSG_DATA_POLICY_NONE_IN_FORCE, "policy", year, NULL);
        fine = false;
    }
    return fine;
}

/* ---- what it names ---- */

static void unknown_code(td_load *load, const char *pointer, td_message message, const char *code,
                         const td_rules *rules)
{
    td_place place = {.file = load->evaluation->policy->view.path, .pointer = pointer};
    td_errors_add(load->errors, message, &place, code, rules->view.code, NULL);
}

static bool is_used(const td_load *load, const char *category)
{
    for (size_t u = 0; u < load->data->n_units; u++)
        if (load->data->units[u].category != NULL &&
            strcmp(load->data->units[u].category, category) == 0)
            return true;
    return false;
}

static void check_categories(td_load *load, const char *pointer, size_t n,
                             const char *const *categories)
{
    for (size_t i = 0; i < n; i++)
        if (load->is_block || is_used(load, categories[i]))
            return;
    td_place place = {.file = load->evaluation->policy->view.path, .pointer = pointer};
    if (n > 0)
        td_errors_add(load->errors, TD_MSG_DATA_POLICY_CATEGORY_UNKNOWN, &place, categories[0],
                      NULL);
}

static void check_criterion(td_load *load, const char *pointer, const char *code)
{
    for (size_t r = 0; code != NULL && r < load->evaluation->n_rules; r++)
        if (td_rules_find_criterion(load->evaluation->rules[r], code) == TD_NONE)
            unknown_code(load, pointer, TD_MSG_DATA_POLICY_CRITERION_UNKNOWN, code,
                         load->evaluation->rules[r]);
}

static void check_need(td_load *load, const td_requirement *need)
{
    for (size_t r = 0; need->need == TD_NEED_CLASS_AT_LEAST && r < load->evaluation->n_rules; r++)
        if (td_rules_find_class(load->evaluation->rules[r], need->code) == TD_NONE)
            unknown_code(load, need->pointer, TD_MSG_DATA_POLICY_CLASS_UNKNOWN, need->code,
                         load->evaluation->rules[r]);
    if (need->need == TD_NEED_SHARE_AT_LEAST || need->need == TD_NEED_POINTS_AT_LEAST)
        check_criterion(load, need->pointer, need->code);
    if (need->need == TD_NEED_CATEGORY)
        check_categories(load, need->pointer, need->n_categories, need->categories);
    for (size_t i = 0; i < need->n_children; i++)
        check_need(load, &need->children[i]);
}

/* Points of different rule sets say nothing about each other. */
static void check_merit(td_load *load, const td_award_rule *award, const td_merit *merit)
{
    bool compares_points = merit->kind == TD_MERIT_POINTS || merit->kind == TD_MERIT_CRITERION;
    if (merit->kind == TD_MERIT_CRITERION)
        check_criterion(load, merit->pointer, merit->code);
    bool across = award->scope != TD_WITHIN_CLUSTER;
    for (size_t i = 0; i < award->n_bounds; i++)
        across |= award->bounds[i].within != TD_WITHIN_CLUSTER;
    if (!compares_points || !across || load->evaluation->n_rules < 2)
        return;
    td_place place = {.file = load->evaluation->policy->view.path, .pointer = merit->pointer};
    td_errors_add(load->errors, TD_MSG_AWARD_MERIT_ACROSS_RULES, &place, award->code,
                  merit->kind == TD_MERIT_POINTS ? "points" : merit->code, NULL);
}

void td_check_policy(td_load *load)
{
    const td_policy *policy = load->evaluation->policy;
    for (size_t w = 0; policy != NULL && w < policy->n_awards; w++) {
        const td_award_rule *award = &policy->awards[w];
        for (size_t i = 0; i < award->n_needs; i++)
            check_need(load, &award->needs[i]);
        for (size_t i = 0; i < award->n_merits; i++)
            check_merit(load, award, &award->merits[i]);
        for (size_t i = 0; i < award->n_lower; i++)
            check_categories(load, award->lower[i].pointer, award->lower[i].n_categories,
                             award->lower[i].categories);
    }
}

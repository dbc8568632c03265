#include "apps/cli/whatif_aim.h"

#include <math.h>
#include <string.h>

#include "apps/cli/find.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

static td_status find_award(const td_whatif *w, const char *code, size_t *out, td_errors *errors)
{
    const td_policy *policy = td_evaluation_policy(w->year->evaluation);
    char codes[TD_WORDS] = "";
    for (size_t a = 0; policy != NULL && a < td_policy_get(policy).n_awards; a++) {
        const char *other = td_policy_award(policy, a).code;
        if (strcmp(other, code) == 0) {
            *out = a;
            return TD_OK;
        }
        td_text_join(codes, sizeof codes, ", ", other);
    }
    td_errors_add(errors, TD_MSG_WHATIF_AWARD_UNKNOWN, NULL, code, codes, NULL);
    return TD_EINVAL;
}

/* The question is about the cluster of the unit: another one is a slip. */
static td_status check_cluster(const td_whatif *w, size_t unit, td_errors *errors)
{
    td_unit_view view = td_evaluation_unit(w->year->evaluation, unit);
    if (w->cluster == TD_NONE || w->cluster == view.cluster)
        return TD_OK;
    td_errors_add(errors, TD_MSG_WHATIF_OTHER_CLUSTER, NULL, view.name,
                  td_evaluation_cluster(w->year->evaluation, w->cluster).name,
                  td_evaluation_cluster(w->year->evaluation, view.cluster).name, NULL);
    return TD_EINVAL;
}

td_status td_whatif_aim(const td_whatif *w, const char *unit, td_aimed *out, td_errors *errors)
{
    const td_settings *settings = w->settings;
    td_aimed aim = {.rank = (size_t)settings->whole[TD_OPT_TO], .award = TD_NONE};
    if (settings->given[TD_OPT_TO] && settings->given[TD_OPT_TO_AWARD]) {
        td_errors_add(errors, TD_MSG_WHATIF_TWO_AIMS, NULL, NULL);
        return TD_EINVAL;
    }
    td_status status = td_find_unit(w->year->evaluation, unit, &aim.unit, errors);
    if (status == TD_OK)
        status = check_cluster(w, aim.unit, errors);
    if (status == TD_OK && settings->given[TD_OPT_TO_AWARD])
        status = find_award(w, settings->text[TD_OPT_TO_AWARD], &aim.award, errors);
    if (status == TD_OK)
        *out = aim;
    return status;
}

const char *td_whatif_number(double x, char *text, size_t size)
{
    double hundredths = round(x * 100);
    int decimals = fmod(hundredths, 100) == 0 ? 0 : fmod(hundredths, 10) == 0 ? 1 : 2;
    td_points_text(hundredths / (decimals == 0   ? 100
                                 : decimals == 1 ? 10
                                                 : 1),
                   decimals, TD_MARK, 0, text, size);
    return text;
}

const char *td_whatif_award_name(const td_whatif *w, size_t award, td_lang lang)
{
    return td_name_of(td_policy_award(td_evaluation_policy(w->year->evaluation), award).name, lang);
}

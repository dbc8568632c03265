/* The settings of the generator: one table for defaults, bounds, flags and help. */
#include <string.h>

#include "datasets/generate.h"
#include "datasets/number.h"

#define OFFSET(member) offsetof(td_generate_options, member)

static const td_setting SETTINGS[] = {
    {"rules",
     TD_SETTING_TEXT,
     OFFSET(rules),
     "",
     0,
     0,
     {"bộ tiêu chí để điền số liệu; bỏ trống: sinh cả bộ tiêu chí",
      "rule set to fill; none: one is made too"}},
    {"clusters-from",
     TD_SETTING_TEXT,
     OFFSET(clusters_from),
     "",
     0,
     0,
     {"thư mục hoặc tệp CSV có sẵn cụm và đơn vị", "folder or CSV that names clusters and units"}},
    {"channels",
     TD_SETTING_TEXT,
     OFFSET(channels),
     "",
     0,
     0,
     {"các lớp điểm, từ thấp đến cao, cách nhau bằng dấu phẩy",
      "channels from the lowest up, separated by commas"}},
    {"code",
     TD_SETTING_TEXT,
     OFFSET(code),
     "",
     0,
     0,
     {"mã của kỳ đánh giá; bỏ trống: tên thư mục", "code of the evaluation; none: the folder's"}},
    {"n-units",
     TD_SETTING_COUNT,
     OFFSET(n_units),
     "60",
     1,
     100000000,
     {"số đơn vị", "number of units"}},
    {"cluster-min",
     TD_SETTING_COUNT,
     OFFSET(cluster_min),
     "2",
     1,
     1000000,
     {"số đơn vị ít nhất của một cụm", "fewest units of a cluster"}},
    {"cluster-max",
     TD_SETTING_COUNT,
     OFFSET(cluster_max),
     "30",
     1,
     1000000,
     {"số đơn vị nhiều nhất của một cụm", "most units of a cluster"}},
    {"n-criteria",
     TD_SETTING_COUNT,
     OFFSET(n_criteria),
     "20",
     1,
     2000,
     {"số tiêu chí lá khi sinh bộ tiêu chí", "leaf criteria of a rule set that is made"}},
    {"year",
     TD_SETTING_WHOLE,
     OFFSET(year),
     "0",
     0,
     9999,
     {"năm đánh giá; 0: năm đầu của bộ tiêu chí", "evaluation year; 0: first of the rule set"}},
    {"seed",
     TD_SETTING_SEED,
     OFFSET(seed),
     "1",
     0,
     18446744073709551615.0,
     {"hạt giống của số ngẫu nhiên", "seed of the random numbers"}},
    {"missing-share",
     TD_SETTING_REAL,
     OFFSET(missing_share),
     "0",
     0,
     1,
     {"tỷ lệ ô trống, chỉ ở nơi bộ tiêu chí cho phép", "blank cells, only where rules take them"}},
    {"na-share",
     TD_SETTING_REAL,
     OFFSET(na_share),
     "0.01",
     0,
     1,
     {"tỷ lệ tiêu chí không giao", "criteria not applicable to a unit"}},
    {"inflation",
     TD_SETTING_REAL,
     OFFSET(inflation),
     "0.3",
     0,
     1,
     {"mức tự chấm cao hơn thẩm định", "how far self-scores lie above the appraised ones"}},
    {"near-ties",
     TD_SETTING_REAL,
     OFFSET(near_ties),
     "0.1",
     0,
     1,
     {"tỷ lệ đơn vị gần bằng một đơn vị cùng cụm", "units nearly equal to one of their cluster"}},
    {"refuse-missing",
     TD_SETTING_REAL,
     OFFSET(refuse_missing),
     "0",
     0,
     1,
     {"tỷ lệ ô trống ở nơi không được trống (dữ liệu có lỗi)",
      "blank cells where they are refused (faulty data)"}},
};

const td_setting *td_generate_setting(size_t i)
{
    return i < sizeof SETTINGS / sizeof *SETTINGS ? &SETTINGS[i] : NULL;
}

static void put_default(td_generate_options *options, const td_setting *setting)
{
    char *member = (char *)options + setting->offset;
    td_number number = {0};
    (void)td_number_read((td_csv_cell){setting->initial, strlen(setting->initial)}, TD_MARK_POINT,
                         &number);
    switch (setting->kind) {
    case TD_SETTING_TEXT:
        break;
    case TD_SETTING_COUNT:
        *(size_t *)(void *)member = (size_t)number.value;
        break;
    case TD_SETTING_WHOLE:
        *(int *)(void *)member = (int)number.value;
        break;
    case TD_SETTING_SEED:
        *(uint64_t *)(void *)member = (uint64_t)number.value;
        break;
    case TD_SETTING_REAL:
        *(double *)(void *)member = number.value;
        break;
    }
}

td_generate_options td_generate_defaults(void)
{
    td_generate_options options;
    memset(&options, 0, sizeof options);
    for (size_t i = 0; td_generate_setting(i) != NULL; i++)
        put_default(&options, td_generate_setting(i));
    return options;
}

static double value_of(const td_generate_options *options, const td_setting *setting)
{
    const char *member = (const char *)options + setting->offset;
    switch (setting->kind) {
    case TD_SETTING_COUNT:
        return (double)*(const size_t *)(const void *)member;
    case TD_SETTING_WHOLE:
        return *(const int *)(const void *)member;
    case TD_SETTING_REAL:
        return *(const double *)(const void *)member;
    case TD_SETTING_TEXT:
    case TD_SETTING_SEED:
        break;
    }
    return setting->min;
}

td_status td_generate_check(const td_generate_options *options, td_errors *errors)
{
    td_status status = TD_OK;
    for (size_t i = 0; td_generate_setting(i) != NULL; i++) {
        const td_setting *setting = td_generate_setting(i);
        double x = value_of(options, setting);
        if (x >= setting->min && x <= setting->max)
            continue;
        char given[32], min[32], max[32];
        td_number_text(x, TD_MARK, given, sizeof given);
        td_number_text(setting->min, TD_MARK, min, sizeof min);
        td_number_text(setting->max, TD_MARK, max, sizeof max);
        td_errors_add(errors, TD_MSG_GEN_OPTION_RANGE, NULL, setting->name, given, min, max, NULL);
        status = TD_EINVAL;
    }
    if (options->cluster_min > options->cluster_max) {
        td_errors_add(errors, TD_MSG_GEN_CLUSTER_SIZES, NULL, NULL);
        status = TD_EINVAL;
    }
    return status;
}

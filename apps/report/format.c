#include "apps/report/format.h"

const td_format td_formats[TD_N_FORMATS] = {
    {"table", td_table_ranking, td_table_awards, td_table_faults, td_table_explanation,
     td_table_difference, td_table_tabulation},
    {"csv", td_csv_ranking, td_csv_awards, td_csv_faults, td_csv_explanation, td_csv_difference,
     td_csv_tabulation},
    {"json", td_json_ranking, td_json_awards, td_json_faults, td_json_explanation,
     td_json_difference, td_json_tabulation},
};

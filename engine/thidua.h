/*
 * thidua: scores, ranks and rewards the units of emulation clusters.
 *
 * The one public header, simple things first:
 *   faults                    what is wrong, where, and what would be right
 *   load                      an evaluation folder (rule sets + data), every fault found
 *   prepare                   score and normalize: points per unit and weighted item, once
 *   evaluate                  weigh, rank and class under k weight vectors (official: k = 1)
 *   award policies            awards and where they come from
 *   award                     proposals within quotas, the reasons, and checks of claims
 *   outline                   the same of a whole country in one pass, a few bytes for each unit
 *   stream                    one wide CSV of any size, a few clusters at a time
 *   explain                   every figure of one unit
 *   views                     names, clusters, units and criteria behind the indices
 *   what-if                   the same year
 *     scenarios               with other maxima, rules or values
 *     weights from a file     under each of many weight vectors
 *     comparing two results   who moves, who gains or loses an award
 *     methods                 ranked by other methods
 *     sample                  under random weights and errors: how likely ranks and awards are
 *     exact acceptability     the same of ranks as fractions, for up to three items
 *     importance              what every weighted item really decides
 *     sweep                   one weight from nothing to everything
 *     flip                    the smallest change of weights for a rank or an award
 *     reach                   what a unit would have to do better for one
 *   generate                  an evaluation folder with invented values
 *
 * Points are whole numbers of quanta (10^-decimals of a point) carried in doubles, so
 * sums are exact and a tie is a real tie. Functions that can fail return a td_status and
 * leave their outputs untouched on failure. The library never prints, exits, reads the
 * environment or keeps mutable globals. All strings are UTF-8, borrowed from the object
 * that they come from, and live as long as it does.
 */
#ifndef THIDUA_H
#define THIDUA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TD_VERSION "0.1.0"

/* Index that stands for "none": no class, no parent, no criterion. */
#define TD_NONE SIZE_MAX

/* ---- faults ----------------------------------------------------------------------- */

typedef enum td_status {
    TD_OK = 0,
    TD_EINVAL,       /* an argument or an option is wrong */
    TD_EIO,          /* a file cannot be read or written */
    TD_ERULES,       /* a rule set has errors */
    TD_EDATA,        /* the data have errors */
    TD_EWEIGHT,      /* a weight is negative, off the 2^-20 grid, or too large */
    TD_EINFEASIBLE,  /* lower bounds that no choice of units can meet */
    TD_EINTERRUPTED, /* the caller asked to stop, or the time limit passed */
    TD_ENOMEM,       /* out of memory */
    TD_EINTERNAL,    /* a bug: please report it */
} td_status;

typedef enum td_lang { TD_VI, TD_EN } td_lang;

typedef enum td_severity { TD_WARNING, TD_ERROR } td_severity;

/*
 * Where a fault is. Rows and columns count from 1 as a spreadsheet shows them, 0 when
 * they do not apply; field is the name of the column; pointer is a JSON pointer.
 * Absent strings are NULL.
 */
typedef struct td_place {
    const char *file;
    size_t row, column;
    const char *field;
    const char *pointer;
} td_place;

/* A list of faults in the order found. Faults are data: code, place, texts. */
typedef struct td_errors td_errors;

typedef struct td_fault {
    td_severity severity;
    td_status status; /* the family: TD_EIO, TD_ERULES, TD_EDATA, TD_EINVAL ... */
    const char *code; /* stable name, such as "data-points-above-max" */
    td_place place;
} td_fault;

/* NULL when out of memory. Freed by td_errors_free(), which takes NULL. */
td_errors *td_errors_new(void);
void td_errors_free(td_errors *errors);

size_t td_errors_size(const td_errors *errors);
size_t td_errors_count(const td_errors *errors, td_severity severity);

/* The i-th fault, i < td_errors_size(). Strings are borrowed from errors. */
td_fault td_errors_view(const td_errors *errors, size_t i);

/* The first status among the faults of severity TD_ERROR; TD_OK when there is none. */
td_status td_errors_status(const td_errors *errors);

/*
 * What is wrong, and what would be right, in one language. Writes at most size bytes
 * with the final zero, returns the length of the whole text like snprintf. `fix` may
 * come out empty.
 */
size_t td_errors_what(const td_errors *errors, size_t i, td_lang lang, char *text, size_t size);
size_t td_errors_fix(const td_errors *errors, size_t i, td_lang lang, char *text, size_t size);

/* ---- load ------------------------------------------------------------------------- */

typedef struct td_rules td_rules;           /* one rule set, immutable */
typedef struct td_evaluation td_evaluation; /* rule sets + data of one year, immutable */

/*
 * Reads and lints one rule set. Every fault is found, not only the first; warnings do
 * not fail. Returns TD_OK, TD_EIO, TD_ERULES or TD_ENOMEM. *out is freed by
 * td_rules_free(), which takes NULL. `errors` must not be NULL.
 * td_rules_parse() reads from memory; `name` stands for the file in faults.
 */
td_status td_rules_load(const char *path, td_rules **out, td_errors *errors);
td_status td_rules_parse(const char *text, size_t size, const char *name, td_rules **out,
                         td_errors *errors);
void td_rules_free(td_rules *rules);

typedef struct td_load_options {
    const char *rules;   /* rule set for a single wide CSV; a folder names its own */
    const char *policy;  /* award policy for a single wide CSV, likewise; NULL: no awards */
    int year;            /* year for a wide CSV; 0: the year of the rule set's valid.from */
    bool no_data_checks; /* read as far as possible, do not validate values (for tools) */
    const char *instead_of_rules; /* path of a rule set that scores every cluster, in place of those
                                     of the folder; columns and rows that it does not know are left
                                     aside, indicators that it needs and no file has are faults.
                                     td_evaluation_get() says so as a scenario. NULL: none */
    int threads;                  /* 0: OpenMP's default. Results do not depend on it */
} td_load_options;

/*
 * Loads an evaluation folder, or one wide CSV ("-": standard input) with options->rules.
 * options may be NULL. Returns TD_OK, TD_EINVAL, TD_EIO, TD_ERULES, TD_EDATA or
 * TD_ENOMEM; every fault of rules and data is in errors. *out is freed by
 * td_evaluation_free(), which takes NULL. Time and memory O(cells).
 */
td_status td_evaluation_load(const char *path, const td_load_options *options, td_evaluation **out,
                             td_errors *errors);
void td_evaluation_free(td_evaluation *evaluation);

/*
 * SHA-256 of a file as stored, 64 hex digits: the hash that views of rule sets and policies have.
 * TD_OK, or TD_EIO with a fault (errors may be NULL). Time O(bytes), memory O(1).
 */
td_status td_file_hash(const char *path, char out[65], td_errors *errors);

/* ---- prepare ---------------------------------------------------------------------- */

typedef struct td_options {
    int threads;  /* 0: OpenMP's default. Results do not depend on it */
    size_t level; /* td_prepare: depth of the weighted items; 0 and 1: the top criteria. A leaf less
                     deep is an item by itself */
} td_options;

/* Threads to use for n_items pieces of work: options (NULL or 0: OpenMP's default), at most
   n_items, at least 1. */
int td_threads(const td_options *options, size_t n_items);

/* Points per unit and weighted item, assigned maxima, deductions; immutable. */
typedef struct td_prepared td_prepared;

/*
 * Scores every leaf, normalizes, sums up to the weighted items. `evaluation` must outlive
 * the result. options may be NULL. Faults: findings only (spread of external scores,
 * means of negative values). Returns TD_OK, TD_EDATA when a value leaves the exact range,
 * TD_EINVAL when a criterion above the level of options makes more of its children than their sum
 * (clamp, mean, normalization, rounding of groups, redistribution), or TD_ENOMEM. Freed by
 * td_prepared_free(), which takes NULL.
 * Time O(units * criteria), parallel over clusters; the same bits for any threads.
 */
td_status td_prepare(const td_evaluation *evaluation, const td_options *options, td_prepared **out,
                     td_errors *errors);
void td_prepared_free(td_prepared *prepared);

/* ---- evaluate --------------------------------------------------------------------- */

typedef enum td_state {
    TD_RANKED,
    TD_DEFERRED, /* ranked provisionally; a gate defers the decision (chưa xét) */
    TD_UNRANKED, /* no rank: a gate, a missing value, or nothing assigned (không xếp loại) */
} td_state;

typedef enum td_why_unranked {
    TD_WHY_NONE,
    TD_WHY_GATE,    /* gate tells which */
    TD_WHY_MISSING, /* criterion tells where a value is missing */
    TD_WHY_NOTHING_ASSIGNED,
} td_why_unranked;

/*
 * Where one unit stands under one weight vector. Points are in quanta of the rule set
 * (times the weights): points = quanta / 10^decimals.
 */
typedef struct td_standing {
    double total_q;     /* after gates; what is printed and ranked */
    double assigned_q;  /* the maximum assigned to the unit */
    double before_q;    /* before the deductions of gates */
    double deduction_q; /* deductions of leaves and gates, in quanta of 10^-leaf_decimals */
    double bonus_q;     /* bonuses of leaves, likewise */
    double score_q;     /* under another method (td_rules_method): what the unit is ranked by, 0 to
                           100 but for bonuses and deductions, in quanta of
                           10^-TD_SCORE_DECIMALS; else NaN, as when unranked */
    double rank;        /* 1 = best in the cluster; 0 when unranked; x.5 in fractional ranks */
    size_t n_tied;      /* units that share this rank, itself included; 0 when unranked */
    size_t n_ranked;    /* units ranked in its cluster */
    size_t key;         /* what separates it from the unit above: 0 the class (class first), 1 the
                           ranking basis, 2.. the tie keys; TD_NONE for the first and the tied */
    size_t class_index; /* into the rule set's classes, TD_NONE for none */
    size_t gate;        /* the gate that set the state, TD_NONE for none */
    size_t criterion;   /* with TD_WHY_MISSING, the leaf */
    td_state state;
    td_why_unranked why;
} td_standing;

typedef struct td_results {
    size_t k, n_units;
    td_standing *standing; /* [k * n_units], vector by vector, units in the order of views */
} td_results;

/*
 * Weighs, ranks and classes every unit under k weight vectors.
 *
 * weights  k x m multipliers, row-major, m = td_items(prepared); each >= 0, < 1024 and a
 *          multiple of 2^-20. NULL with k = 1 means the official weights. Borrowed.
 * out      filled; released by td_results_release(), also when zero-initialized.
 *
 * Returns TD_OK, TD_EINVAL (k == 0, or NULL weights with k > 1), TD_EWEIGHT (errors name
 * row and item), TD_EDATA (totals would leave the exact range) or TD_ENOMEM.
 * The same bits for any number of threads. Time O(k n (m + log n_c)).
 */
td_status td_evaluate(const td_prepared *prepared, size_t k, const double *weights,
                      const td_options *options, td_results *out, td_errors *errors);
void td_results_release(td_results *results);

/* Weighted items of every rule set, one rule set after another: the top criteria, or those of the
   level that was asked for. */
size_t td_items(const td_prepared *prepared);

typedef struct td_item_view {
    size_t rules, criterion;
    double max_q;  /* maximum in quanta of the leaf grid; NaN under a root that is a mean */
    double weight; /* what it weighs officially: its maximum, or its weight in the mean */
    double sum;    /* of the weights of the rule set's items */
    double share;  /* weight / sum; 0: it cannot be weighed (a group of bonuses or penalties) */
} td_item_view;

/* item < td_items(prepared). Time O(items). */
td_item_view td_item_get(const td_prepared *prepared, size_t item);

/* ---- award policies --------------------------------------------------------------- */

typedef enum td_scope { TD_WITHIN_CLUSTER, TD_WITHIN_GROUP, TD_WITHIN_ALL } td_scope;

typedef struct td_policy td_policy; /* awards, their conditions and quotas; immutable */

typedef struct td_policy_view {
    const char *code, *name[2], *issuer, *path, *status, *valid_from, *valid_to;
    const char *hash; /* SHA-256 of the file, 64 hex digits */
    size_t n_citations, n_unverified, n_notes, n_awards;
    const char *const *citations, *const *unverified, *const *notes;
} td_policy_view;

typedef struct td_award_view {
    const char *code, *name[2];
    const char *authority, *citation, *note, *unverified; /* NULL when absent */
    bool given;     /* decided elsewhere, read from history.csv */
    td_scope scope; /* of the order of merit and the reserve list */
} td_award_view;

/* As td_rules_load() and td_rules_parse(). Freed by td_policy_free(), which takes NULL. */
td_status td_policy_load(const char *path, td_policy **out, td_errors *errors);
td_status td_policy_parse(const char *text, size_t size, const char *name, td_policy **out,
                          td_errors *errors);
void td_policy_free(td_policy *policy);
td_policy_view td_policy_get(const td_policy *policy);
td_award_view td_policy_award(const td_policy *policy, size_t award);

/* ---- award ------------------------------------------------------------------------ */

typedef enum td_award_state {
    TD_PROPOSED,
    TD_TIED_AT_CUT, /* more equals than seats: the council decides */
    TD_RESERVE,     /* outside the quota, on the reserve list */
    TD_OUTSIDE_QUOTA,
    TD_EXCLUDED,       /* proposed for another award that excludes this one */
    TD_STRUCK,         /* removed by the council after scoring */
    TD_BARRED,         /* by a gate of the rule set */
    TD_AWARD_DEFERRED, /* by a gate of the rule set (chưa xét) */
    TD_NOT_ELIGIBLE,   /* a condition does not hold */
    TD_AWARD_UNRANKED,
    TD_GIVEN, /* decided elsewhere and on record for this year */
    TD_NOT_GIVEN,
    TD_N_AWARD_STATES
} td_award_state;

/* What one award decides for one unit. */
typedef struct td_decision {
    td_award_state state;
    size_t place;     /* in the order of merit of the award's scope, equals share it; 0: no
                          candidate */
    size_t region;    /* of the scope: cluster, group, or 0 */
    size_t quota;     /* TIED, RESERVE, OUTSIDE: the bound that closed; TD_NONE for the others */
    size_t condition; /* NOT_ELIGIBLE: the first condition that fails */
    size_t by_award;  /* EXCLUDED: the award that it holds */
    size_t gate;      /* BARRED, DEFERRED */
    size_t reserve;   /* RESERVE: place on the list, from 1 */
    size_t strike;    /* STRUCK: index of the strike */
} td_decision;

/* One bound in one place: how many, out of what, and what is left. */
typedef struct td_quota {
    size_t award; /* TD_NONE: over several awards */
    td_scope within;
    size_t where; /* cluster, group, or 0 */
    bool is_share;
    bool is_distributed; /* seats of a total shared out over the clusters */
    size_t denominator;  /* of a share */
    size_t limit;        /* TD_NONE: the bound does not hold here */
    size_t used;         /* proposed */
    size_t open;         /* seats kept open for the council */
    size_t over;         /* proposed beyond the limit, where ties are included */
    const void *bound;   /* private */
} td_quota;

typedef struct td_awards {
    size_t n_awards, n_units;
    td_decision *decision; /* [n_awards * n_units], award by award, units as in views */
    size_t n_quotas;
    td_quota *quotas; /* award by award, then those over several awards */
    void *memory;     /* private */
} td_awards;

typedef struct td_strike {
    size_t unit;
    const char *reason;
} td_strike;

typedef struct td_award_options {
    size_t n_strikes;
    const td_strike *strikes;      /* units that the council removed */
    double time_limit_s;           /* for lower bounds; 0: 60 */
    const volatile int *cancelled; /* polled while solving; NULL: never */
    int threads;                   /* 0: OpenMP's default. Results do not depend on it */
} td_award_options;

/*
 * Proposes awards by the policy of the evaluation under the official weights (results: k = 1).
 * options may be NULL. out is released by td_awards_release(). Without a policy out is empty.
 * Returns TD_OK; TD_EINVAL; TD_EDATA when a condition names what the rule set does not have;
 * TD_EINFEASIBLE when lower bounds conflict (errors name a smallest set of them);
 * TD_EINTERRUPTED; TD_ENOMEM.
 * Independent of the order of the input. Time O(n log n) per award; lower bounds solve
 * an integer programme for every group of equals.
 */
td_status td_award(const td_prepared *prepared, const td_results *results,
                   const td_award_options *options, td_awards *out, td_errors *errors);
void td_awards_release(td_awards *awards);

/*
 * The worked line of a bound, such as "floor(0.2 x 12 leaders) = 2", in words where it comes to
 * nothing. Like snprintf. Name of the place: the cluster's, the group's, or "".
 */
size_t td_quota_text(const td_evaluation *evaluation, const td_quota *quota, td_lang lang,
                     char *text, size_t size);
const char *td_quota_place(const td_evaluation *evaluation, const td_quota *quota);

/* One condition of one award, with the unit's figure beside what is asked. */
typedef struct td_condition_line {
    size_t depth; /* conditions inside any, all, not are deeper */
    bool holds;
    const char *text[2]; /* "tỷ lệ điểm 86,44 %, cần từ 90 %" */
} td_condition_line;

typedef struct td_award_explanation {
    size_t unit, award;
    size_t n_lines;
    td_condition_line *lines;
    const char *why[2];    /* the decision in a sentence */
    const char *change[2]; /* what would have to be different to be proposed; "" when proposed */
    void *memory;          /* private */
} td_award_explanation;

/* Explains one award for one unit. Released by td_award_explanation_release(). */
td_status td_award_explain(const td_prepared *prepared, const td_results *results,
                           const td_award_options *options, const td_awards *awards, size_t award,
                           size_t unit, td_award_explanation *out);
void td_award_explanation_release(td_award_explanation *explanation);

/*
 * What orders the candidates of one award: n_keys fractions each, the larger is better, first key
 * first. Of units that are no candidates all are 0 / 0.
 */
typedef struct td_merits {
    size_t n_keys, n_units;
    double *numerator, *denominator; /* [n_units * n_keys] */
} td_merits;

/* Released by td_merits_release(). TD_OK, TD_EINVAL or TD_ENOMEM. */
td_status td_award_merits(const td_prepared *prepared, const td_results *results,
                          const td_awards *awards, size_t award, td_merits *out);
void td_merits_release(td_merits *merits);

/* What a key compares, in words; NULL past the last. */
const char *td_award_merit_name(const td_policy *policy, size_t award, size_t key, td_lang lang);

/* "proposed", "tied", "reserve", "outside", "excluded", "struck", "barred", "deferred",
   "not-eligible", "unranked", "given", "not-given". */
const char *td_award_state_code(td_award_state state);

/* Name of the cluster or group in which an award orders its candidates, "" for all. */
const char *td_award_region(const td_evaluation *evaluation, size_t award, size_t region);

/* JSON pointer of a bound in its policy (of the award, for a total shared out). */
const char *td_quota_pointer(const td_evaluation *evaluation, const td_quota *quota);

/* What somebody claims that one award decides for one unit. */
typedef struct td_award_claim {
    td_award_state state;
    size_t quota; /* the bound that closed, into td_awards.quotas; TD_NONE for none */
} td_award_claim;

/* Fills in where a claim was read; the strings need not outlive the next call. */
typedef void td_claim_finder(const void *context, size_t award, size_t unit, td_place *place);

typedef struct td_award_claims {
    size_t n_awards, n_units;
    const td_award_claim *claim; /* [n_awards * n_units], as the decisions of td_awards */
    const size_t *open;          /* [n_open] seats kept open at each quota; looked at for awards
                                    with lower bounds, where they do not follow from the claims */
    size_t n_open;
    td_claim_finder *find; /* NULL: faults have no place */
    const void *context;
} td_award_claims;

/*
 * Checks claims against the inputs, choosing nobody: conditions, gates and exclusions of every
 * unit; limits and denominators; that no bound is overstepped; and that the choice is the best
 * one. Under upper bounds alone: whoever is left out stands under a bound without seats, all of
 * which went to more merit (or stay open for ties with more merit), and whoever is tied stands
 * under one with fewer seats than equals. With lower bounds: the bounds are met, and nobody
 * left out could be added or take the place of one with less merit; that is necessary, not
 * sufficient, and n_by_exchange counts the awards of which no more was shown (it may be NULL);
 * seats kept open are then taken as claimed, within what the tied and the bounds allow.
 *
 * *out holds decisions and quotas with all figures that follow from the claims, released by
 * td_awards_release(). Returns TD_OK; TD_EINVAL (sizes); TD_EDATA with a fault for each wrong
 * claim of the first award that has one, at most TD_MAX_REFUSED; TD_ENOMEM.
 * Time O(n log n) per award, with lower bounds O(left out * proposed).
 */
#define TD_MAX_REFUSED 20
td_status td_award_verify(const td_prepared *prepared, const td_results *results,
                          const td_award_options *options, const td_award_claims *claims,
                          td_awards *out, size_t *n_by_exchange, td_errors *errors);

/* ---- outline ---------------------------------------------------------------------- */

/*
 * What becomes of every unit, and nothing else: one pass over the values scores, weighs, ranks
 * and awards one cluster after another and keeps no points of criteria. For populations too
 * large for td_standing and td_decision; the figures are the same to the last bit.
 */
typedef struct td_outline {
    size_t n_units, n_awards;
    double *total_q;      /* [n_units] as td_standing; NaN: none */
    double *assigned_q;   /* [n_units]; NULL unless with_assigned */
    float *rank;          /* [n_units] 0: unranked; x.5 in fractional ranks */
    uint8_t *state;       /* [n_units] td_state */
    uint8_t *class_index; /* [n_units] TD_OUTLINE_NONE: no class */
    uint8_t *award_state; /* [n_awards * n_units] td_award_state, award by award */
    bool with_assigned;   /* set by the caller: rankings by share want it */
    size_t capacity;      /* private: bytes of memory */
    void *memory;         /* private */
} td_outline;

#define TD_OUTLINE_NONE 255

/*
 * Evaluates under the official weights and proposes awards (none without a policy).
 *
 * out  zero-initialized, or of an earlier call, whose memory is used again where it is large
 *      enough; released by td_outline_release().
 *
 * Faults and findings are those of td_prepare(), td_evaluate() and td_award(), and so are the
 * errors: TD_EDATA, TD_EINFEASIBLE, TD_EINTERRUPTED, TD_ENOMEM; out is then not valid. The same
 * bytes for any number of threads. Memory 14 bytes per unit, 8 more with_assigned, one per award;
 * rule sets that look at all units at once (normalization over all, quotas over several clusters)
 * also take what the three stages take. Time O(units * criteria).
 */
td_status td_outline_run(const td_evaluation *evaluation, const td_options *options,
                         td_outline *out, td_errors *errors);
void td_outline_release(td_outline *outline);

/* ---- stream ----------------------------------------------------------------------- */

/*
 * One wide CSV of any size, or a pipe: blocks of whole clusters are read, checked, scored, ranked
 * and awarded side by side, and their results handed over in the order of the file. The rows of a
 * cluster have to be adjacent. Memory: a few blocks for every thread, the largest cluster, and 32
 * to 64 bytes for every unit, which tell what comes twice.
 */
typedef struct td_stream td_stream;

typedef struct td_stream_options {
    const char *rules;   /* path of the rule set */
    const char *policy;  /* path of the award policy; NULL: no awards */
    int year;            /* as in td_load_options */
    char decimal_mark;   /* ',' or '.'; 0: what the numbers of the first 4 MiB prove */
    const char *scratch; /* a folder for a temporary file, in which the rows of each cluster are put
                            together first, as large as the file; NULL: they are adjacent */
    int threads;         /* 0: OpenMP's default. Results do not depend on it */
    size_t block_bytes;  /* about how much is read at a time; 0: a good size. Neither on this */
} td_stream_options;

/* How far a stream is, and what came of it. */
typedef struct td_stream_tally {
    uint64_t bytes, total_bytes;        /* read; of the file, 0: not known */
    size_t n_rows, n_units, n_clusters; /* rows that were read; units and clusters with results */
    size_t n_ranked, n_unranked;
    size_t n_ties;     /* clusters whose first place is shared */
    size_t n_proposed; /* units and awards */
    size_t n_failed;   /* clusters without results, for faults in their rows */
    size_t
        n_unscored; /* findings and faults of scoring: a later run that goes on does not see them */
} td_stream_tally;

/* Bytes that grow: realloc(text), then size of capacity are used. */
typedef struct td_buffer {
    char *text;
    size_t size, capacity;
} td_buffer;

/* Where results go. Statuses other than TD_OK end the run and are returned. */
typedef struct td_stream_sink {
    void *context;
    /* Turns the results of a block into bytes, appended to out; several threads at a time. Units
       and clusters are those of the block, in the order of the file. */
    td_status (*format)(void *context, const td_evaluation *block, const td_outline *results,
                        td_buffer *out);
    /* Takes the bytes of the next block, one thread at a time. */
    td_status (*write)(void *context, const char *text, size_t size, const td_stream_tally *so_far);
    const volatile int *cancelled; /* polled between blocks; NULL: never */
    uint64_t
        done_bytes; /* 0, or td_stream_tally.bytes that an earlier run over the same file with the
                            same options had come to: up to there rows are checked, and nothing is
                            handed over */
} td_stream_sink;

/*
 * Opens a file ("-": standard input), reads its header, loads rule set and policy. Faults: as
 * td_evaluation_load() has them, and what cannot be told block by block (TD_EINVAL): normalization
 * over all units, quotas over several clusters, lower bounds, history. *out is freed by
 * td_stream_free().
 */
td_status td_stream_open(const char *path, const td_stream_options *options, td_stream **out,
                         td_errors *errors);
void td_stream_free(td_stream *stream);

/* Its rule set, policy, code and year; no units. Lives as long as the stream. */
const td_evaluation *td_stream_evaluation(const td_stream *stream);

/*
 * Runs it, once. Faults are those of loading the file whole, in the order of the file. A cluster
 * with a fault in one of its rows, or next to a row of which it is not known whose it is, has no
 * results; the others do, and the status is TD_OK: n_failed tells. What ends the run, TD_EDATA:
 * bytes that are no text, quotation marks that do not close, a cluster that comes back behind
 * another one. Also TD_EIO, TD_EINTERRUPTED, TD_ENOMEM, TD_EINTERNAL. tally is zero-initialized,
 * or with done_bytes what the earlier run had come to; filled in any case.
 */
td_status td_stream_run(td_stream *stream, const td_stream_sink *sink, td_stream_tally *tally,
                        td_errors *errors);

/* ---- explain ---------------------------------------------------------------------- */

typedef enum td_line_kind {
    TD_LINE_GROUP,  /* an inner criterion: its points, after its own adjustments */
    TD_LINE_LEAF,   /* a leaf: its points */
    TD_LINE_PART,   /* one part of the leaf above */
    TD_LINE_INPUT,  /* one indicator of the part or leaf above, with its channels */
    TD_LINE_ADJUST, /* a cap, clamp, redistribution, normalization or rounding of the criterion
                       above: what it adds to (or takes from) the sum of the lines before */
    TD_LINE_GATE,   /* a gate that holds */
    TD_LINE_TOTAL,
} td_line_kind;

#define TD_MAX_CHANNELS 8

/*
 * One line. For the lines of kind LEAF, ADJUST of inner criteria and GATE, the column
 * `step_q` adds up to the total exactly; running_q is the sum so far.
 */
typedef struct td_line {
    td_line_kind kind;
    size_t criterion; /* index into the rule set, TD_NONE for gates and the total */
    size_t depth;     /* 0 for the top criteria */
    bool additive;    /* step_q and running_q hold */
    bool counted;     /* a part that an exclusive group or a condition left out: false */
    double max_q;     /* assigned maximum of the criterion; NaN when it has none */
    double points_q;  /* of the criterion, part, adjustment, gate or total; NaN when missing */
    double step_q, running_q;
    const char *label;  /* indicator, part code, gate code; NULL elsewhere */
    const char *why[2]; /* the sentence, by td_lang: what counted and why; never NULL */
    size_t n_channels;  /* INPUT: channels of the rule set, in order of precedence */
    double by_channel[TD_MAX_CHANNELS]; /* INPUT: value per channel, NaN when blank */
    size_t source;                      /* INPUT: the channel that counted, TD_NONE when blank */
    double value;                       /* INPUT: the value that counted, NaN when missing */
} td_line;

typedef struct td_explanation {
    size_t unit, n_lines;
    td_line *lines;
    const char *rank_why[2]; /* rank, distance to the rank above, the key that decided */
    double above_q;          /* total of the unit just above less its own; NaN for the first,
                                and where another method ranks */
    void *memory;            /* private */
} td_explanation;

/*
 * Explains one unit under the official weights. `results` comes from td_evaluate() with k = 1.
 * out is released by td_explanation_release(). Returns TD_OK, TD_EINVAL or TD_ENOMEM.
 * Time O(cluster * criteria).
 */
td_status td_explain(const td_prepared *prepared, const td_results *results, size_t unit,
                     td_explanation *out, td_errors *errors);
void td_explanation_release(td_explanation *explanation);

/* Points of every criterion for every unit of one cluster (for reports). */
typedef struct td_detail {
    size_t n_units, n_criteria; /* of the cluster, of its rule set */
    double *points_q;           /* [n_units * n_criteria], NaN when missing or N/A */
    double *assigned_q;         /* likewise, 0 when N/A */
    double *deduction_q, *bonus_q;
} td_detail;

td_status td_detail_cluster(const td_prepared *prepared, size_t cluster, td_detail *out,
                            td_errors *errors);
void td_detail_release(td_detail *detail);

/* ---- views ------------------------------------------------------------------------ */

typedef struct td_evaluation_view {
    const char *code, *name[2]; /* name by td_lang */
    int year;
    size_t n_rules, n_clusters, n_units;
    const char *generated[2]; /* the note of a generated data set, NULL when scores are real */
    bool has_seed;
    uint64_t seed;
    size_t n_notes;
    const char *const *notes;
    const char *data_hash;   /* SHA-256 over the data files, 64 hex digits */
    const char *scenario[2]; /* what td_evaluation_vary() changed, a sentence; NULL officially */
} td_evaluation_view;

typedef struct td_unit_view {
    const char *id, *name, *category; /* category NULL when not given */
    size_t cluster;
} td_unit_view;

typedef struct td_cluster_view {
    const char *id, *name;
    size_t first_unit, n_units; /* its units are adjacent */
    size_t rules;               /* index of its rule set */
} td_cluster_view;

typedef enum td_rank_basis { TD_BY_POINTS, TD_BY_SHARE, TD_BY_ROUNDED_SHARE } td_rank_basis;

typedef struct td_rules_view {
    const char *code, *name[2], *issuer, *path;
    const char *status;                /* "in-force", "draft", "excerpt", "illustration" */
    const char *valid_from, *valid_to; /* ISO dates; valid_to NULL when open */
    const char *hash;                  /* SHA-256 of the file, 64 hex digits */
    size_t n_citations, n_unverified, n_notes;
    const char *const *citations, *const *unverified, *const *notes;
    int decimals;      /* of totals and printed points */
    int leaf_decimals; /* grid of leaves: 1 quantum = 10^-leaf_decimals in td_detail, td_line */
    int share_decimals;
    double scale; /* points of the whole table */
    td_rank_basis rank_by;
    bool rank_class_first;
    size_t n_criteria, n_items, n_classes, n_gates, n_ties, n_channels, n_indicators;
    size_t first_item; /* of this rule set among td_items() when these are the top criteria */
} td_rules_view;

typedef struct td_criterion_view {
    const char *code, *name[2], *verifier, *note;
    size_t parent, depth; /* parent TD_NONE for the top criteria */
    size_t n_children;    /* 0 for a leaf */
    double max;           /* standard points; NaN when it has none */
} td_criterion_view;

td_evaluation_view td_evaluation_get(const td_evaluation *evaluation);
/* The award policy, NULL when the evaluation names none. */
const td_policy *td_evaluation_policy(const td_evaluation *evaluation);
td_unit_view td_evaluation_unit(const td_evaluation *evaluation, size_t unit);
/* Its id alone, and how many bytes that has: for results with a line per unit. */
const char *td_evaluation_unit_id(const td_evaluation *evaluation, size_t unit, size_t *length);
td_cluster_view td_evaluation_cluster(const td_evaluation *evaluation, size_t cluster);
const td_rules *td_evaluation_rules(const td_evaluation *evaluation, size_t rules);

/* The unit or cluster with this id (or, when none has, this name); TD_NONE if none or several. */
size_t td_evaluation_find_unit(const td_evaluation *evaluation, const char *id_or_name);
size_t td_evaluation_find_cluster(const td_evaluation *evaluation, const char *id_or_name);

td_rules_view td_rules_get(const td_rules *rules);
/* Criteria in the order of the file, parents before children; j < n_criteria. */
td_criterion_view td_rules_criterion(const td_rules *rules, size_t j);
/* Code and name of the i-th class, gate, tie key, channel, indicator. */
const char *td_rules_class_code(const td_rules *rules, size_t i);
const char *td_rules_class_name(const td_rules *rules, size_t i, td_lang lang);
const char *td_rules_gate_code(const td_rules *rules, size_t i);
const char *td_rules_gate_reason(const td_rules *rules, size_t i, td_lang lang);
const char *td_rules_tie_text(const td_rules *rules, size_t i, td_lang lang);
const char *td_rules_channel(const td_rules *rules, size_t i);
const char *td_rules_indicator(const td_rules *rules, size_t i);
/* Names of the scoring functions, for documentation and completion; NULL past the end. */
const char *td_function_name(size_t i);

/*
 * Writes quanta as a decimal ("87.25"), exactly `decimals` digits after the mark ('.' or ',').
 * Grouping 0 or a byte such as '.'. Halves away from zero if quanta are not whole.
 * Returns the length like snprintf.
 */
size_t td_points_text(double quanta, int decimals, char mark, char group, char *text, size_t size);
/* points / assigned in percent, rounded half away from zero on the exact fraction. */
size_t td_share_text(double points_q, double assigned_q, int decimals, char mark, char *text,
                     size_t size);
/* A number as short as it can be written so that reading gives the same double. */
size_t td_number_text(double x, char mark, char *text, size_t size);

/* ---- what-if: scenarios ----------------------------------------------------------- */

typedef enum td_change_kind {
    TD_CHANGE_SET,  /* code: a criterion; its maximum becomes `number` points. Where the parent is
                            a mean: its weight there becomes `number` */
    TD_CHANGE_CAP,  /* code: a criterion; it gives at most `number` points */
    TD_CHANGE_DROP, /* code: a criterion; it leaves the table, for every unit */
    TD_CHANGE_NA_POLICY, /* text: "exclude", "full", "zero", "redistribute", for all leaves */
    TD_CHANGE_VALUE,     /* unit (id or name), code: an indicator; its value becomes `text` */
    TD_CHANGE_METHOD,    /* text: a td_method_name() that ranks units instead of the official way */
    TD_N_CHANGES
} td_change_kind;

typedef struct td_change {
    td_change_kind kind;
    const char *code, *unit, *text;
    double number;
    td_place place; /* where it was written, for faults; zero: nowhere */
} td_change;

/* What would be different. The order of the changes does not matter. */
typedef struct td_scenario {
    const char *code, *name[2]; /* may be NULL */
    size_t n_changes;
    const td_change *changes;
    const char *rule_set; /* that the base is to be loaded with (a path), NULL: its own */
} td_scenario;

/* Scenarios that were written down somewhere; owns them. */
typedef struct td_scenarios td_scenarios;

/* One scenario without changes; NULL when out of memory. td_scenarios_free() takes NULL. */
td_scenarios *td_scenarios_new(void);
void td_scenarios_free(td_scenarios *scenarios);

/*
 * Adds a change to the last scenario, as it is written on a command line: "I=500" (SET, CAP), "I"
 * (DROP), "X:IND=12,5" (VALUE), a word (NA_POLICY, METHOD). option is the name for faults.
 * TD_OK; TD_EINVAL with a fault; TD_ENOMEM.
 */
td_status td_scenarios_add(td_scenarios *scenarios, td_change_kind kind, const char *text,
                           const char *option, td_errors *errors);

/*
 * Reads a file of scenarios ("thidua": "scenarios/1"; engine/README.md). Every fault is found, with
 * its JSON pointer. Returns TD_OK, TD_EIO, TD_EDATA or TD_ENOMEM. Paths of rule sets are relative
 * to the file's folder. td_scenarios_parse() reads from memory.
 */
td_status td_scenarios_load(const char *path, td_scenarios **out, td_errors *errors);
td_status td_scenarios_parse(const char *text, size_t size, const char *name, td_scenarios **out,
                             td_errors *errors);

size_t td_scenarios_size(const td_scenarios *scenarios);
/* i < size; borrowed. */
td_scenario td_scenarios_get(const td_scenarios *scenarios, size_t i);

/*
 * A changed copy of an evaluation, to be prepared, evaluated, awarded and explained like any
 * other. A criterion code stands for the criterion of every rule set that has it.
 *
 * SET on a maximum: the criterion is scored as officially, everything inside included; then its
 * points, assigned maximum, bonus, deduction are multiplied by new / old as an exact fraction and
 * rounded once, half away from zero, to the leaf grid; CAP comes after it. The maxima of
 * the nodes above move along, their clamps and floors in proportion. Gates, bounds of classes
 * and policies stay as written. VALUE is checked as loaded data are. engine/README.md has the
 * exact meaning.
 *
 * base      not itself a scenario; must outlive *out, which shares with it whatever is unchanged
 * out       freed by td_evaluation_free(); td_evaluation_get() has the scenario in words
 *
 * Returns TD_OK (warnings possible: maxima that no longer add up to the scale); TD_EINVAL with
 * faults (unknown code or unit, a number off the grid, the same thing changed twice, a maximum of 0
 * that cannot be moved, nothing left to score, a value that the rules refuse), or without
 * when base is a scenario; TD_EDATA (a value that cannot be read or is out of bounds); TD_ENOMEM.
 * Time and memory O(criteria), and O(values of a rule set) when it has changed values.
 */
td_status td_evaluation_vary(const td_evaluation *base, const td_scenario *scenario,
                             td_evaluation **out, td_errors *errors);

/* ---- what-if: weights from a file ------------------------------------------------- */

/* Weight vectors that were written down in a file. */
typedef struct td_vectors {
    size_t k, m;
    double *weights;   /* [k * m] multipliers for td_evaluate() */
    const char **name; /* [k], NULL where the file names none */
    void *memory;      /* private */
} td_vectors;

/*
 * Reads a CSV whose columns are codes of weighted items and whose rows are vectors: each cell is
 * the new maximum of the item in points of the table, like SET (its weight, where the root is a
 * mean); a blank cell and an item without column keep the official one. An optional column "name".
 * The multiplier is value / official maximum, rounded to the nearest multiple of 2^-20. A code
 * stands for the item of every rule set that has it. Every fault is found, with row and column:
 * unknown code, an item whose maximum is 0, a cell that is no number, negative, or 1024 times the
 * maximum or more, a row that leaves nothing. Returns TD_OK, TD_EIO, TD_EDATA or TD_ENOMEM. *out is
 * released by td_vectors_release(). td_vectors_parse() reads from memory.
 */
td_status td_vectors_load(const td_prepared *prepared, const char *path, td_vectors *out,
                          td_errors *errors);
td_status td_vectors_parse(const td_prepared *prepared, const char *text, size_t size,
                           const char *name, td_vectors *out, td_errors *errors);
void td_vectors_release(td_vectors *vectors);

/* Where one unit stood over many vectors. */
typedef struct td_stands {
    double official;             /* rank under the official weights, 0: none */
    double best, worst, median;  /* over the vectors that rank it; 0 when none does. median: the
                                    smallest rank that half of them do not exceed */
    size_t n_ranked, n_official; /* vectors that rank it, that give it the official rank */
    size_t n_first;              /* vectors under which nobody of its cluster ranks before it */
} td_stands;

typedef struct td_tried {
    size_t k; /* vectors that were evaluated: fewer than asked for after an interrupt */
    size_t n_units;
    td_stands *stands; /* [n_units] */
} td_tried;

/* Sees the results of vectors first .. first + block->k - 1, in order. */
typedef void td_vectors_seen(void *context, size_t first, const td_results *block);

/*
 * Evaluates every vector, a block at a time, so that memory does not grow with k. seen (NULL: none)
 * gets each block. cancelled (NULL: never) ends it after the block at hand: TD_OK with out->k < k.
 * official: the result of the official weights. Released by td_tried_release(). Returns TD_OK,
 * TD_EWEIGHT, TD_EDATA or TD_ENOMEM. Time as td_evaluate(); memory O(units * largest cluster).
 */
td_status td_vectors_try(const td_prepared *prepared, const td_results *official,
                         const td_vectors *vectors, const td_options *options,
                         const volatile int *cancelled, td_vectors_seen *seen, void *context,
                         td_tried *out, td_errors *errors);
void td_tried_release(td_tried *tried);

/* ---- what-if: comparing two results ----------------------------------------------- */

/* What became of the ranks of one cluster. Only units that are ranked both times are compared. */
typedef struct td_rank_change {
    size_t n_both;
    size_t n_moved; /* of them, units whose rank is another one */
    double move;    /* the largest move: first rank less second, > 0 upwards; 0 when none moved */
    size_t moved_most;        /* the unit that made it, the first of equals; TD_NONE */
    size_t n_entered, n_left; /* ranked only the second time, only the first */
    double tau_b; /* Kendall's tau-b of the ranks, 1: the same order, -1: turned round; NaN
                                 when all are tied in one of them, or fewer than two */
} td_rank_change;

/*
 * Compares vector v of `first` with vector w of `second`; both have the units of the evaluation.
 * out: [n_clusters]. M. G. Kendall, The treatment of ties in ranking problems, Biometrika 33
 * (1945); counted after W. R. Knight, JASA 61 (1966). Returns TD_OK, TD_EINVAL (v, w or the
 * number of units do not fit) or TD_ENOMEM. Time O(n log n_c).
 */
td_status td_compare_ranks(const td_evaluation *evaluation, const td_results *first, size_t v,
                           const td_results *second, size_t w, td_rank_change *out);

typedef enum td_award_change {
    TD_AWARD_SAME,
    TD_AWARD_GAINED,  /* proposed (or given) the second time only */
    TD_AWARD_LOST,    /* the first time only */
    TD_AWARD_SHIFTED, /* another state, proposed neither time: tied at the cut, on reserve */
} td_award_change;

/* Both under the same policy; TD_AWARD_SAME where one of them is empty. */
td_award_change td_compare_award(const td_awards *first, const td_awards *second, size_t award,
                                 size_t unit);

/* ---- what-if: methods ------------------------------------------------------------- */

/*
 * Another aggregation method changes the order of units inside their cluster and nothing else:
 * points, shares, classes, gates, tie keys and whatever awards ask of points stay those of the
 * rule set. It compares the units that are ranked; items enter as shares of their assigned
 * maximum where points add up, else as the mean of the rule set takes them, with the official
 * weights times the multipliers. engine/README.md has the formulas.
 *
 * The score is put on 0 to 100, the larger the better, and rounded half away from zero before
 * anything is ranked. Items without a maximum (a group of bonuses) and the deductions of gates
 * stand beside it: they give or take the same share of 100 as of the whole table.
 * A unit's item that is not applicable is left out for it, its other weights rescaled.
 */
#define TD_SCORE_DECIMALS 6

/* Names: 0 is "official", then "weighted-sum", "topsis" ...; NULL past the last. */
const char *td_method_name(size_t method);
/* The same in words; NULL past the last. */
const char *td_method_text(size_t method, td_lang lang);
/* TD_NONE when there is no such method. */
size_t td_method_find(const char *name);
/* The method that ranks units under the rule set: 0 as it is loaded. */
size_t td_rules_method(const td_rules *rules);
/* Does that method rank by scores? Not where it is what the rule set does anyway: a weighted sum
   where points add up. */
bool td_rules_has_method(const td_rules *rules);

/*
 * The same year ranked, and its awards decided, by several methods: who keeps rank and award
 * whatever the method, and who does not.
 */
typedef struct td_method_check {
    size_t n_methods, n_units;
    size_t *methods;     /* [n_methods] as td_method_name() counts */
    td_results *results; /* [n_methods] k = 1 */
    td_awards *awards;   /* [n_methods]; NULL when none were given */
    bool *same_awards;   /* [n_methods * n_units] every award is proposed, tied or neither as it is
                            officially */
    size_t *n_same_rank, *n_same_awards; /* [n_units] methods; without awards n_methods */
    bool interrupted;                    /* fewer methods than asked for */
    void *memory;                        /* private */
} td_method_check;

/*
 * methods    [n_methods]; NULL: weighted sum, geometric mean, TOPSIS, VIKOR, PROMETHEE II,
 *            Copeland, Borda, n_methods is then not looked at. One that is the rule set's own
 *            gives its result
 * official   what is compared with: td_evaluate(prepared, 1, NULL) and, or NULL, td_award() of it
 * award      may be NULL; once `cancelled` is set, the method in hand is finished and no other
 *            begun
 * out        released by td_method_check_release(), also when zero-initialized
 *
 * TD_OK; TD_EINVAL (official is not of this year, a method that does not exist, none at all);
 * statuses of td_award() but for lower bounds that a method cannot meet, which leave the award to
 * nobody; TD_ENOMEM. Time of n_methods evaluations; methods that compare pairs take
 * O(n^2 items) for a cluster of n units.
 */
td_status td_method_check_run(const td_prepared *prepared, const td_results *official,
                              const td_awards *awards, size_t n_methods, const size_t *methods,
                              const td_options *options, const td_award_options *award,
                              td_method_check *out, td_errors *errors);
void td_method_check_release(td_method_check *check);

/* ---- what-if: sample -------------------------------------------------------------- */

/*
 * Ranks, awards and who wins against whom when the weights are not known for certain (SMAA-2;
 * R. Lahdelma and P. Salminen, Operations Research 49, 2001). Weights are shares: those of a rule
 * set add up to 1, and each rule set has shares of its own. Share w of an item multiplies its
 * points by w / (official share), rounded to the 2^-20 grid. Items without an official share keep
 * their weight.
 */

/* How the shares of one rule set are drawn; follows from the options. */
typedef enum td_sampling {
    TD_SAMPLING_NONE,    /* fewer than two items with a share: nothing to draw */
    TD_SAMPLING_UNIFORM, /* every set of shares is equally likely, lower limits kept by shifting */
    TD_SAMPLING_DIRICHLET, /* around the official shares */
    TD_SAMPLING_REJECTION, /* uniform under limits: draws that break one are drawn again */
    TD_SAMPLING_CHAIN,     /* uniform under limits: hit-and-run, a chain per tile */
} td_sampling;

/* Errors of the appraisers, drawn for every unit and item beside the weights. */
typedef enum td_noise {
    TD_NOISE_NONE,
    TD_NOISE_NORMAL,  /* standard deviation noise_percent of the item's maximum */
    TD_NOISE_UNIFORM, /* up to noise_percent of the item's maximum, both ways */
    TD_NOISE_CHANNEL, /* normal, its standard deviation the gap between the unit's points by its
                         self-score and those that count, times noise_percent / 100 */
} td_noise;

#define TD_SAMPLE_TILE 256 /* vectors that share a stream of random numbers */
#define TD_MAX_SAMPLES UINT64_C(1000000000)

/* done of total vectors, called by the thread that called td_sample(). */
typedef void td_progress(void *context, uint64_t done, uint64_t total);

typedef struct td_sample_options {
    uint64_t n; /* vectors in all, those of a run that is continued included; at most
                   TD_MAX_SAMPLES */
    uint64_t seed;
    double spread; /* > 0: shares around the official ones, Dirichlet with this coefficient of
                      variation of the heaviest item; 0: uniform */
    size_t n_limits;
    const char *const *limits; /* "I>=20%", "I<=300" (points of the table), "I>=2*II",
                                  "I>=II>=III"; not together with spread */
    td_noise noise;
    double noise_percent;
    bool pairwise; /* count who ranks before whom in each cluster: units^2 counters */
    bool central;  /* sum up the shares under which a unit is first */
    bool awards;   /* propose awards under every vector */
    int threads;   /* as in td_options */
    const volatile int *cancelled; /* polled; NULL: never */
    td_progress *progress;         /* NULL: none */
    void *context;
} td_sample_options;

/*
 * Raw counts over n vectors. Of unit u with n_c units in its cluster:
 *   place[first_place[u] + i]   vectors that give it the i-th rank, i < n_places(u) =
 *                               first_place[u + 1] - first_place[u]: rank 1 + i, or 1 + i / 2 where
 *                               the rule set has fractional ranks
 *   first[u]                    no unit of the cluster ranks before it
 *   unranked[u]                 it has no rank
 *   beats[first_pair[u] + v]    it ranks before the v-th unit of its cluster, both ranked
 *   central[first_central[u] + k]   sum of multiplier * 2^20 of the k-th item of its rule set
 *                               over the vectors where it is first
 *   central_sq[...]             sum of (share * 2^15, rounded)^2 likewise
 *   proposed[a * n_units + u], tied[...]   award a: proposed; tied at the cut
 * Arrays that were not asked for are NULL. All are parts of one array counts[n_counts]; where
 * draws depend on each other (chains), squares[n_squares] holds sums over tiles of the squared
 * counts of the tile, for all but central; else it is NULL.
 */
typedef struct td_sampled {
    uint64_t n;      /* vectors drawn */
    uint64_t wanted; /* vectors asked for: n was interrupted when smaller. Chains take whole
                          tiles and round it up */
    uint64_t seed;
    uint64_t infeasible; /* vectors under which lower bounds of some award could not be met */
    size_t n_units, n_items, n_rules, n_awards;
    size_t n_counts, n_squares;
    uint64_t *counts, *squares;
    size_t *first_place, *first_pair, *first_central; /* [n_units + 1] */
    size_t *first_item; /* [n_units] its rule set's items among all items */
    uint64_t *place, *first, *unranked, *beats, *central, *central_sq, *proposed, *tied;
    td_sampling *how;   /* [n_rules] */
    double *acceptance; /* [n_rules] share of draws kept (rejection), as a pilot found; else 1 */
    double *share;      /* [n_items] official share; 0: not drawn */
    double *share_sd;   /* [n_items] standard deviation of the drawn shares; NaN under limits */
    bool half_ranks;    /* some rule set has fractional ranks */
    uint8_t *is_half;   /* [n_units] its places are half ranks */
    char *key;          /* what was sampled, in words: rules, data, options; see td_sampled_write */
    void *memory;       /* private */
} td_sampled;

/*
 * Draws options->n weight vectors and counts what they lead to. Zero-initialized, *inout begins a
 * new run; else it continues, and the result is what one run of options->n vectors gives.
 *
 * Returns TD_OK; TD_EINVAL (n, spread, noise, a limit that cannot be read, limits that leave no
 * room, a run of other data, options or seed, a multiplier that could reach 1024; errors say
 * which); TD_EDATA (totals could leave the exact range); TD_EINTERRUPTED: *inout holds the tiles
 * that were finished; TD_ENOMEM. *inout is untouched but after TD_OK and TD_EINTERRUPTED; released
 * by td_sampled_release().
 * The same bytes for any number of threads. Time O(n units (items + log n_c)), far less for
 * clusters whose ranking is a plain sum of points; awards with lower bounds solve an integer
 * programme per vector.
 */
td_status td_sample(const td_prepared *prepared, const td_sample_options *options,
                    td_sampled *inout, td_errors *errors);
void td_sampled_release(td_sampled *sampled);

/* A share of the vectors and its standard error; NaN: not known (a single chain). */
typedef struct td_estimate {
    double value, error;
} td_estimate;

/* Of one counter, which lies in sampled->counts. */
td_estimate td_sampled_share(const td_sampled *sampled, const uint64_t *counter);
/* The smallest rank that at least `percent` % of the vectors that rank the unit do not exceed;
   NaN when none ranks it. */
double td_sampled_rank(const td_sampled *sampled, size_t unit, double percent);
/* Mean share of item k (of its rule set) where the unit is first; NaN when it never is. The error
   takes the vectors as independent of each other. */
td_estimate td_sampled_central(const td_sampled *sampled, size_t unit, size_t k);

/*
 * Confidence factors: how often each unit is first under its own central weights; without noise 0
 * or 1, with noise a share of min(n, 1024) draws of errors; NaN when it is never first or central
 * weights were not asked for. options: those of the sample. out: [n_units].
 * Returns TD_OK, TD_EINVAL (other options), TD_EDATA or TD_ENOMEM. Time O(units * cluster), with
 * noise times the draws.
 */
td_status td_sample_confidence(const td_prepared *prepared, const td_sample_options *options,
                               const td_sampled *sampled, td_estimate *out, td_errors *errors);

/*
 * The state of a run as text ("thidua-sample/1": rules, data, options, seed, counts), to be
 * continued another day. Written beside `path` and renamed. TD_OK, TD_EIO or TD_ENOMEM.
 */
td_status td_sampled_write(const td_sampled *sampled, const char *path, td_errors *errors);

/*
 * Reads a state for these data and options (options->n may be larger). TD_OK; TD_EIO;
 * TD_EDATA (not UTF-8); TD_EINVAL when it is not a whole state, or one of other rules, data,
 * options or seed, with the reason; TD_ENOMEM. *out as td_sample() continues it. td_sampled_parse()
 * reads from memory.
 */
td_status td_sampled_read(const td_prepared *prepared, const td_sample_options *options,
                          const char *path, td_sampled *out, td_errors *errors);
td_status td_sampled_parse(const td_prepared *prepared, const td_sample_options *options,
                           const char *text, size_t size, const char *name, td_sampled *out,
                           td_errors *errors);

/* ---- what-if: exact acceptability ------------------------------------------------- */

/* A fraction "num/den" in lowest terms ("0", "1" when whole) and the double nearest to it. */
typedef struct td_rational {
    const char *text; /* NULL: there is no such figure */
    double nearest;   /* NaN then */
} td_rational;

typedef struct td_exact_options {
    size_t n_limits;
    const char *const *limits;     /* as in td_sample_options; numbers count as the decimals that
                                      they are written as */
    bool with_rankings;            /* the probability of every complete ranking as well */
    size_t max_cells;              /* regions of constant rank per unit, or of constant ranking;
                                      0: TD_EXACT_CELLS */
    const volatile int *cancelled; /* polled; NULL: never */
} td_exact_options;

#define TD_EXACT_CELLS 50000

/* One complete ranking of the cluster. */
typedef struct td_exact_ranking {
    td_rational probability;
    const double *rank;  /* [n_units] 0: unranked */
    const double *share; /* [n_items] the middle of the weights that give it */
} td_exact_ranking;

typedef struct td_exact {
    size_t cluster, n_units;
    size_t n_items;      /* 1 to 3 items whose shares vary */
    size_t item[3];      /* which of the rule set's weighted items they are */
    double place_step;   /* 1; 0.5 where ranks are fractional */
    size_t n_places;     /* places 1, 1 + place_step ... */
    td_rational allowed; /* what the limits leave of the simplex; "0": a flat part or nothing */
    td_rational *places; /* [n_units * n_places] probability of each rank */
    td_rational *first;  /* [n_units] probability that no unit stands before it */
    td_rational *expected_rank; /* [n_units] none when unranked */
    td_rational *central;       /* [n_units * n_items] mean shares where the unit is first, none
                                   when it never is */
    td_rational *winning;       /* [n_units * n_units] probability that the unit of the row stands
                                   before that of the column */
    size_t n_rankings;
    td_exact_ranking *rankings; /* the most probable first, then by the ranks */
    void *memory;               /* private */
} td_exact;

/*
 * The ranks of one cluster when the shares of its weighted items are uniform on the simplex, or
 * on the part of it that limits leave, in closed form. Under shares w the points of item k count
 * w[k] S / M[k] times, M[k] its maximum and S the sum of the maxima of the rule set; items
 * without a maximum keep their points. With 1 to 3 such items, unit a stands before b on one side
 * of a point or a line; these cut the simplex into intervals or polygons of constant rank, which
 * are measured in fractions (after R. Lahdelma and P. Salminen, SMAA-2, Operations Research 49,
 * 2001, whose integrals these are). Identical units are separated by the tie keys or share a rank.
 *
 * results  from td_evaluate() with k = 1. options may be NULL.
 * out      released by td_exact_release().
 *
 * Returns TD_OK; TD_EINVAL with a fault that says why the method does not cover the rule set, the
 * limits or the size of the cluster, or without one for wrong arguments; TD_EINTERRUPTED;
 * TD_ENOMEM. (Where GMP finds no memory it ends the process.) The same for any number of threads.
 * Time: n units times at most n^2 / 2 regions (n for two items); complete rankings up to n^4 / 8.
 */
td_status td_sample_exact(const td_prepared *prepared, const td_results *results, size_t cluster,
                          const td_exact_options *options, const td_options *threads, td_exact *out,
                          td_errors *errors);
void td_exact_release(td_exact *exact);

/* ---- what-if: importance ---------------------------------------------------------- */

/* Where the shares in the variance come from. */
typedef enum td_importance_how {
    TD_IMPORTANCE_NONE,     /* fewer than two units, or nothing varies */
    TD_IMPORTANCE_EXACT,    /* items add up: their variances over the sum of these */
    TD_IMPORTANCE_SEQUENCE, /* estimated from a Sobol sequence */
    TD_IMPORTANCE_RANDOM,   /* from pseudo-random numbers: more than 20 items */
} td_importance_how;

typedef struct td_importance_options {
    size_t n;                      /* base points of estimates, each evaluated n_items + 2 times;
                                      0: TD_IMPORTANCE_POINTS */
    uint64_t seed;                 /* of pseudo-random numbers */
    const volatile int *cancelled; /* polled; NULL: never */
} td_importance_options;

#define TD_IMPORTANCE_POINTS 4096

/* What one weighted item decides. */
typedef struct td_importance_item {
    size_t item;            /* among td_items() */
    double share;           /* its official weight: td_item_view.share */
    bool is_number;         /* it carries a number instead of points (under a mean) */
    double lowest, highest; /* among the units, quanta of the leaf grid, or that number */
    double mean, sd;        /* likewise, sd with n - 1 */
    td_estimate first;      /* share in the variance of the figure that ranks, of the item alone */
    td_estimate total;      /* and with all that it does together with others */
    double covariance; /* covariance with that figure over its variance, among the units as they
                          are: these add up to 1. NaN where items do not add up to the figure */
    size_t pairs;      /* pairs of units of a cluster that change their order when everybody gets
                               the same share of this item */
    size_t ranks;      /* units that change their rank then */
    size_t leaders;    /* clusters that change their first (or first ones) then */
} td_importance_item;

typedef struct td_importance {
    size_t rules, cluster; /* cluster TD_NONE: all units under the rule set */
    size_t n_clusters;     /* with a ranked unit */
    size_t n_units;        /* ranked; the others are left out of everything */
    size_t n_pairs;        /* pairs of them within a cluster */
    td_importance_how how;
    size_t n; /* base points that were used; 0 when exact */
    size_t n_items;
    td_importance_item *item;
} td_importance;

/*
 * What weighted items really decide, beside what they are nominally worth.
 *
 * Shares in the variance: items are drawn independently of each other from their values among the
 * units, and the total is computed by the rule set's own way. Where it adds up (a sum, or an
 * arithmetic mean, with no limit that binds) first and total are Var(item) / sum of Var, without
 * error; else estimated, with standard errors as if the points were random, which the sequence
 * makes pessimistic. Where another method ranks, these are still shares in the total. Rank
 * decisions: everybody's points of the item become the mean share of the maximum assigned to them
 * (an item without a maximum: the mean), and the clusters are evaluated again, gates and tie keys
 * included; the latter see the criterion of the item itself changed, not those below it.
 *
 * weights  [td_items] multipliers, NULL: official; results are those of td_evaluate() with them
 * rules    the rule set; cluster one of its clusters, or TD_NONE for all of them
 * out      released by td_importance_release()
 *
 * Returns TD_OK, TD_EINVAL (no such cluster, results of another evaluation), TD_EINTERRUPTED or
 * TD_ENOMEM. The order of units changes nothing. Time O(items * units * (items + units of
 * a cluster)), and O(n * items^2) where indices are estimated.
 */
td_status td_importance_of(const td_prepared *prepared, const double *weights,
                           const td_results *results, size_t rules, size_t cluster,
                           const td_importance_options *options, td_importance *out);
void td_importance_release(td_importance *importance);

/* ---- what-if: sweep --------------------------------------------------------------- */

/*
 * The maximum of one weighted item goes from 0 to the whole scale S (in points of the table), the
 * others keep their proportions: of m points for the item with maximum M, a unit with P points in
 * it, R in the others that have a maximum and F in those without gets
 * m P/M + (S - m) R/(S - M) + F, less what gates deduct. Everything below is exact.
 */

/* What an event changes for one unit: just below it, at it, just above. Where the event is no
   fraction, "at" repeats "below"; at 0 "below" and at S "above" repeat "at". */
typedef struct td_sweep_change {
    size_t unit;
    double rank[3]; /* 0: unranked */
    size_t class_index[3];
    td_state state[3];
} td_sweep_change;

/* A value of m where a rank, a class or a state changes. */
typedef struct td_sweep_event {
    double at;     /* points: the nearest double; td_sweep_value_text() has the fraction */
    bool is_exact; /* false: an irrational number, met by no weight that can be written down */
    bool moves_rank, moves_leader, moves_class, moves_state;
    size_t first_change, n_changes; /* into td_sweep.changes, units in order */
    size_t place;                   /* private */
} td_sweep_event;

/* Values of m with the same result as today's. */
typedef struct td_sweep_range {
    double from, to;
    size_t from_event, to_event; /* TD_NONE: the end of the scale */
    bool has_from, has_to;       /* do the ends belong to it? */
} td_sweep_range;

/* Who is first on a range of values: with n_leaders > 1 they are tied, 0: nobody is ranked. */
typedef struct td_sweep_reign {
    td_sweep_range range;
    size_t first_leader, n_leaders; /* into td_sweep.leaders */
} td_sweep_reign;

typedef struct td_sweep_cluster {
    size_t cluster;
    bool is_swept; /* false: errors says why */
    size_t first_event, n_events;
    size_t first_reign, n_reigns;
    td_sweep_range leader, ranking; /* around today's value: the leader stays, all ranks stay */
} td_sweep_cluster;

typedef struct td_sweep {
    size_t rules, item, criterion; /* item as in td_item_get() */
    double today, scale;           /* M and S in points */
    size_t n_clusters, n_events, n_changes, n_reigns, n_leaders;
    td_sweep_cluster *clusters; /* those under the rule set, in order */
    td_sweep_event *events;     /* by cluster, ascending */
    td_sweep_change *changes;
    td_sweep_reign *reigns; /* by cluster, ascending; a tie at one value is a reign of its own */
    size_t *leaders;        /* units */
    void *places;           /* private */
} td_sweep;

typedef struct td_sweep_options {
    const size_t *clusters; /* NULL: all under the item's rule set */
    size_t n_clusters;
    int threads;
    const volatile int *cancelled; /* looked at between clusters; NULL: never */
} td_sweep_options;

/*
 * Sweeps one item. options may be NULL. out is released by td_sweep_release().
 * Returns TD_OK; TD_EINVAL when the item has no maximum or is the only one, when totals under the
 * rule set are not linear (root mean, rounding of totals, ranking on rounded shares) or a
 * cluster of the options is under another rule set; TD_EINTERRUPTED; TD_ENOMEM. A cluster whose
 * totals are not linear (redistribution, a clamp of the whole that binds) or whose numbers
 * leave 128 bits is left out, with a warning in errors.
 * Per cluster of n units with e events: O(n^2 + e n log n). The same for any number of threads.
 */
td_status td_sweep_item(const td_prepared *prepared, size_t item, const td_sweep_options *options,
                        td_sweep *out, td_errors *errors);
void td_sweep_release(td_sweep *sweep);

/* The value of an event as a fraction of points in lowest terms ("1762/5"), or as decimals ending
   in "..." when it is irrational. Like snprintf. */
size_t td_sweep_value_text(const td_sweep *sweep, size_t event, char *text, size_t size);

/* What a proposal is below and above a place where it changes. */
typedef struct td_sweep_award_change {
    double from, to; /* where it changes, points of the item: equal when known exactly */
    size_t award, unit;
    td_award_state below, above;
    size_t place[2]; /* private */
} td_sweep_award_change;

typedef struct td_sweep_awards {
    size_t n_intervals; /* open intervals between places where anything may change */
    size_t n_hidden;    /* narrower than the grid of weights can show: not looked at */
    double from, to;    /* around today's value: every proposal stays. From == to: at this value
                                  alone */
    size_t from_place, to_place; /* private */
    size_t n_changes;
    td_sweep_award_change *changes; /* by place, award, unit */
    void *places;                   /* private */
} td_sweep_awards;

/*
 * Where on a sweep the proposals of the award policy change, and for whom. sweep: of all clusters
 * of the item's rule set, all of them swept. Places of the sweep and where a unit meets a condition
 * on its total, or two candidates meet in the order of merit, cut the scale into open intervals;
 * td_evaluate() and td_award() decide each at weights that lie in it exactly (multipliers on the
 * 2^-20 grid). At the single values between them equals are tied; they are not looked at. Only what
 * is or was proposed or tied at the cut is a change. award: time limit and strikes, or NULL.
 *
 * Returns TD_OK, also without a policy (nothing changes); TD_EINVAL when a cluster is missing;
 * TD_EINTERRUPTED, TD_EDATA, TD_ENOMEM. Time O(intervals * (evaluate + award)).
 */
td_status td_sweep_awards_find(const td_prepared *prepared, const td_sweep *sweep,
                               const td_award_options *award, td_sweep_awards *out,
                               td_errors *errors);
void td_sweep_awards_release(td_sweep_awards *awards);

/* As td_sweep_value_text(), of the lower end (0) or upper end (1) of a change. */
size_t td_sweep_award_text(const td_sweep *sweep, const td_sweep_awards *awards, size_t change,
                           size_t end, char *text, size_t size);

/*
 * A crossing: a value of one item's maximum, strictly between 0 and the scale, at which two units
 * change places: one is ahead of the other just below it and behind it just above.
 */

/* The crossings of one cluster along one item. */
typedef struct td_crossing_list {
    size_t n;
    const double *at;    /* [n] points, the nearest doubles (where irrational: near), ascending;
                            equal values in the order of units */
    const uint32_t *who; /* [n] td_crossing_up(), td_crossing_down() */
    bool is_swept;       /* false: not of the cluster's rule set, no maximum, or errors says why */
    const void *places;  /* private */
} td_crossing_list;

/* The unit that passes the other as the weight grows, and the one that is passed: positions in the
   cluster, from 0. */
static inline size_t td_crossing_up(uint32_t who)
{
    return who & UINT16_MAX;
}

static inline size_t td_crossing_down(uint32_t who)
{
    return who >> 16;
}

/* Of all items, td_items(), in all clusters asked for. */
typedef struct td_crossings {
    size_t n_clusters, n_items, n; /* n: crossings in all lists */
    td_crossing_list *lists;       /* [n_clusters * n_items] by cluster, then by item */
    size_t *clusters;              /* [n_clusters] of the evaluation */
    void *memory;                  /* private */
} td_crossings;

/*
 * Sweeps every item of every cluster. options: as for td_sweep_item(), or NULL. out: zeroed, or an
 * earlier result, whose memory is used again; released by td_crossings_release() in any case.
 * The crossings are those that the events of td_sweep_item() imply, exact in their order and in
 * their number.
 *
 * Items without a maximum, or alone under their rule set, are left out in silence. Rule sets and
 * clusters whose totals are not linear are left out with a warning in errors, as there.
 * Returns TD_OK; TD_EINVAL when the options name a cluster that does not exist; TD_EINTERRUPTED;
 * TD_ENOMEM. The same for any number of threads.
 *
 * Time per cluster of n units and item O(n^2 log n). Plain sums of up to 64 units take the kernel
 * (some 6 ns per crossing and thread), others fractions; a cluster whose order follows more than
 * sums is walked from place to place as by td_sweep_item(). Memory 12 bytes per crossing.
 */
td_status td_sweep_all(const td_prepared *prepared, const td_sweep_options *options,
                       td_crossings *out, td_errors *errors);
void td_crossings_release(td_crossings *crossings);

/* The value of crossing k of list lists[i], as td_sweep_value_text(). Like snprintf. */
size_t td_crossing_text(const td_prepared *prepared, const td_crossings *crossings, size_t i,
                        size_t k, char *text, size_t size);

/* Values around today's maximum, in points; whether the ends belong to it is not said (a tie at
   them may be decided by a key). */
typedef struct td_sweep_stretch {
    double from, to;
    size_t from_crossing, to_crossing; /* of the list. TD_NONE: the end of the scale, or a value at
                                          which a rank changes and no two units change places */
} td_sweep_stretch;

/* How far an item can move before a rank, or who leads, changes. From == to: today alone. */
typedef struct td_sweep_hold {
    td_sweep_stretch ranking, leader;
} td_sweep_hold;

/*
 * The stretches around today's maxima: out [n_clusters * n_items], as the ranges of
 * td_sweep_item(); of lists that were not swept nothing is said. TD_OK, TD_ENOMEM.
 */
td_status td_sweep_holds(const td_prepared *prepared, const td_crossings *crossings,
                         const td_sweep_options *options, td_sweep_hold *out);

/* ---- what-if: flip ---------------------------------------------------------------- */

/* The share of an item stays within these, 0 to 1. */
typedef struct td_flip_bound {
    size_t item;
    double least, most;
} td_flip_bound;

typedef struct td_flip_options {
    size_t rank;  /* at most this rank in its cluster; 0: 1. That is: at most rank - 1 units
                     before it, also where ranks are dense; none equal to it beyond those where
                     they are fractional */
    size_t award; /* TD_NONE: a rank is asked for. Else this award of the policy, and rank is
                     not looked at */
    size_t n_bounds;
    const td_flip_bound *bounds;
    const td_award_options *awards; /* how awards are decided; NULL: as by default */
    const volatile int *cancelled;
} td_flip_options;

typedef enum td_flip_answer {
    TD_FLIP_ALREADY,    /* it has that rank or award */
    TD_FLIP_REACHED,    /* under `weights`, as td_evaluate() (and td_award()) confirm */
    TD_FLIP_IMPOSSIBLE, /* proved: see proof */
    TD_FLIP_NOT_FOUND,  /* the search found none; no proof. Equal results are not searched where the
                           tie key that decides follows the weights itself */
    TD_FLIP_TOO_NARROW, /* only weights finer than 2^-20 could do */
} td_flip_answer;

typedef enum td_flip_proof {
    TD_PROOF_NONE,
    TD_PROOF_MIX,       /* parts[i] times the points of rivals[i], added up, are under all weights
                           at least as many times the unit's; where equal, a tie key is against */
    TD_PROOF_DOMINATED, /* each of the rivals alone is before it under all weights */
    TD_PROOF_CONDITION, /* of the award: condition fails whatever the weights */
    TD_PROOF_GATE,      /* gate bars or defers the award whatever the weights */
} td_flip_proof;

typedef struct td_flip {
    td_flip_answer answer;
    size_t unit, rank, award; /* as asked */
    double rank_now, rank_there;
    double *weights; /* [td_items()] multipliers under which rank_there was confirmed; NULL: none */
    double distance; /* sum over items of |share - official share| at these weights */
    double least;    /* no weights with a smaller sum do it, up to 1e-6. Of an
                        award: of those found */
    size_t best_rank; /* not reached: the best rank found, which weights are for; 0: none */
    td_flip_proof proof;
    size_t n_rivals;
    size_t *rivals;         /* units */
    int64_t *parts;         /* whole numbers without common divisor */
    size_t condition, gate; /* TD_NONE */
} td_flip;

/*
 * The smallest change of weights, as the sum of |share - official share| over the items of the
 * unit's rule set (shares add up to 1), under which a unit has a rank or an award; or the proof
 * that there is none. A linear programme for rank 1, a mixed integer one beyond, and a search over
 * intervals of shares where units have different assigned maxima (weights that leave a unit nothing
 * assigned are not looked at there). The solution is put on the 2^-20 grid, a hair inside, and
 * confirmed by td_evaluate(). Proofs are verified in whole numbers. For an award: ranks from 1 to
 * today's are tried with the award's own conditions on the total, each confirmed by td_award();
 * what is not found is not proved impossible.
 *
 * out is released by td_flip_release(). Returns TD_OK; TD_EINVAL with a fault (unit unranked, no
 * such rank or award, bounds that contradict each other, or a rule under which totals are not
 * linear: root mean, rounded totals or shares, class first, gates on totals, redistribution, a
 * clamp that binds); TD_EINTERRUPTED; TD_EINTERNAL; TD_ENOMEM.
 */
td_status td_flip_unit(const td_prepared *prepared, size_t unit, const td_flip_options *options,
                       td_flip *out, td_errors *errors);
void td_flip_release(td_flip *flip);

/* ---- what-if: reach --------------------------------------------------------------- */

typedef struct td_reach_options {
    size_t rank;  /* at most this rank in its cluster; 0: 1 */
    size_t award; /* TD_NONE: a rank is asked for. Else this award of the policy */
    const td_award_options *awards;
    const volatile int *cancelled;
} td_reach_options;

/* One indicator of the unit, moved; everything else as it is. */
typedef struct td_reach_step {
    size_t criterion, indicator; /* of the unit's rule set; criterion the leaf that reads it */
    double from;                 /* today */
    double to;     /* raised alone: the least change that reaches it; else the best value tried */
    double best;   /* the value with the most points */
    int decimals;  /* of the grid that was searched */
    double gain_q; /* points more on the total, in quanta */
    double rank;   /* there */
    double way;    /* share of the way from `from` to `best`, 0 to 1 */
    bool reaches;
} td_reach_step;

typedef struct td_reach_result {
    size_t unit, rank, award; /* as asked */
    bool already;
    double rank_now;
    double needed_q; /* least points more on the total that do it, others unchanged; NaN: none do.
                        Already there: -the points that it can lose and keep it; NaN: all of them */
    size_t n_alone;
    td_reach_step *alone; /* one indicator at a time: those that reach it first, then by points
                             gained, largest first */
    size_t n_mix;
    td_reach_step *mix; /* together; gain_q and rank after each */
    bool mix_reaches;
    double mix_way; /* sum of the ways: the cost that is kept small */
} td_reach_result;

/*
 * What a unit would have to do better for a rank or an award, the others unchanged. Each
 * indicator that a leaf's own function reads (of a ratio or a comparison within the cluster the
 * result, not the target) is moved alone towards the value with the most points, on the grid of the
 * finest decimals of its column (counts and flags: whole numbers, dates: days, percentages: at
 * least one decimal), and the least move that does it is found by bisection: one step less does
 * not. The mix takes whole ways, the most points first, the last one only as far as needed, and
 * gives back what turns out superfluous. Every figure comes from scoring the whole cluster again.
 * Blank and not applicable leaves are left out.
 *
 * Returns TD_OK; TD_EINVAL with a fault (unit unranked, no such rank or award); TD_EDATA;
 * TD_EINTERRUPTED; TD_ENOMEM. Time O(leaves * log(range) * cluster * criteria); with a rule set
 * that normalizes over all units, all units instead of the cluster; for an award also td_award().
 */
td_status td_reach_unit(const td_prepared *prepared, size_t unit, const td_reach_options *options,
                        td_reach_result *out, td_errors *errors);
void td_reach_release(td_reach_result *reach);

/* ---- generate --------------------------------------------------------------------- */

/*
 * An evaluation folder with invented values, for trying things out and for tests. Texts may
 * be NULL. td_generate_defaults() fills the defaults; td_generate_setting() lists name,
 * default, bounds and help of every member, for flags and help pages.
 */
typedef struct td_generate_options {
    const char *rules;         /* rule set to fill; NULL: one of n_criteria leaves that mixes all
                                  functions is made and written as rules.json */
    const char *clusters_from; /* a folder with clusters.csv and units.csv, or a CSV with the
                                  columns cluster, unit, and optional name, category and
                                  cluster_name: its clusters and units are kept; NULL: invented
                                  ("Cụm 1", "Đơn vị 1") */
    const char *channels;      /* codes separated by commas, the lowest first: "self,appraised";
                                  NULL: these two where the rule set has them, else the one that
                                  prevails */
    const char *code;          /* of the evaluation; NULL: the folder's name */
    size_t n_units;            /* of invented clusters */
    size_t cluster_min, cluster_max; /* units per invented cluster */
    size_t n_criteria;               /* leaves of an invented rule set */
    int year;                        /* 0: the first year of the rule set */
    uint64_t seed;
    double missing_share;  /* blank cells, only where the rule set takes a blank, 0 to 1 */
    double na_share;       /* cells of unit and leaf not applicable, 0 to 1 */
    double inflation;      /* how far self-scores lie above the appraised ones, 0 to 1 of the gap
                              to the top */
    double near_ties;      /* units that are nearly as good as another of their cluster, 0 to 1 */
    double refuse_missing; /* blank cells where the rule set refuses them (the folder has faults
                              then), 0 to 1 */
} td_generate_options;

typedef enum td_setting_kind {
    TD_SETTING_TEXT,  /* const char * */
    TD_SETTING_COUNT, /* size_t */
    TD_SETTING_WHOLE, /* int */
    TD_SETTING_SEED,  /* uint64_t */
    TD_SETTING_REAL,  /* double */
} td_setting_kind;

/* One member of an options struct: where it is and what it may be. */
typedef struct td_setting {
    const char *name; /* as a flag: "n-units" */
    td_setting_kind kind;
    size_t offset;       /* offsetof() the member */
    const char *initial; /* the default as text, "" for none */
    double min, max;     /* of numbers */
    const char *help[2]; /* by td_lang */
} td_setting;

td_generate_options td_generate_defaults(void);
/* The i-th setting of td_generate_options; NULL past the end. */
const td_setting *td_generate_setting(size_t i);

/*
 * Writes an evaluation folder. Every unit has its own stream of random numbers from (seed,
 * unit): the same options and the same paths give the same bytes, and a unit keeps its values
 * when others are added behind it. The folder is made if need be; one that is not empty is refused.
 * The rule set is referred to by its path relative to the folder. options NULL: defaults.
 *
 * Returns TD_OK, TD_EINVAL (an option out of bounds, folder not empty, a cluster file that does not
 * fit), TD_EIO, TD_ERULES, TD_EDATA or TD_ENOMEM, with faults. Files written before a failure stay.
 * Time and memory O(units * indicators).
 */
td_status td_generate(const char *folder, const td_generate_options *options, td_errors *errors);

#ifdef __cplusplus
}
#endif
#endif

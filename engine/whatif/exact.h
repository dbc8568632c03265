/*
 * Acceptability of ranks in closed form: what the files exact*.c tell each other.
 */
#ifndef TD_WHATIF_EXACT_H
#define TD_WHATIF_EXACT_H

#include "engine/prepared.h"
#include "engine/whatif/exact_cell.h"

/*
 * The ranking of one cluster as a function of the shares: units a and b compare as sum over k of
 * (row[a][k] - row[b][k]) share[k], and where that vanishes everywhere, by tie_rank.
 */
typedef struct td_exact_model {
    size_t n_units;              /* those with a rank */
    size_t *unit;                /* [n_units] place in the cluster */
    size_t n_items;              /* 1 to 3 */
    size_t item[TD_EXACT_ITEMS]; /* of the block */
    mpz_t *row;                  /* [n_units * TD_EXACT_ITEMS], whole numbers */
    size_t *twin;     /* [n_units] the first unit with the same totals all over the region */
    double *tie_rank; /* [n_units] order by the tie keys alone, equals share it */
    td_ranks ranks;
    td_corners corners; /* holds the region */
    td_cell_of_shares region;
} td_exact_model;

/*
 * TD_OK; TD_EINVAL with a fault when the rule set or the limits are beyond the method; TD_ENOMEM.
 * model is released by td_exact_model_release() in any case.
 */
td_status td_exact_model_init(td_exact_model *model, const td_prepared *prepared,
                              const td_results *results, size_t cluster,
                              const td_exact_options *options, td_errors *errors);
void td_exact_model_release(td_exact_model *model);

/* Do a and b have the same total all over the region? */
bool td_exact_coincide(const td_exact_model *model, size_t a, size_t b);

/* line = total of a less total of b, without common factor. */
void td_exact_line(const td_exact_model *model, size_t a, size_t b, mpz_t *line);

/* ---- measuring ---- */

/* Volumes of one unit of the model; all are parts of td_exact_volumes.region. */
typedef struct td_exact_unit {
    mpq_t *place;                 /* [n_places] */
    mpq_t *before;                /* [n_units] where it stands before another */
    mpq_t moment[TD_EXACT_ITEMS]; /* integral of the shares where it is first */
    size_t n_cells;
} td_exact_unit;

typedef struct td_exact_volumes {
    mpq_t region;
    size_t axis, n_places; /* places are half a rank apart where ranks are fractional */
    td_exact_unit *unit;   /* [n_units] */
} td_exact_volumes;

/* One complete ranking: its volume, integral of the shares, rank of every unit of the model. */
typedef struct td_exact_order {
    mpq_t volume, moment[TD_EXACT_ITEMS];
    double *rank;
} td_exact_order;

typedef struct td_exact_orders {
    size_t n, capacity;
    td_exact_order *order;
} td_exact_orders;

/* A bound on the work, and a way to stop it. */
typedef struct td_exact_limits {
    size_t max_cells;
    const volatile int *cancelled;
} td_exact_limits;

/*
 * volumes: zeroed by the caller, released in any case. Returns TD_OK; TD_EINVAL when a unit has
 * more than max_cells regions; TD_EINTERRUPTED; TD_ENOMEM.
 */
td_status td_exact_measure(td_exact_model *model, const td_exact_limits *limits,
                           const td_options *options, td_exact_volumes *volumes);
void td_exact_volumes_release(const td_exact_model *model, td_exact_volumes *volumes);

/* Likewise, for complete rankings; the most probable first, then by ranks. */
td_status td_exact_enumerate(td_exact_model *model, const td_exact_limits *limits,
                             const td_exact_volumes *volumes, td_exact_orders *orders);
void td_exact_orders_release(td_exact_orders *orders);

/* What units with the same totals all over the region are to unit u. */
typedef struct td_exact_fixed {
    size_t ahead; /* results before it, by the tie keys */
    size_t equal; /* units that always share its rank, itself included */
} td_exact_fixed;
td_exact_fixed td_exact_fixed_of(const td_exact_model *model, size_t u);

/* How much unit v counts when it stands before another: 0 for all but one of equals in dense ranks. */
size_t td_exact_count_of(const td_exact_model *model, size_t v);

/* The place (index of half or whole ranks) with so many results before it. */
size_t td_exact_place(const td_exact_model *model, size_t ahead, size_t equal);
double td_exact_rank_of_place(const td_exact_model *model, size_t place);

#endif

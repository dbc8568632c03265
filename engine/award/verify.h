/*
 * Checking claims about awards without choosing anybody.
 *
 *   verify.c           states against conditions, gates, exclusions; places and reserve lists
 *   verify_choice.c    seats under upper bounds: nobody better was passed over
 *   verify_exchange.c  seats under lower bounds: bounds are met, no single exchange is better
 */
#ifndef TD_ENGINE_AWARD_VERIFY_H
#define TD_ENGINE_AWARD_VERIFY_H

#include "engine/award/award.h"
#include "engine/base/messages.h"

typedef struct td_verifying {
    td_awarding a; /* its decisions are what follows from the claims so far */
    const td_award_claims *claims;
    td_errors *errors;
    size_t award;   /* the one being checked */
    td_field field; /* its candidates */
    size_t n_reach;
    td_reach reach[TD_MAX_REACH];
    int64_t *proposed, *arriving, *open; /* [n_quotas] of one group of equals, 0 between groups */
    size_t n_refused, n_by_exchange;
} td_verifying;

/* What is claimed of a candidate, by its number in the field. */
td_award_claim td_verify_claim(const td_verifying *v, size_t candidate);

/* A fault at the claim; more and extra fill {3} and {4}. The first TD_MAX_REFUSED are kept. */
void td_verify_refuse(td_verifying *v, size_t unit, td_message id, const char *more,
                      const char *extra);

/* Whether the bound that is named is one that the unit stands under. */
bool td_verify_stands_under(const td_verifying *v, size_t unit, size_t quota);

/*
 * Checks the claims of the candidates of one award and takes their seats: used, open, over and
 * left of the quotas.
 */
td_status td_verify_choice(td_verifying *v);
td_status td_verify_exchanges(td_verifying *v);

#endif

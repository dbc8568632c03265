/*
 * What one pass over tiles of clusters needs: plans of the awards and of the rule sets, and what each
 * thread writes. It depends on little else but rule sets and policy, so that the blocks of a stream
 * share an office.
 */
#ifndef TD_ENGINE_OFFICE_H
#define TD_ENGINE_OFFICE_H

#include "engine/thidua.h"

typedef struct td_office td_office;

/*
 * Gets it ready for an evaluation. It is made when *office is NULL, and anew when the evaluation has
 * other rule sets or another policy (other objects: whoever changes or frees them closes the office
 * before), larger clusters, or more threads. Closed by td_office_close(), which takes NULL. TD_OK;
 * TD_EINVAL: the policy looks beyond clusters; TD_ENOMEM; *office is NULL then.
 */
td_status td_office_open(td_office **office, const td_evaluation *evaluation,
                         const td_options *options, td_errors *errors);
void td_office_close(td_office *office);

/* td_outline_run() in the office of earlier runs; *office NULL: there were none. */
td_status td_outline_run_in(td_office **office, const td_evaluation *evaluation,
                            const td_options *options, td_outline *out, td_errors *errors);

#endif

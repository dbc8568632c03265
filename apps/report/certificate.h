/*
 * A certificate: proposals written so that somebody else can check them from the inputs, without
 * choosing anew.
 */
#ifndef TD_REPORT_CERTIFICATE_H
#define TD_REPORT_CERTIFICATE_H

#include "apps/report/format.h"
#include "engine/base/errors.h"

struct cJSON;

/* Writes the certificate of all awards; path: where the evaluation was read. TD_OK or TD_ENOMEM. */
td_status td_certificate_write(FILE *out, const td_scored *scored, const char *path);

/* A certificate that was read. Zero-initialize; release also after failure. */
typedef struct td_certificate {
    const char *file; /* for faults; borrowed */
    char *text;
    struct cJSON *document;
    const char *path; /* of the evaluation, as it names it */
    td_strike *strikes;
    size_t n_strikes;
    td_award_claim *claims; /* [n_awards * n_units] */
    size_t *open;           /* [n_open] seats kept open at each quota */
    size_t n_open;
    uint32_t *position; /* [n_awards * n_units] 2 * place in its list, + 1 among "others" */
    size_t n_units;
} td_certificate;

/* Reads the file. TD_OK, TD_EIO, TD_EDATA with faults, TD_ENOMEM. */
td_status td_certificate_read(const char *file, td_certificate *out, td_errors *errors);
void td_certificate_release(td_certificate *certificate);

/*
 * Refuses other inputs, then takes strikes and claims out of the document. TD_OK, TD_EDATA with
 * a fault at the JSON pointer, with its row, or TD_ENOMEM.
 */
td_status td_certificate_match(td_certificate *certificate, const td_evaluation *evaluation,
                               td_errors *errors);

/* The claims, whose finder names pointer and row of a claim in the certificate. */
td_award_claims td_certificate_claims(const td_certificate *certificate, size_t n_awards);

/*
 * Compares every figure and word with the certificate that `scored` would give: TD_OK, TD_EDATA
 * with faults, TD_ENOMEM.
 */
td_status td_certificate_compare(const td_certificate *certificate, const td_scored *scored,
                                 td_errors *errors);

/* The row, from 1, of what a JSON pointer names in a valid text; 0 when it is not there. */
size_t td_json_row(const char *text, const char *pointer);

/* Adds a fault at a pointer, with its row; at most two arguments. */
#if defined(__GNUC__)
__attribute__((sentinel))
#endif
void td_certificate_fault(const td_certificate *certificate, td_errors *errors, td_message id,
                          const char *pointer, ...);

#endif

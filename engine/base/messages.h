/*
 * What the one table of messages knows of an id, beside the texts (errors.h).
 */
#ifndef TD_BASE_MESSAGES_H
#define TD_BASE_MESSAGES_H

#include "engine/base/errors.h"

const char *td_message_fix(td_message id, td_lang lang);
const char *td_message_id(td_message id); /* as in the table, upper case */
td_severity td_message_severity(td_message id);
td_status td_message_status(td_message id);

/* A plain decimal with a point, such as "-12.5": in Vietnamese it is shown with a comma. */
bool td_is_number_text(const char *text);

/* td_message_fill with numbers among the args shown as the language writes them. */
#define TD_MAX_ARGS 9
size_t td_message_render(const char *text, td_lang lang, const char *const *args, size_t n_args,
                         char *out, size_t size);

#endif

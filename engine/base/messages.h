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

#endif

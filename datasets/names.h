/*
 * Names and codes as people write them: when two are the same, and how they are sorted.
 * The one place that uses ICU.
 */
#ifndef TD_DATASETS_NAMES_H
#define TD_DATASETS_NAMES_H

#include <stddef.h>

/* Working memory for keys; not shared between threads. NULL when out of memory. */
typedef struct td_names td_names;
td_names *td_names_new(void);
void td_names_free(td_names *names); /* takes NULL */

/*
 * The key of a name (UTF-8): names with equal keys are the same. NFC, folded case, blanks
 * of any kind trimmed and collapsed, invisible characters dropped, and the tone mark of oa, oe, uy
 * put on the second vowel (hòa = hoà, thủy = thuỷ, khỏe = khoẻ; quý stays). Ended by a
 * zero; valid until the next call. NULL: out of memory. ASCII does not touch ICU. O(length).
 */
const char *td_name_key(td_names *names, const char *text, size_t length, size_t *key_length);

/* The same without folding case and tone marks: NFC, blanks, invisible characters. */
const char *td_name_plain(td_names *names, const char *text, size_t length, size_t *plain_length);

/*
 * Vietnamese order with numbers by value: An, Ăn, Ấn; Phường 2 before Phường 10. A
 * collator is opened once and is not shared between threads. NULL when ICU has none or out of
 * memory.
 */
typedef struct td_collator td_collator;
td_collator *td_collator_new(void);
void td_collator_free(td_collator *collator); /* takes NULL */
int td_name_compare(const td_collator *collator, const char *a, const char *b);

#endif

/*
 * Any bytes as a line of a batch's journal, as a list of paths, and as a path: what is read of a
 * journal is written and read again the same, and names are made of safe bytes, none of them a
 * way up.
 */
#include <stdint.h>

/* The programs are no library: their sources are tested in place. */
#include "apps/cli/batch_files.c"
#include "apps/cli/batch_journal.c"
#include "apps/report/json_emit.c"
#include "apps/report/text.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Needed by what is not tested here. */
td_status td_document_text(const char *path, char **text, size_t *size, td_errors *errors)
{
    (void)path, (void)text, (void)size, (void)errors;
    return TD_EIO;
}

td_status td_output_folder(const char *path, td_errors *errors)
{
    (void)path, (void)errors;
    return TD_EIO;
}

td_status td_output_fault(const char *path, int error, td_errors *errors)
{
    (void)path, (void)error, (void)errors;
    return TD_EIO;
}

static char *written(const td_journal_entry *entry)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    write_line(out, entry);
    fclose(out);
    return text;
}

static void check_line(const char *line)
{
    td_journal_entry entry, again;
    if (!td_journal_read_line(line, &entry))
        return;
    char *first = written(&entry);
    if (!td_journal_read_line(first, &again))
        abort();
    char *second = written(&again);
    if (strcmp(first, second) != 0 || strchr(first, '\n') != first + strlen(first) - 1)
        abort();
    free(first);
    free(second);
    td_journal_entry_release(&entry);
    td_journal_entry_release(&again);
}

static td_status check_name(void *context, const char *path)
{
    (void)context;
    char *name = td_batch_name(path);
    if (name == NULL || name[strspn(name, ALNUM "-_%/")] != '\0' || *name == '/' ||
        strstr(name, "//") != NULL || strchr(path, '\n') != NULL || *path == '\0' || *path == '#')
        abort();
    free(name);
    return TD_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    check_line(text);
    FILE *list = size == 0 ? NULL : fmemopen(text, size, "r");
    if (list != NULL) {
        if (td_batch_read_list(list, check_name, NULL) != TD_OK)
            abort();
        fclose(list);
    }
    free(text);
    return 0;
}

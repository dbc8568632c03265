#include "criteria/rule_file.h"

#include "engine/base/files.h"

#define MAX_FILE_BYTES ((size_t)8 << 20)

static td_status parse(const char *text, size_t size, const char *name, const char *hash,
                       td_rule_file_builder *build, void *out, td_errors *errors)
{
    size_t before = td_errors_count(errors, TD_ERROR);
    td_json *json = td_json_parse(text, size, name, TD_ERULES, errors);
    if (json == NULL)
        return td_errors_count(errors, TD_ERROR) > before ? TD_ERULES : TD_ENOMEM;
    td_status status = build(json, name, hash, out, errors);
    td_json_free(json);
    return status;
}

td_status td_rule_file_parse(const char *text, size_t size, const char *name,
                             td_rule_file_builder *build, void *out, td_errors *errors)
{
    char hash[65];
    td_hash_text(text, size, hash);
    return parse(text, size, name, hash, build, out, errors);
}

td_status td_rule_file_load(const char *path, td_rule_file_builder *build, void *out,
                            td_errors *errors)
{
    td_file file = {0};
    td_status status = td_file_read(path, MAX_FILE_BYTES, TD_ERULES, &file, errors);
    if (status == TD_OK)
        status = parse(file.text, file.size, path, file.hash, build, out, errors);
    td_file_release(&file);
    return status;
}

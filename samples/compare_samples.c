/* SPDX-License-Identifier: MIT */
/* compare_samples: what the report says of the samples, against what the manifest expects.
 *
 * usage: compare_samples [-v] MANIFEST.csv REPORT.jsonl
 * A row is met when the verdict is one of `verdicts` and, where `checks` names any, a finding names
 * one of them. Prints the misses (-v: every row) and the counts; exit 0: all met, 1: some missed,
 * 2: usage. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

enum { ROW_MAX = 2048, COLUMN_MAX = 40 };

typedef struct Columns {
    int file, fault, verdicts, checks;
} Columns;

typedef struct Score {
    int rows, met, passed, review, rejected;
} Score;

static int split(char *line, char *cell[COLUMN_MAX])
{
    int count = 0;
    line[strcspn(line, "\r\n")] = 0;
    for (char *next = line; next && count < COLUMN_MAX;)
        cell[count++] = strsep(&next, ",");
    return count;
}

static int column(char **cell, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(cell[i], name))
            return i;
    return -1;
}

/* `word` is one of the alternatives "A|B|C". */
static bool among(const char *alternatives, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = alternatives; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (!strncmp(at, word, size) && (at[size] == '|' || !at[size]))
            return true;
    return false;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* All photo lines of the report by file name; NULL and a message on failure. */
static json_t *read_report(const char *path)
{
    FILE *file = fopen(path, "r");
    json_t *all = json_object();
    json_error_t error;
    char *line = NULL;
    size_t room = 0;
    for (int number = 1; file && getline(&line, &room, file) > 0; number++) {
        json_t *record = json_loads(line, 0, &error);
        const char *source = NULL;
        if (!record) {
            fprintf(stderr, "compare_samples: '%s' line %d: %s\n", path, number, error.text);
            exit(2);
        }
        json_unpack(record, "{s?{s?s}}", "source", "path", &source);
        if (source)
            json_object_set(all, base_name(source), record);
        json_decref(record);
    }
    free(line);
    if (!file)
        fprintf(stderr, "compare_samples: cannot open '%s'\n", path);
    else
        fclose(file);
    return file ? all : NULL;
}

/* The findings in one line, "tilt_deg eye_opening"; true when one is among `checks`. */
static bool list_findings(const json_t *record, const char *checks, char *out, size_t size)
{
    bool named = !*checks;
    size_t i;
    json_t *finding;
    json_array_foreach(json_object_get(record, "findings"), i, finding)
    {
        const char *check = json_string_value(json_object_get(finding, "check"));
        size_t used = strlen(out);
        if (!check)
            continue;
        snprintf(out + used, size - used, " %s", check);
        named |= among(checks, check);
    }
    return named;
}

static void judge_row(const json_t *report, char **cell, const Columns *at, bool verbose,
                      Score *score)
{
    char findings[1024] = "";
    const json_t *record = json_object_get(report, cell[at->file]);
    const char *verdict = json_string_value(json_object_get(record, "verdict"));
    verdict = verdict ? verdict : "no record";
    bool named = list_findings(record, cell[at->checks], findings, sizeof findings);
    bool met = named && among(cell[at->verdicts], verdict);
    score->rows++;
    score->met += met;
    score->passed += !strcmp(verdict, "PASS");
    score->review += !strcmp(verdict, "REVIEW");
    score->rejected += !strcmp(verdict, "REJECT");
    if (verbose || !met)
        printf("%s %-22s %s, should be %s%s%s; findings:%s [%s]\n", met ? "met " : "MISS",
               *cell[at->fault] ? cell[at->fault] : "(good photo)", verdict, cell[at->verdicts],
               *cell[at->checks] ? " by " : "", cell[at->checks], findings, cell[at->file]);
}

int main(int count, char **words)
{
    bool verbose = count > 1 && !strcmp(words[1], "-v");
    char line[ROW_MAX], *cell[COLUMN_MAX];
    if (count != 3 + verbose)
        return fputs("usage: compare_samples [-v] MANIFEST.csv REPORT.jsonl\n", stderr), 2;
    FILE *manifest = fopen(words[1 + verbose], "r");
    json_t *report = read_report(words[2 + verbose]);
    if (!manifest || !report || !fgets(line, sizeof line, manifest))
        return fprintf(stderr, "compare_samples: nothing to compare\n"), 2;
    int width = split(line, cell);
    const Columns at = {column(cell, width, "file"), column(cell, width, "fault"),
                        column(cell, width, "verdicts"), column(cell, width, "checks")};
    if (at.file < 0 || at.fault < 0 || at.verdicts < 0 || at.checks < 0)
        return fprintf(stderr, "compare_samples: not a manifest: '%s'\n", words[1 + verbose]), 2;
    Score score = {0};
    while (fgets(line, sizeof line, manifest))
        if (split(line, cell) == width)
            judge_row(report, cell, &at, verbose, &score);
    printf("%d of %d expectations met (%d PASS, %d REVIEW, %d REJECT)\n", score.met, score.rows,
           score.passed, score.review, score.rejected);
    fclose(manifest);
    json_decref(report);
    return score.met == score.rows ? 0 : 1;
}

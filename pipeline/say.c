/* SPDX-License-Identifier: MIT */
#include "say.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "paths.h"
#include "plain.h"
#include "text_errors.h"

enum { TEXT_BYTES = 1024, LINE_BYTES = 8192, REASONS_SHOWN = 3 };

static void drop(json_t **value)
{
    json_decref(*value);
}

/* Any text as JSON; what is not UTF-8 loses its bytes from 0x80. */
static json_t *json_text(const char *text)
{
    json_t *whole = json_string(text);
    char plain[TEXT_BYTES];
    size_t at = 0;
    if (whole)
        return whole;
    for (; text[at] && at + 1 < sizeof plain; at++)
        plain[at] = (unsigned char)text[at] < 0x80 ? text[at] : '?';
    plain[at] = '\0';
    return json_string(plain);
}

void say_message(const Cli *cli, MessageId message, ...)
{
    if (cli->quiet && !text_always(message))
        return;
    char plain[LINE_BYTES], text[LINE_BYTES];
    va_list list;
    va_start(list, message);
    vsnprintf(plain, sizeof plain, text_message(cli->lang, message), list);
    va_end(list);
    text_plural(plain);
    path_mask(plain, text, sizeof text);
    fprintf(stderr, "%s\n", text);
}

static const char *error_name(ErrCode code)
{
    static const char *const names[] = {"none",  "usage",  "io",    "memory",
                                        "model", "format", "locked", "stopped"};
    return names[code];
}

void say_error(const Cli *cli, const Err *err)
{
    char masked[LINE_BYTES], text[LINE_BYTES];
    path_mask(err->text ? err->text : "out of memory", masked, sizeof masked);
    text_error(cli->lang, masked, text, sizeof text);
    fprintf(stderr, text_message(cli->lang, MESSAGE_error_prefix), text);
    putc('\n', stderr);
    if (!cli->json)
        return;
    CLEANUP(drop)
    json_t *object = json_pack("{s:s,s:s}", "type", "error", "code", error_name(err->code));
    json_object_set_new(object, "text", json_text(text));
    say_object(object);
}

void say_start(const Cli *cli, const Profile *profile, const Plan *plan, int lanes)
{
    if (!cli->json)
        return;
    CLEANUP(drop)
    json_t *object = json_pack("{s:s,s:i,s:s,s:s,s:s,s:i,s:I,s:I}", "type", "start", "schema", 1,
                               "version", HEADROOM_VERSION, "profile", profile->name,
                               "profile_hash", profile->hash, "lanes", lanes, "files",
                               (json_int_t)plan->listing->count, "tasks", (json_int_t)plan->count);
    say_object(object);
}

static MessageId why_word(Why why)
{
    static const MessageId words[] = {MESSAGE_why_new, MESSAGE_why_changed, MESSAGE_why_rules, MESSAGE_why_failed,
                                      MESSAGE_why_output};
    return words[why];
}

/* Its stamp is another, or was too young to be trusted: only who reads it can tell whether its bytes are. */
static bool may_be_unchanged(const Plan *plan, const PlanTask *task)
{
    return task->why == WHY_CHANGED && task->known && plan->listing->files[task->file].stamp.bytes == task->past->stamp.bytes;
}

static void say_task(const Cli *cli, const Plan *plan, size_t index)
{
    char path[TEXT_BYTES], id[64] = "-";
    Task task;
    plan_task(plan, index, &task);
    Why why = plan->tasks[index].why;
    bool look = may_be_unchanged(plan, &plan->tasks[index]);
    if (cli->json) {
        CLEANUP(drop) json_t *object = json_pack("{s:s,s:b,s:s}", "type", "photo", "dry_run", 1, "why", look ? "look" : why_name(why));
        json_object_set_new(object, "id", task.id.text[0] ? json_string(task.id.text) : json_null());
        json_object_set_new(object, "path", json_text(task.path));
        say_object(object);
        return;
    }
    path_mask_bound(task.path, &task.id, path, sizeof path);
    if (task.id.text[0])
        id_mask(task.id.text, id);
    printf("%-8s %-18s %s\n", text_message(cli->lang, look ? MESSAGE_why_look : why_word(why)), id, path);
}

/* One problem: `what` is a path or a person's name. */
static void say_problem(const Cli *cli, MessageId kind, const Id *id, const char *what)
{
    char shown[TEXT_BYTES], masked[64] = "-";
    if (cli->json) {
        CLEANUP(drop) json_t *object = json_pack("{s:s,s:b,s:s}", "type", "problem", "dry_run", 1, "kind", text_message(LANG_EN, kind));
        json_object_set_new(object, "id", id->text[0] ? json_string(id->text) : json_null());
        json_object_set_new(object, "what", json_text(what));
        say_object(object);
        return;
    }
    path_mask_bound(what, id, shown, sizeof shown);
    if (id->text[0])
        id_mask(id->text, masked);
    printf("%s: %s %s\n", text_message(cli->lang, kind), masked, shown);
}

/* What is wrong with the names of the files: of each, the list that it would stand in. */
static void say_files(const Cli *cli, const Plan *plan)
{
    Bound bound;
    for (size_t i = 0; i < plan->listing->count; i++) {
        const char *path = plan->listing->files[i].path;
        bind_file(plan->roster, path, &bound);
        const Id *id = &bound.id;
        if (id->kind == ID_NONE)
            say_problem(cli, MESSAGE_problem_invalid, id, path);
        else if (plan->roster && !bound.person)
            say_problem(cli, MESSAGE_problem_extra, id, path);
        else if (bound.person && !bound.person->eligible)
            say_problem(cli, MESSAGE_problem_not_eligible, id, path);
        else if (plan->files_for_id[i] > 1)
            say_problem(cli, MESSAGE_problem_duplicate, id, path);
    }
}

static void say_persons(const Cli *cli, const Plan *plan)
{
    char text[TEXT_BYTES];
    for (size_t i = 0; plan->roster && i < plan->roster->count; i++) {
        const Person *person = &plan->roster->list[i];
        snprintf(text, sizeof text, "%s %s", person->name, person->group);
        if (person->eligible && !plan->has_file[i])
            say_problem(cli, MESSAGE_problem_missing, &person->id, text);
        if (person->rows < 2)
            continue;
        snprintf(text, sizeof text,
                 text_message(cli->lang, person->rows_differ ? MESSAGE_same_rows_differ : MESSAGE_same_rows),
                 person->rows, person->row_list);
        say_problem(cli, MESSAGE_problem_duplicate, &person->id, text);
    }
}

size_t say_tasks(const Cli *cli, const Plan *plan)
{
    size_t look = 0;
    for (size_t i = 0; i < plan->count; i++)
        look += may_be_unchanged(plan, &plan->tasks[i]);
    for (size_t i = 0; i < plan->count && (cli->json || !cli->quiet); i++)
        say_task(cli, plan, i);
    if (cli->json || !cli->quiet)
        say_files(cli, plan);
    return look;
}

void say_plan(const Cli *cli, const Plan *plan, size_t look)
{
    if (cli->json || !cli->quiet)
        say_persons(cli, plan);
    say_flush();
    if (plan->roster)
        say_message(cli, MESSAGE_dry_run_roster, plan->roster->eligible, plan->absent, plan->extra,
                    plan->not_eligible);
    say_message(cli, cli->command == COMMAND_MERGE ? MESSAGE_dry_run_merge : MESSAGE_dry_run, plan->count, plan->listing->count, plan->done, plan->unbound,
                plan->crowded);
    if (look)
        say_message(cli, MESSAGE_dry_run_look, look);
}

void say_photo(const Task *task, bool unchanged, Verdict verdict)
{
    static const char *const verdicts[] = {"PASS", "REVIEW", "REJECT", "ERROR"};
    char path[TEXT_BYTES], id[64] = "-";
    path_mask_bound(task->path, &task->id, path, sizeof path);
    if (task->id.text[0])
        id_mask(task->id.text, id);
    fprintf(stderr, "%-7s %-18s %s\n", unchanged ? "SAME" : verdicts[verdict], id,
            path);
}

/* The checks that stand in most findings, "hair top 12, tilt 5". */
static void print_reasons(Lang lang, const Tally *tally, char *out, size_t size)
{
    bool shown[CHECK_COUNT] = {false};
    size_t at = 0;
    out[0] = '\0';
    for (int round = 0; round < REASONS_SHOWN; round++) {
        CheckId best = CHECK_COUNT;
        for (CheckId i = 0; i < CHECK_COUNT; i++)
            if (!shown[i] && tally->reasons[i] &&
                (best == CHECK_COUNT || tally->reasons[i] > tally->reasons[best]))
                best = i;
        if (best == CHECK_COUNT || at >= size)
            return;
        shown[best] = true;
        at += (size_t)snprintf(out + at, size - at, "%s%s %zu", at ? ", " : "",
                               text_check(lang, best), tally->reasons[best]);
    }
}

static size_t total(const Tally *tally)
{
    return tally->verdicts[0] + tally->verdicts[1] + tally->verdicts[2] + tally->verdicts[3];
}

static double rate_of(const Summary *summary)
{
    return summary->seconds > 0 ? (double)summary->end->finished / summary->seconds : 0;
}

static json_t *whole_number(size_t number)
{
    return json_integer((json_int_t)number);
}

/* Lists and package. */
static void put_outcome(json_t *object, const Summary *summary)
{
    const Outcome *outcome = summary->outcome;
    const Settlement *settlement = summary->settlement;
    const size_t *met = settlement->met_count;
    json_t *lists = json_object();
    for (int i = 0; i < OUTCOME_LISTS; i++)
        json_object_set_new(lists, outcome->list_names[i], whole_number(outcome->lists[i]));
    json_object_set_new(object, "lists", lists);
    json_object_set_new(object, "ready", whole_number(settlement->ready));
    json_object_set_new(object, "kept", whole_number(settlement->kept));
    if (settlement->gone)
        json_object_set_new(object, "file_gone", whole_number(settlement->gone));
    if (outcome->recalled)
        json_object_set_new(object, "recalled", whole_number(outcome->recalled));
    if (summary->decisions)
        json_object_set_new(object, "decisions",
                            json_pack("{s:I,s:I,s:I,s:o*}", "met", (json_int_t)(met[MET_PHOTO] + met[MET_IDLE]), "lapsed", (json_int_t)met[MET_OTHERS],
                                      "no_photo", (json_int_t)met[MET_NOTHING], "no_effect", met[MET_IDLE] ? whole_number(met[MET_IDLE]) : NULL));
    if (outcome->packed)
        json_object_set_new(object, "package",
                            json_pack("{s:I,s:I}", "zips", (json_int_t)outcome->zips, "photos",
                                      (json_int_t)outcome->photos));
}

static void put_persons(json_t *object, const Summary *summary)
{
    const Settlement *settlement = summary->settlement;
    if (summary->roster) {
        json_object_set_new(object, "rows", whole_number(summary->roster->rows));
        json_object_set_new(object, "duplicate_rows",
                            whole_number(summary->roster->duplicate_rows));
        json_object_set_new(object, "persons", whole_number(summary->roster->count));
        json_object_set_new(object, "eligible", whole_number(summary->roster->eligible));
        json_object_set_new(object, "missing", whole_number(settlement->missing));
        json_object_set_new(object, "not_ready", whole_number(settlement->unready));
    }
}

/* Also when quiet: somebody believes to have decided. The first few, masked. */
static void say_decisions(const Cli *cli, const Summary *summary)
{
    enum { SHOWN = 5 };
    const Settlement *settlement = summary->settlement;
    const size_t *met = settlement->met_count;
    char names[SHOWN * 80] = "";
    size_t at = 0, shown = 0;
    if (!summary->decisions)
        return;
    say_message(cli, MESSAGE_summary_decisions, summary->decisions->count, met[MET_PHOTO] + met[MET_IDLE], met[MET_OTHERS],
                met[MET_NOTHING]);
    if (met[MET_IDLE])
        say_message(cli, MESSAGE_decisions_idle, met[MET_IDLE]);
    for (size_t i = 0; i < summary->decisions->count && shown < SHOWN; i++) {
        const Decision *decision = &summary->decisions->list[i];
        char id[64];
        if (settlement->met[i] != MET_NOTHING)
            continue;
        id_mask(decision->id, id);
        at += (size_t)snprintf(names + at, sizeof names - at, "%s%s", shown++ ? ", " : ": ", id);
    }
    if (met[MET_NOTHING] > SHOWN)
        snprintf(names + at, sizeof names - at, " ...");
    if (met[MET_NOTHING])
        say_message(cli, MESSAGE_decisions_no_photo, met[MET_NOTHING], names);
}

static void say_outcome(const Cli *cli, const Summary *summary)
{
    const Settlement *settlement = summary->settlement;
    if (settlement->kept)
        say_message(cli, MESSAGE_summary_kept, settlement->kept);
    if (settlement->gone)
        say_message(cli, MESSAGE_summary_gone, settlement->gone);
    if (summary->outcome->recalled)
        say_message(cli, MESSAGE_summary_recalled, summary->outcome->recalled, cli->out);
    if (summary->outcome->packed)
        say_message(cli, MESSAGE_summary_package, summary->outcome->zips, summary->outcome->photos,
                    cli->out);
}

static void say_summary_object(const Cli *cli, const Summary *summary)
{
    const Tally *tally = summary->tally;
    CLEANUP(drop)
    json_t *object =
        json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:b,s:f,s:f,s:i}", "type", "summary", "photos",
                  (json_int_t)total(tally), "pass", (json_int_t)tally->verdicts[VERDICT_PASS],
                  "review", (json_int_t)tally->verdicts[VERDICT_REVIEW], "reject",
                  (json_int_t)tally->verdicts[VERDICT_REJECT], "error",
                  (json_int_t)tally->verdicts[VERDICT_ERROR], "judged",
                  (json_int_t)(summary->end->finished - summary->end->unchanged), "unchanged",
                  (json_int_t)(summary->plan->done + summary->end->unchanged), "interrupted",
                  summary->end->interrupted, "seconds", summary->seconds, "per_second",
                  rate_of(summary), "exit", summary->exit_code);
    json_t *reasons = json_object();
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (tally->reasons[i])
            json_object_set_new(reasons, checks[i].name,
                                json_integer((json_int_t)tally->reasons[i]));
    json_object_set_new(object, "reasons", reasons);
    if (summary->plan->listing->link_count)
        json_object_set_new(object, "links_left_out", whole_number(summary->plan->listing->link_count));
    if (summary->plan->listing->other_count)
        json_object_set_new(object, "files_left_out", whole_number(summary->plan->listing->other_count));
    if (summary->written) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/report.jsonl", cli->out);
        json_object_set_new(object, "report", json_text(path));
        put_outcome(object, summary);
    }
    if (summary->settled)
        put_persons(object, summary);
    say_object(object);
}

void say_summary(const Cli *cli, const Summary *summary)
{
    const Tally *tally = summary->tally;
    char reasons[TEXT_BYTES];
    if (summary->written)
        say_decisions(cli, summary);
    if (cli->json) {
        say_summary_object(cli, summary);
        return;
    }
    if (summary->written && summary->plan->count + summary->end->finished == 0 && summary->plan->done)
        say_message(cli, MESSAGE_nothing_to_do, summary->plan->done);
    else
        say_message(cli, cli->command == COMMAND_MERGE ? MESSAGE_summary_merge : MESSAGE_summary_run,
                    summary->end->finished - summary->end->unchanged, summary->plan->done + summary->end->unchanged, rate_of(summary));
    say_message(cli, MESSAGE_summary_counts, total(tally), tally->verdicts[VERDICT_PASS],
                tally->verdicts[VERDICT_REVIEW], tally->verdicts[VERDICT_REJECT],
                tally->verdicts[VERDICT_ERROR]);
    if (tally->verdicts[VERDICT_ERROR])
        say_message(cli, MESSAGE_photos_in_error, tally->verdicts[VERDICT_ERROR]);
    print_reasons(cli->lang, tally, reasons, sizeof reasons);
    if (reasons[0])
        say_message(cli, MESSAGE_summary_reasons, reasons);
    if (summary->plan->listing->other_count)
        say_message(cli, MESSAGE_summary_other, summary->plan->listing->other_count);
    if (summary->settled && summary->roster)
        say_message(cli, MESSAGE_summary_persons, summary->roster->eligible,
                    summary->roster->eligible - summary->settlement->unready, summary->settlement->missing);
    if (summary->written) {
        text_not_measured(cli->lang, reasons, sizeof reasons);
        say_message(cli, MESSAGE_summary_unmeasured, reasons);
        say_outcome(cli, summary);
        say_message(cli, MESSAGE_summary_report, cli->out);
    }
}

/* SPDX-License-Identifier: MIT */
#include "record.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../pipeline/json_out.h"
#include "line.h"

/* Whole numbers stay whole and exact, others are written in six significant digits (record_json). */
static void number(JsonOut *out, double value)
{
    bool whole = fabs(value - round(value)) <= 1e-5 * fabs(value); /* else six digits of it are no whole number either */
    if (whole && value != floor(value)) {
        char digits[32];
        snprintf(digits, sizeof digits, "%.6g", value);
        value = strtod(digits, NULL);
    }
    if (whole && value == floor(value) && fabs(value) < 1e15)
        json_out_integer(out, (int64_t)value);
    else
        json_out_real(out, value);
}

/* None where it was not measured. */
static void put_number(JsonOut *out, const char *key, double value)
{
    if (!isfinite(value))
        return;
    json_out_key(out, key);
    number(out, value);
}

static void put_integer(JsonOut *out, const char *key, int64_t value)
{
    json_out_key(out, key);
    json_out_integer(out, value);
}

static void put_word(JsonOut *out, const char *key, const char *literal)
{
    json_out_key(out, key);
    json_out_word(out, literal);
}

/* Whether it had to be escaped. */
static bool put_any(JsonOut *out, const char *key, const char *text)
{
    bool escaped;
    const char *whole = line_utf8(out->arena, text, &escaped);
    out->failed |= !whole;
    json_out_key(out, key);
    json_out_string(out, whole ? whole : "");
    return escaped;
}

static void put_text(JsonOut *out, const char *key, const char *text)
{
    if (text && *text)
        put_any(out, key, text);
}

static void put_open(JsonOut *out, const char *key, char bracket)
{
    json_out_key(out, key);
    json_out_open(out, bracket);
}

static void put_numbers(JsonOut *out, const char *key, const double *values, int count)
{
    for (int i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return;
    put_open(out, key, '[');
    for (int i = 0; i < count; i++)
        number(out, values[i]);
    json_out_close(out, ']');
}

static void put_point(JsonOut *out, const char *key, Point at)
{
    put_numbers(out, key, (double[]){at.x, at.y}, 2);
}

static const char *format_name(Format format)
{
    static const char *const names[] = {
        [FORMAT_EMPTY] = "empty", [FORMAT_JPEG] = "jpeg", [FORMAT_PNG] = "png",
        [FORMAT_WEBP] = "webp",   [FORMAT_HEIC] = "heic", [FORMAT_GIF] = "gif",
        [FORMAT_BMP] = "bmp",     [FORMAT_TIFF] = "tiff", [FORMAT_PDF] = "pdf",
        [FORMAT_HTML] = "html",   [FORMAT_ZIP] = "zip",   [FORMAT_OTHER] = "other",
    };
    return names[format];
}

static void put_source(JsonOut *out, const char *path, const Source *source)
{
    put_open(out, "source", '{');
    if (put_any(out, "path", path))
        put_word(out, "path_escaped", "true");
    put_integer(out, "bytes", (int64_t)source->bytes);
    put_text(out, "sha256", source->sha256);
    if (source->data && source->header.format != FORMAT_JPEG)
        put_text(out, "format", format_name(source->header.format));
    if (source->width_px > 0 && source->height_px > 0) {
        put_integer(out, "width", source->width_px);
        put_integer(out, "height", source->height_px);
        put_integer(out, "orientation", source->header.orientation);
    }
    put_text(out, "camera", source->header.camera);
    put_text(out, "software", source->header.software);
    put_text(out, "captured", source->header.captured);
    put_text(out, "problem", source->problem ? source->problem : source->header.problem);
    put_text(out, "warning", source->warning);
    json_out_close(out, '}');
}

static void put_face(JsonOut *out, const Faces *faces, const Head *head)
{
    const Face *face = &faces->best;
    if (faces->count < 1)
        return;
    put_open(out, "face", '{');
    put_point(out, "left_eye", face->left_eye);
    put_point(out, "right_eye", face->right_eye);
    put_number(out, "hair_top_y", head->hair_top_y);
    put_number(out, "face_left_x", face->left_x);
    put_number(out, "face_right_x", face->right_x);
    put_number(out, "chin_y", face->chin_y);
    put_point(out, "mouth_left", face->mouth_left);
    put_point(out, "mouth_right", face->mouth_right);
    put_number(out, "score", face->score);
    put_text(out, "hair_top_problem", head->problem);
    json_out_close(out, '}');
}

static void put_background(JsonOut *out, const Background *background, const Profile *profile)
{
    if (isnan(background->r) || isnan(background->g) || isnan(background->b))
        return;
    put_open(out, "background", '{');
    put_numbers(out, "rgb", (double[]){background->r, background->g, background->b}, 3);
    put_number(out, "delta_e", background->delta_e);
    if (background->nearest >= 0 && background->nearest < profile->colour_count)
        json_out_text(out, "nearest", profile->colours[background->nearest].name);
    json_out_close(out, '}');
}

static void put_crop(JsonOut *out, const Crop *crop)
{
    if (!crop->found)
        return;
    put_open(out, "crop", '{');
    put_number(out, "x", crop->x);
    put_number(out, "y", crop->y);
    put_number(out, "width", crop->width);
    put_number(out, "height", crop->height);
    put_number(out, "scale", crop->scale);
    json_out_close(out, '}');
}

static void put_facts(JsonOut *out, const Facts *facts)
{
    put_open(out, "facts", '{');
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        put_number(out, checks[i].name, facts->v[i]);
    json_out_close(out, '}');
}

static void put_finding(JsonOut *out, const Finding *finding)
{
    json_out_open(out, '{');
    json_out_text(out, "check", checks[finding->check].name);
    json_out_text(out, "level", level_name(finding->level));
    if (finding->measured)
        put_number(out, "value", finding->value);
    else
        put_word(out, "measured", "false");
    put_number(out, "lo", finding->lo);
    put_number(out, "hi", finding->hi);
    if (finding->review_below > 0)
        put_number(out, "review_lo", finding->lo - finding->review_below);
    if (finding->review_above > 0)
        put_number(out, "review_hi", finding->hi + finding->review_above);
    if (finding->measured && finding->error > 0)
        put_number(out, "uncertainty", finding->error);
    json_out_text(out, "clause", checks[finding->check].clause);
    json_out_close(out, '}');
}

static void put_findings(JsonOut *out, const Findings *findings)
{
    put_open(out, "findings", '[');
    for (int i = 0; i < findings->count; i++)
        put_finding(out, &findings->list[i]);
    json_out_close(out, ']');
}

static void put_not_checked(JsonOut *out, const Findings *findings)
{
    put_open(out, "not_checked", '[');
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (findings->missing[i] || findings->hidden[i])
            json_out_string(out, checks[i].name);
    for (const char *const *rule = not_measurable; *rule; rule++)
        json_out_string(out, *rule);
    json_out_close(out, ']');
}

static void put_output(JsonOut *out, const char *path, const Output *output)
{
    if (!path[0])
        return;
    put_open(out, "output", '{');
    json_out_text(out, "path", path);
    put_integer(out, "bytes", (int64_t)output->file.size);
    put_integer(out, "quality", output->quality);
    json_out_text(out, "subsampling", output->sampling);
    json_out_text(out, "sha256", output->sha256);
    json_out_close(out, '}');
}

/* Where no quality fits the byte window: its neighbours on both sides. */
static void put_nearest(JsonOut *out, const Output *output)
{
    if (!output->nearest_bytes[0] && !output->nearest_bytes[1])
        return;
    put_open(out, "byte_window", '[');
    for (int i = 0; i < 2; i++) {
        if (!output->nearest_bytes[i])
            continue;
        json_out_open(out, '{');
        put_integer(out, "quality", output->nearest_quality[i]);
        put_integer(out, "bytes", (int64_t)output->nearest_bytes[i]);
        json_out_close(out, '}');
    }
    json_out_close(out, ']');
}

/* Within a measure's error a rule may be broken where the window keeps it. */
static bool is_misplaced(const Findings *findings)
{
    for (int i = 0; i < findings->count; i++)
        if (check_is_placement(findings->list[i].check) && findings->list[i].measured)
            return true;
    return false;
}

static void put_advice(JsonOut *out, const Advice *advice)
{
    size_t began = out->length;
    put_open(out, "advice", '{');
    if (advice->one < CHECK_COUNT)
        json_out_text(out, "one", checks[advice->one].name);
    if (advice->other < CHECK_COUNT)
        json_out_text(out, "other", checks[advice->other].name);
    if (advice->nearer_pct != 0)
        put_number(out, "nearer_pct", advice->nearer_pct);
    if (advice->room_above_pct > 0)
        put_number(out, "room_above_pct", advice->room_above_pct);
    if (advice->pan)
        json_out_text(out, "pan", advice->pan < 0 ? "left" : "right");
    if (advice->hair_too_high)
        put_word(out, "hair_too_high", "true");
    json_out_close_filled(out, '}', began);
}

static void put_id(JsonOut *out, const Id *id)
{
    bool bound = id->kind != ID_NONE;
    if (bound)
        json_out_text(out, "id", id->text);
    else
        put_word(out, "id", "null");
    json_out_text(out, "id_kind", id_kind_name(id->kind));
    if (!bound)
        put_text(out, "id_problem", id_problem_name(id->problem));
}

static const char *verdict_name(Verdict verdict)
{
    static const char *const names[] = {"PASS", "REVIEW", "REJECT", "ERROR"};
    return names[verdict];
}

static const char *action_name(Action action)
{
    static const char *const names[] = {"none", "made", "passed-through", "header-fixed"};
    return names[action];
}

Err record_json(Arena *arena, const Photo *photo, const Profile *profile, const char **out)
{
    JsonOut record = {.arena = arena};
    json_out_open(&record, '{');
    json_out_text(&record, "type", "photo");
    put_integer(&record, "schema", 1);
    put_id(&record, &photo->task.id);
    json_out_text(&record, "verdict", verdict_name(photo->verdict));
    json_out_text(&record, "action", action_name(photo->action));
    put_text(&record, "error", photo->error);
    put_source(&record, photo->task.path, &photo->source);
    put_face(&record, &photo->faces, &photo->head);
    put_background(&record, &photo->background, profile);
    put_crop(&record, &photo->crop);
    put_facts(&record, &photo->facts);
    put_findings(&record, &photo->findings);
    put_not_checked(&record, &photo->findings);
    if (is_misplaced(&photo->findings))
        put_advice(&record, &photo->advice);
    put_output(&record, photo->output_path, &photo->output);
    put_nearest(&record, &photo->output);
    json_out_close(&record, '}');
    *out = json_out_end(&record);
    return *out ? OK : fail(arena, ERR_MEMORY, "no memory for a record");
}

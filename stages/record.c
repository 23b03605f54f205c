/* SPDX-License-Identifier: MIT */
#include "record.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "line.h"

static void drop(json_t **value)
{
    json_decref(*value);
}

static void drop_text(char **text)
{
    free(*text);
}

/* Whole numbers stay whole and exact, others are written in six significant digits (record_json). NULL for what was not measured. */
static json_t *number(double value)
{
    if (!isfinite(value))
        return NULL;
    if (fabs(value - round(value)) > 1e-5 * fabs(value)) /* six digits of it are no whole number either */
        return json_real(value);
    if (value != floor(value)) {
        char digits[32];
        snprintf(digits, sizeof digits, "%.6g", value);
        value = strtod(digits, NULL);
    }
    if (value == floor(value) && fabs(value) < 1e15)
        return json_integer((json_int_t)value);
    return json_real(value);
}

static void put(json_t *object, const char *key, json_t *value)
{
    if (value)
        json_object_set_new(object, key, value);
}

static void put_number(json_t *object, const char *key, double value)
{
    put(object, key, number(value));
}

static void put_text(Arena *arena, json_t *object, const char *key, const char *text)
{
    bool escaped;
    if (text && *text)
        put(object, key, line_any(arena, text, &escaped));
}

static json_t *point(Point at)
{
    json_t *x = number(at.x), *y = number(at.y);
    if (x && y)
        return json_pack("[oo]", x, y);
    json_decref(x);
    json_decref(y);
    return NULL;
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

static json_t *source_json(Arena *arena, const char *path, const Source *source)
{
    json_t *out = json_object();
    bool escaped = false;
    put(out, "path", line_any(arena, path, &escaped));
    if (escaped)
        put(out, "path_escaped", json_true());
    put(out, "bytes", json_integer((json_int_t)source->bytes));
    put_text(arena, out, "sha256", source->sha256);
    if (source->data && source->header.format != FORMAT_JPEG)
        put_text(arena, out, "format", format_name(source->header.format));
    if (source->width_px > 0 && source->height_px > 0) {
        put(out, "width", json_integer(source->width_px));
        put(out, "height", json_integer(source->height_px));
        put(out, "orientation", json_integer(source->header.orientation));
    }
    put_text(arena, out, "camera", source->header.camera);
    put_text(arena, out, "software", source->header.software);
    put_text(arena, out, "captured", source->header.captured);
    put_text(arena, out, "problem", source->problem ? source->problem : source->header.problem);
    put_text(arena, out, "warning", source->warning);
    return out;
}

static json_t *face_json(Arena *arena, const Faces *faces, const Head *head)
{
    const Face *face = &faces->best;
    if (faces->count < 1)
        return NULL;
    json_t *out = json_object();
    put(out, "left_eye", point(face->left_eye));
    put(out, "right_eye", point(face->right_eye));
    put_number(out, "hair_top_y", head->hair_top_y);
    put_number(out, "face_left_x", face->left_x);
    put_number(out, "face_right_x", face->right_x);
    put_number(out, "chin_y", face->chin_y);
    put(out, "mouth_left", point(face->mouth_left));
    put(out, "mouth_right", point(face->mouth_right));
    put_number(out, "score", face->score);
    put_text(arena, out, "hair_top_problem", head->problem);
    return out;
}

static json_t *background_json(const Background *background, const Profile *profile)
{
    if (isnan(background->r) || isnan(background->g) || isnan(background->b))
        return NULL;
    json_t *out = json_object();
    put(out, "rgb",
        json_pack("[ooo]", number(background->r), number(background->g), number(background->b)));
    put_number(out, "delta_e", background->delta_e);
    if (background->nearest >= 0 && background->nearest < profile->colour_count)
        put(out, "nearest", json_string(profile->colours[background->nearest].name));
    return out;
}

static json_t *crop_json(const Crop *crop)
{
    if (!crop->found)
        return NULL;
    json_t *out = json_object();
    put_number(out, "x", crop->x);
    put_number(out, "y", crop->y);
    put_number(out, "width", crop->width);
    put_number(out, "height", crop->height);
    put_number(out, "scale", crop->scale);
    return out;
}

static json_t *facts_json(const Facts *facts)
{
    json_t *out = json_object();
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        put_number(out, checks[i].name, facts->v[i]);
    return out;
}

static json_t *finding_json(const Finding *finding)
{
    json_t *out = json_object();
    put(out, "check", json_string(checks[finding->check].name));
    put(out, "level", json_string(level_name(finding->level)));
    if (finding->measured)
        put_number(out, "value", finding->value);
    else
        put(out, "measured", json_false());
    put_number(out, "lo", finding->lo);
    put_number(out, "hi", finding->hi);
    if (finding->review_below > 0)
        put_number(out, "review_lo", finding->lo - finding->review_below);
    if (finding->review_above > 0)
        put_number(out, "review_hi", finding->hi + finding->review_above);
    if (finding->measured && finding->error > 0)
        put_number(out, "uncertainty", finding->error);
    put(out, "clause", json_string(checks[finding->check].clause));
    return out;
}

static json_t *findings_json(const Findings *findings)
{
    json_t *out = json_array();
    for (int i = 0; i < findings->count; i++)
        json_array_append_new(out, finding_json(&findings->list[i]));
    return out;
}

static json_t *not_checked_json(const Findings *findings)
{
    json_t *out = json_array();
    for (CheckId i = 0; i < CHECK_COUNT; i++)
        if (findings->missing[i] || findings->hidden[i])
            json_array_append_new(out, json_string(checks[i].name));
    for (const char *const *rule = not_measurable; *rule; rule++)
        json_array_append_new(out, json_string(*rule));
    return out;
}

static json_t *output_json(const char *path, const Output *output)
{
    if (!path[0])
        return NULL;
    json_t *out = json_object();
    put(out, "path", json_string(path));
    put(out, "bytes", json_integer((json_int_t)output->file.size));
    put(out, "quality", json_integer(output->quality));
    put(out, "subsampling", json_string(output->sampling));
    put(out, "sha256", json_string(output->sha256));
    return out;
}

/* Where no quality fits the byte window: its neighbours on both sides. */
static json_t *nearest_json(const Output *output)
{
    if (!output->nearest_bytes[0] && !output->nearest_bytes[1])
        return NULL;
    json_t *out = json_array();
    for (int i = 0; i < 2; i++)
        if (output->nearest_bytes[i])
            json_array_append_new(out, json_pack("{s:i,s:I}", "quality", output->nearest_quality[i],
                                                 "bytes", (json_int_t)output->nearest_bytes[i]));
    return out;
}

/* Within a measure's error a rule may be broken where the window keeps it. */
static bool is_misplaced(const Findings *findings)
{
    for (int i = 0; i < findings->count; i++)
        if (check_is_placement(findings->list[i].check) && findings->list[i].measured)
            return true;
    return false;
}

static json_t *advice_json(const Advice *advice)
{
    json_t *out = json_object();
    if (advice->one < CHECK_COUNT)
        put(out, "one", json_string(checks[advice->one].name));
    if (advice->other < CHECK_COUNT)
        put(out, "other", json_string(checks[advice->other].name));
    if (advice->nearer_pct != 0)
        put_number(out, "nearer_pct", advice->nearer_pct);
    if (advice->room_above_pct > 0)
        put_number(out, "room_above_pct", advice->room_above_pct);
    if (advice->pan)
        put(out, "pan", json_string(advice->pan < 0 ? "left" : "right"));
    if (advice->hair_too_high)
        put(out, "hair_too_high", json_true());
    if (json_object_size(out))
        return out;
    json_decref(out);
    return NULL;
}

static void put_id(Arena *arena, json_t *out, const Id *id)
{
    bool bound = id->kind != ID_NONE;
    put(out, "id", bound ? json_string(id->text) : json_null());
    put(out, "id_kind", json_string(id_kind_name(id->kind)));
    if (!bound)
        put_text(arena, out, "id_problem", id_problem_name(id->problem));
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
    CLEANUP(drop) json_t *record = json_object();
    put(record, "type", json_string("photo"));
    put(record, "schema", json_integer(1));
    put_id(arena, record, &photo->task.id);
    put(record, "verdict", json_string(verdict_name(photo->verdict)));
    put(record, "action", json_string(action_name(photo->action)));
    put_text(arena, record, "error", photo->error);
    put(record, "source", source_json(arena, photo->task.path, &photo->source));
    put(record, "face", face_json(arena, &photo->faces, &photo->head));
    put(record, "background", background_json(&photo->background, profile));
    put(record, "crop", crop_json(&photo->crop));
    put(record, "facts", facts_json(&photo->facts));
    put(record, "findings", findings_json(&photo->findings));
    put(record, "not_checked", not_checked_json(&photo->findings));
    if (is_misplaced(&photo->findings))
        put(record, "advice", advice_json(&photo->advice));
    put(record, "output", output_json(photo->output_path, &photo->output));
    put(record, "byte_window", nearest_json(&photo->output));

    CLEANUP(drop_text) char *text = json_dumps(record, JSON_COMPACT | JSON_REAL_PRECISION(6));
    *out = text ? arena_copy(arena, text) : NULL;
    return *out ? OK : fail(arena, ERR_MEMORY, "no memory for a record");
}

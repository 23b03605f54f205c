/* SPDX-License-Identifier: MIT */
#include "../../stages/report.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "../../stages/lists.h"
#include "out_fixture.h"

#define NUMBER "11010519491231002X"
#define FINDING(check, level)                                                                      \
    "{\"check\":\"" check "\",\"level\":\"" level "\",\"value\":0,\"lo\":1,\"hi\":1}"
#define RECORD(id, verdict, path, findings)                                                        \
    "{\"type\":\"photo\",\"schema\":1,\"id\":" id ",\"verdict\":\"" verdict                        \
    "\",\"action\":\"made\","                                                                      \
    "\"source\":{\"path\":\"" path                                                                 \
    "\"},\"facts\":{\"tilt_deg\":-4.2,\"file_bytes\":38211},\"findings\":[" findings "]}"
#define REPORTED(json, ms, number) ((Reported){.record = json, .times = ms, .attempt = number})
#define BOUND "\"" NUMBER "\""

static const Profile profile = {.width_px = 480, .title_zh = "\xE6\xA0\x87\xE5\x87\x86", .title_en = "rules"};

static const char *slurp(const World *world, const char *relative)
{
    static char text[1 << 16]; /* of the last call */
    char path[128];
    snprintf(path, sizeof path, "%s/%s", world->out, relative);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in %s", part, text);
}

static void write_all(World *world, Lang lang, const char *const *records)
{
    Report *report;
    must(report_open(world->arena, &(ReportAsk){world->out, lang, false, &profile}, &report));
    for (int i = 0; records[i]; i++)
        must(report_add(report, &REPORTED(records[i], "{\"read\":1.5}", i + 1)));
    must(report_finish(world->arena, report));
    report_close(report);
}

static void a_line_gets_attempt_text_and_on_demand_times(void **state)
{
    World *world = *state;
    const char *line;
    Reported photo = REPORTED(RECORD(BOUND, "REJECT", "a.jpg", FINDING("faces", "REJECT")),
                              "{\"read\":1.5}", 3);
    must(report_line(world->arena, LANG_EN, false, &photo, &line));
    assert_has(line, "\"action\":\"made\",\"attempt\":3,\"source\"");
    assert_has(line, "\"text\":\"");
    assert_null(strstr(line, "\"ms\""));
    must(report_line(world->arena, LANG_EN, true, &photo, &line));
    assert_has(line, "\"ms\":{\"read\":1.5}}");
}

/* What only the record knows: why a name binds nobody or a file was not read, which qualities were tried, that there is an advice. */
static void a_sentence_tells_what_its_record_knows(void **state)
{
    World *world = *state;
#define UNBOUND(why) "{\"id\":null,\"id_problem\":\"" why "\",\"findings\":[" FINDING("id_valid", "REJECT") "]}"
#define NARROW(tried) "{\"id\":" BOUND ",\"findings\":[" FINDING("byte_window", "REJECT") "],\"byte_window\":[" tried "]}"
#define TRIED(quality, bytes) "{\"quality\":" quality ",\"bytes\":" bytes "}"
#define PLACED(advice) "{\"verdict\":\"REJECT\",\"findings\":[{\"check\":\"eye_line_px\",\"level\":\"REJECT\",\"value\":338,\"lo\":200,\"hi\":300}]," advice "\"x\":1}"
#define UNREAD(why) "{\"id\":" BOUND ",\"source\":{\"problem\":\"" why "\"},\"findings\":[" FINDING("readable", "REJECT") "]}"
#define SLOPED(spread, gradient) "{\"verdict\":\"REJECT\",\"findings\":[{\"check\":\"background_spread\",\"level\":\"REJECT\",\"value\":" spread ",\"hi\":3}," \
                                 "{\"check\":\"background_gradient\",\"level\":\"REJECT\"" gradient ",\"hi\":6}],\"x\":1}"
    static const struct { const char *record, *text; } row[] = {
        {SLOPED("10", ",\"value\":21"), "\"背景不均匀, 色差达 10, 应不超过 3: 请使背景照明均匀后重拍\""}, /* light makes it */
        {SLOPED("10", ",\"value\":14"), "\"背景不均匀, 色差达 10, 应不超过 3: 请使用平整无纹的背景重拍\""}, /* folds, too */
        {SLOPED("10", ""), "\"背景不均匀, 色差达 10, 应不超过 3: 请使用平整无纹的背景重拍\""},
        {UNREAD("is encrypted with a password in its archive"), "\"文件无法读取 (在压缩包中设有密码): 请重新拷贝或传送\""},
        {UNREAD("cannot be read from its archive: cannot read '" NUMBER ".jpg' in 'a: b.zip': Compression method not supported"), "\"文件无法读取 (不支持的压缩方法): 请"},
        {UNREAD("stands in its archive more than once"), "(在压缩包中出现不止一次)"},
        {UNREAD("Permission denied"), "(没有权限)"},
        {UNREAD("crashed a library twice (SIGBUS)"), "(两次使程序库崩溃 (SIGBUS))"},
        {UNREAD(""), "\"文件无法读取: 请重新拷贝或传送\""},
        {UNBOUND("no_number"), "文件名中没有 18 位 (或 15 位) 身份证号码"},
        {UNBOUND("ambiguous"), "文件名中有几个不同的号码"},
        {UNBOUND("bad_date"), "含有不存在的出生日期"},
        {UNBOUND("bad_check"), "校验位不符"},
        {NARROW(TRIED("31", "39850") "," TRIED("32", "40411")), "品质系数 31 时 39850 字节, 品质系数 32 时 40411 字节"},
        {NARROW(TRIED("100", "15000")), "任何压缩品质下文件都太小 (最接近的是品质系数 100 时 15000 字节)"},
        {NARROW(TRIED("1", "50000")), "文件大小达不到要求 (最接近的是品质系数 1 时 50000 字节)"},
        {NARROW(""), "在规定的压缩品质内, 文件大小达不到要求: "},
        {PLACED("\"advice\":{\"nearer_pct\":-67},"), "眼睛距上边沿 338 像素, 应为 200 至 300\"}],\"advice\":{\"nearer_pct\":-67,\"text\":\"请后退, 拍摄距离加大约 67 %\""},
        {PLACED("\"advice\":{\"pan\":\"left\",\"room_above_pct\":9},"), "头顶上方请留画面高度的约 9 %; 人像偏左"},
        {PLACED(""), "应为 200 至 300: 眼睛位置偏低, 请用相机原图重新裁剪"},
        {PLACED("\"advice\":{\"one\":\"eye_line_px\"},"), "应为 200 至 300: 眼睛位置偏低, 请用相机原图重新裁剪"},
        {"{\"findings\":[{\"check\":\"background_spread\",\"level\":\"NOTE\",\"value\":10,\"hi\":3,\"waived\":true}]}",
         "\"背景不均匀, 色差达 10, 应不超过 3 (已免除)\""}, /* and orders nothing */
        {"{\"findings\":[{\"check\":\"tilt_deg\",\"level\":\"REJECT\",\"value\":-9,\"lo\":-3,\"hi\":3,\"review_lo\":-6,\"review_hi\":6}]}",
         "应在 3 度以内 (超过 6 度不合格): "},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const char *line;
        must(report_line(world->arena, LANG_ZH, false, &REPORTED(row[i].record, "", 1), &line));
        assert_has(line, row[i].text);
    }
}

static void every_record_stands_in_the_right_list(void **state)
{
    // clang-format off
#define KEPT(verdict, findings) "{\"id\":" BOUND ",\"verdict\":\"" verdict "\",\"findings\":[" findings "],\"kept\":{}}"
    static const struct { const char *record, *list; } row[] = {
        {RECORD(BOUND,  "PASS",   "a", ""),                                 NULL},
        {RECORD(BOUND,  "REVIEW", "a", FINDING("tilt_deg", "REVIEW")),      "review"},
        {RECORD(BOUND,  "REJECT", "a", FINDING("tilt_deg", "REJECT")),      "retake"},
        {RECORD(BOUND,  "REJECT", "a", FINDING("is_jpeg", "REJECT")),       "unreadable"},
        {RECORD(BOUND,  "REVIEW", "a", FINDING("damage", "REVIEW")),        "review"},
        {KEPT("REJECT", FINDING("is_jpeg", "REJECT")),                      NULL}, /* who is done is not called back */
        {KEPT("REJECT", FINDING("tilt_deg", "REJECT")),                     NULL},
        {KEPT("REVIEW", FINDING("tilt_deg", "REVIEW")),                     "review"},
        {KEPT("ERROR",  ""),                                                NULL},
        {KEPT("REJECT", FINDING("files_for_id", "REJECT")),                 "duplicate"},
        {RECORD(BOUND,  "ERROR",  "a", ""),                                 "unreadable"},
        {RECORD(BOUND,  "REJECT", "a", FINDING("files_for_id", "REJECT")),  "duplicate"},
        {RECORD(BOUND,  "REJECT", "a", FINDING("in_roster", "REJECT") "," FINDING("tilt_deg", "REJECT")), "extra"},
        {RECORD(BOUND,  "REJECT", "a", FINDING("eligible", "REJECT")),      "not-eligible"},
        {RECORD(BOUND,  "REJECT", "a", FINDING("same_bytes", "REJECT")),    "duplicate"},
        {RECORD(BOUND,  "REVIEW", "a", FINDING("same_picture", "REVIEW")),  "review"},
        {RECORD("null", "REJECT", "a", FINDING("id_valid", "REJECT") "," FINDING("damage", "REJECT")), "invalid"},
    };
    // clang-format on
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        json_t *record = json_loads(row[i].record, 0, NULL);
        assert_non_null(record);
        const char *list = lists_name(record);
        if (row[i].list)
            assert_string_equal(list, row[i].list);
        else
            assert_null(list);
        json_decref(record);
    }
}

static void excel_sees_neither_numbers_nor_formulas(void **state)
{
    World *world = *state;
    static const char *const records[] = {
        RECORD(BOUND, "REJECT", "=HYPERLINK(1).jpg", FINDING("faces", "REJECT")),
        RECORD(BOUND, "REJECT", "-1+1, \\\"x\\\".jpg", FINDING("faces", "REJECT")),
        RECORD("null", "REJECT", "\\n@x.jpg", ""), RECORD("null", "REJECT", "＝1.jpg", ""),
        RECORD("null", "REJECT", " =1.jpg", ""), RECORD("null", "REJECT", "'1.jpg", ""),
        RECORD("null", "REJECT", "a\\u202E\\u009Bb.jpg", ""), NULL};
    write_all(world, LANG_ZH, records);
    const char *csv = slurp(world, "report.csv");
    assert_memory_equal(csv, "\xEF\xBB\xBF\"身份证号\",", 5);
    assert_has(csv, "\r\n\"=\"\"" NUMBER "\"\"\",\"\",\"\",\"不合格\",\"未采用\",1,\"'=HYPERLINK(1).jpg\",");
    assert_has(csv, ",2,\"'-1+1, \"\"x\"\".jpg\",");
    assert_has(csv, "\r\n,\"\",\"\",\"不合格\",\"未采用\",3,\"' @x.jpg\",");
    assert_has(csv, "\"'＝1.jpg\"");
    assert_has(csv, "\"' =1.jpg\"");
    assert_has(csv, "\"''1.jpg\"");
    assert_has(csv, "\"a??b.jpg\"");
    assert_has(csv, ",-4.2,");
    assert_has(slurp(world, "lists/summary.csv"), "\"已有合格照片\",\"需重拍\",\"需人工查看\",\"缺照片\",\"名单外\",\"重复\",\"无有效号码\",\"不在注册范围\",\"无法读取\"\r\n");
    csv = slurp(world, "lists/retake.csv");
    assert_has(csv, "\r\n\"\",\"=\"\"" NUMBER "\"\"\",\"\",\"'=HYPERLINK(1).jpg\",\"");
    assert_has(slurp(world, "report.jsonl"), "\"a\\u202E\\u009Bb.jpg\"");
}

static void the_same_bytes_are_not_written_again(void **state)
{
    World *world = *state;
    static const char *const records[] = {RECORD(BOUND, "PASS", "a", ""), NULL};
    static const char *const other[] = {RECORD(BOUND, "PASS", "b", ""), NULL};
    struct stat before, after;
    char path[128];
    snprintf(path, sizeof path, "%s/report.jsonl", world->out);
    write_all(world, LANG_EN, records);
    assert_int_equal(stat(path, &before), 0);
    write_all(world, LANG_EN, records);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    write_all(world, LANG_EN, other);
    assert_int_equal(stat(path, &after), 0);
    assert_int_not_equal(before.st_ino, after.st_ino);
}

static void what_was_added_is_counted(void **state)
{
    World *world = *state;
    Report *report;
    must(report_open(world->arena, &(ReportAsk){world->out, LANG_EN, false, &profile}, &report));
    must(report_add(report,
                    &REPORTED(RECORD(BOUND, "PASS", "a", FINDING("tilt_deg", "NOTE")), "", 1)));
    must(report_add(
        report, &REPORTED(RECORD(BOUND, "REVIEW", "b", FINDING("tilt_deg", "REVIEW")), "", 1)));
    assert_int_equal(report_tally(report)->verdicts[VERDICT_PASS], 1);
    assert_int_equal(report_tally(report)->verdicts[VERDICT_REVIEW], 1);
    assert_int_equal(report_tally(report)->reasons[CHECK_tilt_deg], 1);
    report_close(report); /* unfinished: nothing is left behind */
    shell(world, "test ! -e report.jsonl");
}

static void a_broken_record_ends_the_report_with_a_reason(void **state)
{
    static const char *const broken[] = {
        "", "[]", "{", "null", "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}"};
    World *world = *state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        const char *line;
        Err err = report_line(world->arena, LANG_EN, false, &REPORTED(broken[i], "", 1), &line);
        assert_int_equal(err.code, ERR_FORMAT);
        assert_non_null(err.text);
    }
}

static void what_was_settled_stands_over_what_was_measured(void **state)
{
    World *world = *state;
    const char *line;
    Reported photo = REPORTED(
        RECORD("null", "REJECT", "a", FINDING("tilt_deg", "REJECT") "," FINDING("id_valid", "REJECT")), "", 2);
    photo.settled = "{\"id\":" BOUND ",\"id_kind\":\"resident18\",\"name\":\"n\",\"group\":\"g\",\"verdict\":\"PASS\","
                    "\"facts\":{\"in_roster\":1},\"findings\":[],\"waived\":[\"tilt_deg\"],"
                    "\"decision\":{\"decision\":\"waive\"},\"kept\":true}";
    photo.kept_record = "{\"source\":{\"path\":\"k\"},\"output\":{\"path\":\"x\",\"quality\":80}}";
    photo.kept_settled = "{\"output\":\"photos/k.JPG\"}";
    photo.kept_attempt = 1;
    photo.faults = "[{\"check\":\"tilt_deg\",\"level\":\"REJECT\"},{\"check\":\"faces\",\"level\":\"MISSING\"}]";
    photo.before = "[{\"check\":\"file_bytes\",\"level\":\"REJECT\"},{\"check\":\"faces\",\"level\":\"REJECT\"},"
                   "{\"check\":\"sharpness\",\"level\":\"REVIEW\"}]";
    must(report_line(world->arena, LANG_EN, false, &photo, &line));
    assert_has(line, "\"id\":" BOUND ",\"id_kind\":\"resident18\",\"name\":\"n\",\"group\":\"g\",\"verdict\":\"PASS\"");
    assert_has(line, "\"fixed\":[\"file_bytes\"],\"newly_broken\":[\"tilt_deg\"]"); /* sharpness was not measured now */
    assert_has(line, "\"facts\":{\"in_roster\":1,\"tilt_deg\":-4.2");
    assert_has(line, "\"check\":\"tilt_deg\",\"level\":\"NOTE\"");
    assert_null(strstr(line, "id_valid"));
    assert_has(line, "\"kept\":{\"attempt\":1,\"path\":\"k\"");
    assert_has(line, "\"output\":{\"path\":\"photos/k.JPG\",\"quality\":80}");
    photo.settled = "{";
    assert_int_equal(report_line(world->arena, LANG_EN, false, &photo, &line).code, ERR_FORMAT);
}

static void lists_are_by_group_and_the_summary_counts_them(void **state)
{
    World *world = *state;
    Report *report;
    must(report_open(world->arena, &(ReportAsk){world->out, LANG_EN, false, &profile}, &report));
    must(report_eligible(report, "b"));
    must(report_eligible(report, "a"));
    must(report_eligible(report, "a"));
    must(report_missing(report, "{\"type\":\"missing\",\"id\":\"1\",\"group\":\"b\"}"));
    must(report_missing(report, "{\"type\":\"missing\",\"id\":\"2\",\"group\":\"a\",\"maybe\":\"f.jpg\"}"));
    Reported photo = REPORTED(RECORD("\"3\"", "PASS", "p", ""), "", 1);
    photo.settled = "{\"id\":\"3\",\"group\":\"a\",\"verdict\":\"PASS\",\"ready\":true}";
    must(report_add(report, &photo));
    photo = REPORTED(RECORD("\"4\"", "REJECT", "p", ""), "", 2);
    photo.settled = "{\"id\":\"4\",\"group\":\"a\",\"verdict\":\"REJECT\",\"kept\":true}";
    photo.kept_record = "{\"output\":{\"path\":\"x\"}}";
    photo.kept_settled = "{\"output\":\"photos/4.JPG\"}";
    must(report_add(report, &photo));
    photo = REPORTED(RECORD("\"5\"", "REJECT", "p", ""), "", 1);
    photo.settled = "{\"id\":\"5\",\"verdict\":\"REJECT\",\"findings\":[" FINDING("same_bytes", "REJECT") "],\"twin\":{\"id\":\"6\"}}";
    must(report_add(report, &photo));
    must(report_finish(world->arena, report));
    assert_int_equal(report_lists(report)[LIST_missing], 2);
    report_close(report);
    const char *csv = slurp(world, "lists/missing.csv");
    assert_has(csv, "\r\n\"a\",\"=\"\"2\"\"\",\"\",\"\",\"\",\"\",\"f.jpg\",\"\"\r\n\"b\",\"=\"\"1\"\"\"");
    csv = slurp(world, "lists/duplicate.csv");
    assert_has(csv, "\"advice\",\"maybe\",\"same picture as\"\r\n");
    assert_has(csv, ",\"\",\"\",\"=\"\"6\"\"\"\r\n"); /* who has the same picture is not who it probably is */
    csv = slurp(world, "lists/summary.csv");
    assert_has(csv, "\"ready\",\"retake\",\"review\",\"missing\",\"extra\",\"duplicate\",\"invalid\",\"not-eligible\",\"unreadable\"\r\n");
    assert_has(csv, "\r\n\"a\",2,2,0,0,1,0,0,0,0,0\r\n\"b\",1,0,0,0,1,0,0,0,0,0\r\n");
    assert_has(slurp(world, "report.csv"), "\"photos/4.JPG\""); /* an earlier one, and it counts */
    assert_has(slurp(world, "report.jsonl"), "{\"type\":\"missing\",\"id\":\"1\"");
}

/* Place, quality and bytes are those of one file: this one's, or of the earlier one that counts all the same, and then nobody is sent for a retake. */
static void a_row_is_of_the_photo_that_lies_there(void **state)
{
#define MADE(verdict, advice, output)                                                                                                  \
    "{\"verdict\":\"" verdict "\",\"facts\":{\"quality\":88,\"file_bytes\":39254},\"advice\":{\"" advice "\":9},\"output\":{\"path\":\"x\"},\"id\":\"4\"}", \
        "{\"id\":\"4\",\"verdict\":\"" verdict "\",\"output\":\"" output "\",\"kept\":true}"
#define COUNTS "\"以前合格的照片仍然有效, 无需重拍\",\"\","
    static const struct { const char *record, *settled, *kept, *row; } rows[] = {
        {MADE("REJECT", "nearer_pct", ""), "photos/4.JPG", COUNTS "\"photos/4.JPG\",,,,,,,,89,37494\r\n"},
        {MADE("PASS", "x", ""),            "photos/4.JPG", COUNTS "\"photos/4.JPG\",,,,,,,,89,37494\r\n"},
        {MADE("REVIEW", "x", "review/4.JPG"), "photos/4.JPG", COUNTS "\"review/4.JPG\",,,,,,,,88,39254\r\n"},
        {MADE("REJECT", "x", ""),          "",             COUNTS "\"\",,,,,,,,88,39254\r\n"},
        {MADE("REJECT", "nearer_pct", ""), NULL,           "\"请靠近, 拍摄距离缩短约 9 % (或提交像素更多的相机原图)\",\"\",\"\",,,,,,,,88,39254\r\n"},
    };
    World *world = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Report *report;
        must(report_open(world->arena, &(ReportAsk){world->out, LANG_ZH, false, &profile}, &report));
        Reported photo = REPORTED(rows[i].record, "", 2);
        photo.settled = rows[i].settled;
        photo.kept_record = rows[i].kept ? "{\"output\":{\"path\":\"x\",\"quality\":89,\"bytes\":37494}}" : NULL;
        photo.kept_settled = arena_print(world->arena, "{\"output\":\"%s\"}", rows[i].kept);
        must(report_add(report, &photo));
        must(report_finish(world->arena, report));
        report_close(report);
        assert_has(slurp(world, "report.csv"), rows[i].row);
    }
}

/* Of the 15 digits of before 1999 and the 18 of today, where the roster has the other ones. */
static void a_number_of_another_length_is_told(void **state)
{
#define NAMED(text) "{\"id\":\"610104196209276908\",\"verdict\":\"PASS\",\"named\":\"" text "\"}"
    static const struct { const char *settled, *row; } rows[] = {
        {NAMED("610104620927690"), ",\"号码 610104620927690 在名单中是 610104196209276908, 以名单中的为准\",\"\""},
        {NAMED("X1"), ",\"a\",\"\",\"\""},
    };
    World *world = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Report *report;
        must(report_open(world->arena, &(ReportAsk){world->out, LANG_ZH, false, &profile}, &report));
        Reported photo = REPORTED(RECORD("null", "PASS", "a", ""), "", 1);
        photo.settled = rows[i].settled;
        must(report_add(report, &photo));
        must(report_finish(world->arena, report));
        report_close(report);
        assert_has(slurp(world, "report.csv"), rows[i].row);
    }
}

/* What people read of an attempt: what it mended, what it broke, and whether what was made of it lies anywhere. */
static void a_row_tells_what_a_retake_changed(void **state)
{
#define TAKEN(output) "{\"id\":" BOUND ",\"verdict\":\"REJECT\",\"action\":\"made\",\"facts\":{\"file_bytes\":1},\"output\":{\"path\":\"x\"}}", \
        "{\"id\":" BOUND ",\"verdict\":\"REJECT\",\"output\":\"" output "\"}"
#define BROKEN(check) "[{\"check\":\"" check "\",\"level\":\"REJECT\"}]"
    static const struct { const char *record, *settled, *before, *now, *row; } rows[] = {
        {TAKEN(""), BROKEN("file_bytes"), BROKEN("tilt_deg"), ",\"未采用\",2,\"\",\"重拍后已改好: 文件大小; 重拍后新出现: 头部倾斜\","},
        {TAKEN("review/x.JPG"), BROKEN("file_bytes"), "[]", ",\"已制作\",2,\"\",\"重拍后已改好: 文件大小\","},
        {TAKEN(""), "[]", BROKEN("tilt_deg"), ",2,\"\",\"重拍后新出现: 头部倾斜\","},
        {TAKEN(""), NULL, BROKEN("tilt_deg"), ",2,\"\",\"\","},
    };
    World *world = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Report *report;
        must(report_open(world->arena, &(ReportAsk){world->out, LANG_ZH, false, &profile}, &report));
        Reported photo = REPORTED(rows[i].record, "", 2);
        photo.settled = rows[i].settled;
        photo.before = rows[i].before;
        photo.faults = rows[i].now;
        must(report_add(report, &photo));
        must(report_finish(world->arena, report));
        report_close(report);
        assert_has(slurp(world, "report.csv"), rows[i].row);
    }
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, make_world, drop_world)
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_line_gets_attempt_text_and_on_demand_times),
        IN_WORLD(a_sentence_tells_what_its_record_knows),
        cmocka_unit_test(every_record_stands_in_the_right_list),
        IN_WORLD(excel_sees_neither_numbers_nor_formulas),
        IN_WORLD(the_same_bytes_are_not_written_again),
        IN_WORLD(what_was_added_is_counted),
        IN_WORLD(what_was_settled_stands_over_what_was_measured),
        IN_WORLD(a_row_is_of_the_photo_that_lies_there),
        IN_WORLD(a_number_of_another_length_is_told),
        IN_WORLD(a_row_tells_what_a_retake_changed),
        IN_WORLD(lists_are_by_group_and_the_summary_counts_them),
        IN_WORLD(a_broken_record_ends_the_report_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

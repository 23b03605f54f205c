/* SPDX-License-Identifier: MIT */
#include "roster_words.h"
#include <string.h>
#include <glib.h>

enum { SYNONYMS_MAX = 48 };

// clang-format off
/* Best name first, as roster_word() spells it. */
static const struct {
    const char *name;
    const char *words[SYNONYMS_MAX];
} fields[FIELD_COUNT] = {
    [FIELD_ID]         = {"id",         {"身份证号", "身份证号码", "证件号码", "公民身份号码", "sfzh", "zjhm", "军官证号", "军官证号码", "士官证号", "士官证号码",
                                         "身份证件号", "身份证件号码", "公民身份证号码", "居民身份证号", "居民身份证号码",
                                         "身份证", "证件号", "sfzhm", "sfzjh", "gmsfhm", "idcard", "idcardno",
                                         "idnumber", "idcardnumber", "identitynumber"}},
    [FIELD_NAME]       = {"name",       {"姓名", "xm", "学生姓名", "name"}},
    [FIELD_STUDENT_NO] = {"student_no", {"学号", "xh", "studentno", "studentnumber"}},
    [FIELD_EXAM_NO]    = {"exam_no",    {"考生号", "ksh", "examno"}},
    [FIELD_MAJOR]      = {"major",      {"专业名称", "专业", "zymc", "major"}},
    [FIELD_CLASS]      = {"class",      {"班级", "班级名称", "bjmc", "班号", "bh", "bj", "class"}},
    [FIELD_SITE]       = {"site",       {"函授站", "教学点", "校外教学点", "函授站点", "学习中心", "fy", "院系",
                                         "院系名称", "学院", "分院", "xsh", "site"}},
    [FIELD_LEVEL]      = {"level",      {"层次", "cc", "培养层次", "学历层次", "level"}},
    [FIELD_COLLEGE]    = {"college",    {"院校代码", "yxdm", "学校代码", "院校名称", "yxmc", "学校名称", "college"}},
    [FIELD_REMARK]     = {"remark",     {"备注", "bz", "remark"}},
    [FIELD_STATUS]     = {"status",     {"毕业状态", "毕业结论", "毕结业结论", "毕业资格", "毕业审核", "毕业审核结果",
                                         "预毕业确认", "预毕业", "预毕业状态", "毕业确认", "毕业类别", "毕结业类别",
                                         "学籍状态", "状态", "结论", "bjyjl", "byzt", "byjl", "xjzt", "毕结业状态", "毕(结)业状态",
                                         "毕(结)业结论", "毕(结)业", "毕业/结业", "毕业/结业状态", "毕结业", "毕结业情况",
                                         "是否毕业", "是否准予毕业", "毕业与否", "毕业情况", "学籍情况", "学生状态", "审核结果",
                                         "审核结论", "毕业审核结论", "毕业资格审核结果", "预毕业确认状态", "是否预毕业", "status"}},
    [FIELD_CODE]       = {"code",       {"采集码", "图像采集码", "照片采集码", "采集码号", "采集编码", "cjm", "txcjm"}},
    [FIELD_SEX]        = {"sex",        {"性别", "xb", "sex", "gender"}},
    [FIELD_BIRTH_DATE] = {"birth_date", {"出生日期", "csrq", "出生年月日", "出生年月", "birthdate", "birthday"}},
    [FIELD_ID_TYPE]    = {"id_type",    {"证件类型", "zjlx", "zjlxm", "身份证件类型", "证件类别", "sfzjlx", "sfzjlxm",
                                         "idtype"}},
};

static const char *const statuses[][48] = {
    [STATUS_GRADUATES] = {"毕业", "预毕业", "拟毕业", "准予毕业", "同意毕业", "可以毕业", "可毕业", "预计毕业",
                          "符合毕业条件", "毕业生", "已确认", "确认", "预毕业已确认", "预毕业确认", "已毕业", "正常毕业",
                          "通过", "审核通过", "合格", "是", "yes", "y", NULL},
    [STATUS_DOES_NOT]  = {"结业", "肄业", "缓毕业", "缓毕", "延期毕业", "延迟毕业", "延毕", "退学", "已退学", "休学",
                          "未确认", "待确认", "不确认", "未毕业", "不毕业", "不予毕业", "不能毕业", "暂缓毕业", "不通过",
                          "未通过", "审核不通过", "不合格", "否", "开除", "开除学籍", "取消学籍", "注销学籍", "转学",
                          "转出", "死亡", "保留学籍", "已结业", "已肄业", "已休学", "已开除", "预毕业未确认", "no", "n", NULL},
};

/* Those of them that say in any column that somebody does not graduate: not "否", and not 转学, which is a way to come, too. */
static const char *const leaving[] = {
    "结业", "已结业", "肄业", "已肄业", "缓毕业", "缓毕", "延期毕业", "延迟毕业", "延毕", "暂缓毕业", "退学", "已退学", "休学", "已休学",
    "未毕业", "不毕业", "不予毕业", "不能毕业", "预毕业未确认", "开除", "已开除", "开除学籍", "取消学籍", "注销学籍", "保留学籍", "死亡", NULL,
};

/* The codes are those of the education data standard: 1 identity card, 2 officer, 3 soldier ... */
static const char *const identity_types[] = {
    "居民身份证", "身份证", "二代身份证", "第二代身份证", "中国居民身份证", "中华人民共和国居民身份证",
    "港澳台居民居住证", "港澳居民居住证", "台湾居民居住证", "外国人永久居留身份证", "外国人永久居留证", "1", "01", NULL,
};
static const char *const other_types[] = {
    "军官证", "现役军官证", "士官证", "现役士官证", "士兵证", "文职干部证", "文职证", "警官证", "武警警官证", "部队离退休证", "军人证",
    "军人身份证件", "护照", "外国护照", "港澳居民来往内地通行证", "台湾居民来往大陆通行证", "通行证", "回乡证", "台胞证",
    "香港特区护照/身份证明", "澳门特区护照/身份证明", "境外永久居住证", "户口簿", "其他", "其它", "其他证件",
    "2", "3", "4", "5", "6", "7", "8", "9", "02", "03", "04", "05", "06", "07", "08", "09", "a", "b", "c", "z", "99",
    NULL,
};

static const char *const footers[] = {
    "合计", "总计", "共计", "小计", "总人数", "人数合计", "制表", "填表", "审核", "复核", "经办", "负责人", "打印日期",
    "导出时间", "日期", "签字", "签名", "盖章", "说明", "备注", "学院盖章", "学校盖章", "以下空白", "total", NULL,
};
// clang-format on

/* "(必填)", "(18位)", "(文本格式)" say how to fill the column in, not which it is. */
static bool is_hint(const char *word)
{
    static const char *const hints[] = {"必填", "位", "文本", "required", NULL};
    for (int i = 0; hints[i]; i++)
        if (strstr(word, hints[i]))
            return true;
    return false;
}

static bool is_dropped(gunichar c)
{
    return g_unichar_isspace(c) || g_unichar_iszerowidth(c) || c == 0xfeff || c == '*' ||
           c == ':' || g_unichar_iscntrl(c);
}

void roster_word(const char *text, char out[WORD_SIZE])
{
    size_t used = 0;
    for (const char *next = text; *next; next = g_utf8_next_char(next)) {
        gunichar c = g_utf8_get_char(next);
        if (c >= 0xff01 && c <= 0xff5e)
            c -= 0xfee0;
        if (is_dropped(c))
            continue;
        if (used + 6 >= WORD_SIZE)
            break;
        c = c < 128 ? (gunichar)g_ascii_tolower((gchar)c) : c;
        used += (size_t)g_unichar_to_utf8(c, out + used);
    }
    out[used] = '\0';
    char *bracket = strchr(out, '(');
    if (bracket && bracket > out && out[used - 1] == ')' && is_hint(bracket))
        *bracket = '\0';
}

const char *roster_field_name(Field field)
{
    return fields[field].name;
}

const char *roster_field_word(Field field, int rank)
{
    return rank < SYNONYMS_MAX ? fields[field].words[rank] : NULL;
}

int roster_field_rank(Field field, const char *word)
{
    for (int i = 0; i < SYNONYMS_MAX && fields[field].words[i]; i++)
        if (strcmp(word, fields[field].words[i]) == 0)
            return i;
    return -1;
}

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

bool roster_field_yields(Field field, const char *word)
{
    static const char *const certificates[] = {"军官证号", "军官证号码", "士官证号", "士官证号码", NULL};
    return field == FIELD_ID && is_one_of(word, certificates);
}

Status roster_status(const char *word)
{
    if (is_one_of(word, statuses[STATUS_GRADUATES]))
        return STATUS_GRADUATES;
    return is_one_of(word, statuses[STATUS_DOES_NOT]) ? STATUS_DOES_NOT : STATUS_UNKNOWN;
}

const char *roster_status_word(Status status, int index)
{
    return statuses[status][index];
}

const char *roster_known_statuses(Arena *arena)
{
    const char *list = "";
    for (Status status = STATUS_GRADUATES; status <= STATUS_DOES_NOT; status++)
        for (int i = 0; list && i < 8 && statuses[status][i]; i++)
            list = arena_print(arena, "%s%s%s", list, *list ? ", " : "", statuses[status][i]);
    return list ? list : "";
}

bool roster_says_leaving(const char *text)
{
    char word[WORD_SIZE];
    if ((unsigned char)text[0] < 0x80 && text[0] != ' ') /* speed: most cells are numbers */
        return false;
    if (strlen(text) >= 64)
        return false;
    roster_word(text, word);
    return is_one_of(word, leaving);
}

IdType roster_id_type(const char *word)
{
    if (!*word)
        return TYPE_NONE;
    if (is_one_of(word, identity_types))
        return TYPE_IDENTITY;
    return is_one_of(word, other_types) ? TYPE_OTHER : TYPE_UNKNOWN;
}

bool roster_is_footer(const char *text)
{
    char word[WORD_SIZE];
    roster_word(text, word);
    for (int i = 0; footers[i]; i++)
        if (strncmp(word, footers[i], strlen(footers[i])) == 0)
            return true;
    if (strncmp(word, "共", strlen("共")) == 0)
        return g_ascii_isdigit(word[strlen("共")]);
    text += strspn(text, " \t");
    return strncmp(text, "注:", strlen("注:")) == 0 || strncmp(text, "注：", strlen("注：")) == 0;
}

static bool is_han(gunichar c)
{
    return g_unichar_get_script(c) == G_UNICODE_SCRIPT_HAN;
}

bool roster_is_officer(const char *text)
{
    int before = 0, digits = 0;
    while (is_han(g_utf8_get_char(text)) && strncmp(text, "字", strlen("字")) != 0) {
        text = g_utf8_next_char(text);
        before++;
    }
    if (before < 1 || before > 6 || strncmp(text, "字", strlen("字")) != 0)
        return false;
    text += strlen("字");
    if (strncmp(text, "第", strlen("第")) == 0)
        text += strlen("第");
    while (g_ascii_isalnum(*text)) {
        text++;
        digits++;
    }
    return digits >= 4 && digits <= 12 && (!*text || strcmp(text, "号") == 0);
}

bool roster_is_document(const char *text)
{
    int count = 0;
    for (const char *next = text; *next; next = g_utf8_next_char(next), count++) {
        gunichar c = g_utf8_get_char(next);
        if (!g_unichar_isalnum(c) && c != '-' && c != '(' && c != ')')
            return false;
    }
    return count >= 4 && text[0] != '-';
}

static bool is_space(gunichar c)
{
    return g_unichar_isspace(c) || g_unichar_iszerowidth(c) || c == 0xfeff || g_unichar_iscntrl(c);
}

const char *roster_trim(const char *text, size_t *bytes)
{
    while (*text && is_space(g_utf8_get_char(text)))
        text = g_utf8_next_char(text);
    const char *end = text + strlen(text);
    while (end > text) {
        const char *last = g_utf8_prev_char(end);
        if (!is_space(g_utf8_get_char(last)))
            break;
        end = last;
    }
    *bytes = (size_t)(end - text);
    return text;
}
